/** The batches of a scenario as files, for the source of the Spark job that reads such. */
import { join } from "node:path";
import { byPartition, type Scenario, type ScenarioRun, type SentRecord } from "./stream_scenario.ts";

/** The job reads files in the order of their times, so that each is a second later than the one before it. */
const SPAN_S = 86_400;

/** Where records are. */
interface Place {
  readonly stream: string;
  readonly partition: number;
}

/** See the module's description. Runs are added in their order. */
export class ScenarioFiles {
  readonly #scenario: Scenario;
  readonly #directory: string;
  #timeS = Math.floor(Date.now() / 1_000) - SPAN_S;
  #segments = 0;
  /** The next offset of each stream and partition. */
  readonly #offsets = new Map<string, number>();

  constructor(scenario: Scenario, directory: string) {
    this.#scenario = scenario;
    this.#directory = directory;
  }

  /** Writes the batches of a run: a segment, and another one behind each pause. */
  async add({ batches }: Pick<ScenarioRun, "batches">): Promise<void> {
    let segment = await this.#begin();
    for (const [number, batch] of batches.entries()) {
      if (batch === "idle") {
        segment = await this.#begin();
        continue;
      }
      const { partitions = 1 } = this.#scenario;
      for (const stream of Object.keys(batch)) {
        const folder = join(segment, stream);
        await Deno.mkdir(folder, { recursive: true });
        for (const [partition, records] of byPartition(batch, stream, partitions).entries()) {
          const file = join(folder, `${String(number).padStart(6, "0")}-${partition}`);
          await this.#write(file, this.#lines(records, { stream, partition }));
        }
      }
    }
  }

  async #begin(): Promise<string> {
    const segment = join(this.#directory, String(this.#segments++).padStart(6, "0"));
    await Deno.mkdir(segment, { recursive: true });
    return segment;
  }

  #lines(records: readonly SentRecord[], { stream, partition }: Place): string {
    const place = `${stream}-${partition}`;
    const first = this.#offsets.get(place) ?? 0;
    this.#offsets.set(place, first + records.length);
    const bytes = (value: Uint8Array | null) => value === null ? "!" : value.toBase64();
    return records.map(({ key, value, timestampMs }, index) =>
      `${[bytes(value), bytes(key), timestampMs, partition, first + index].join(" ")}\n`
    ).join("");
  }

  async #write(file: string, lines: string): Promise<void> {
    await Deno.writeTextFile(file, lines);
    await Deno.utime(file, this.#timeS, this.#timeS);
    this.#timeS++;
  }
}
