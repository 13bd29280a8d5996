/** The mission's two queries, each alone and both at once: one read of the topic, rows into a file. */
import { equal } from "assert";
import { callsWithoutCode, checkByType } from "./calls.ts";
import { measure } from "./measure.ts";
import { fromSource } from "./programs.ts";
import type { Sample } from "./race.ts";
import type { Workbench } from "./workbench.ts";

const RADIO_CODES = new URL("../../config/radio_code.json", import.meta.url);

type MissionQuery = "by_type" | "with_disposition";

/** See the module's description. */
export class BothQueries {
  readonly #bench: Workbench;
  readonly #count: number;

  constructor(bench: Workbench, count: number) {
    this.#bench = bench;
    this.#count = count;
  }

  /** A run of one of the queries, or of both. */
  async runOf(...queries: readonly MissionQuery[]): Promise<() => Promise<Sample>> {
    const { servers, path } = this.#bench;
    const topic = await this.#bench.topic({ count: this.#count });
    const command = fromSource(
      ...["-b", servers, "--topic", topic, "analyze", ...queries],
      ...["--trigger", "available-now", "--sink", "ndjson"],
    );
    const rows = this.#bench.file("rows.ndjson");
    return async () => {
      this.#bench.warm(topic);
      const sample = await measure(["sh", "-c", 'exec "$@" > "$0"', rows, ...command], { cwd: path });
      await this.#check(rows, queries);
      await Deno.remove(rows);
      return sample;
    };
  }

  async #check(rows: string, queries: readonly MissionQuery[]): Promise<void> {
    const counts = queries.includes("by_type") ? await linesWith('"count":', rows) : "";
    if (queries.includes("by_type")) checkByType(counts, this.#count);
    if (!queries.includes("with_disposition")) return;
    const codes = JSON.parse(await Deno.readTextFile(RADIO_CODES)) as { disposition_code: string }[];
    const without = callsWithoutCode(this.#count, new Set(codes.map((code) => code.disposition_code)));
    equal(await countLines('"description":null', rows), without);
    equal(await countLines('"description":', rows), this.#count);
  }
}

async function linesWith(text: string, path: string): Promise<string> {
  return (await measure(["grep", "-F", text, path])).stdout;
}

async function countLines(text: string, path: string): Promise<number> {
  return Number((await measure(["grep", "-cF", text, path])).stdout);
}
