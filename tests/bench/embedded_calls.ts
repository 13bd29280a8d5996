/** The embedded broker: how fast it takes records, hands batches out, and is analysed. */
import { equal } from "assert";
import { openEmbeddedBroker } from "../support/brokers.ts";
import { endOfWholeBatches } from "../../lib/broker/record_batch/batch_header.ts";
import type { Answers } from "./calls/answers.ts";
import { makeCalls } from "./calls/calls.ts";
import { linesOf } from "./lines.ts";
import { measure, median } from "./measure.ts";
import { readThrough } from "./page_cache.ts";
import { analysis, fromSource } from "./programs.ts";
import type { Sample } from "./race.ts";
import type { Workbench } from "./workbench.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";

const TOPIC = "calls";
const PARTITIONS = 4;
const READS = 5;
const LINE_FEED = 10;

/** Records a second. */
export interface EmbeddedSpeed {
  readonly appended: number;
  readonly read: number;
}

/** How long the appends took, and what the calls are. */
interface Filled {
  readonly appendMs: number;
  readonly answers: Answers;
}

/** See the module's description. */
export class EmbeddedCalls {
  readonly #bench: Workbench;
  readonly #count: number;
  readonly #directory: string;
  #filled: Promise<Filled> | undefined;

  constructor(bench: Workbench, count: number) {
    this.#bench = bench;
    this.#count = count;
    this.#directory = bench.file(`embedded-${count}`);
  }

  /** A run of the count by type with so many workers. */
  async runWith(workers: number): Promise<() => Promise<Sample>> {
    const { answers } = await this.#fill();
    const where = ["--data-dir", this.#directory, "--topic", TOPIC];
    const command = fromSource(...where, ...analysis("by_type"), "--workers", String(workers));
    const rows = this.#bench.newFile();
    return async () => {
      readThrough(this.#database);
      const sample = await measure(command, { cwd: this.#bench.path, stdout: { path: rows } });
      answers.checkByType(linesOf(rows));
      return sample;
    };
  }

  /** How fast records were appended, and how fast their batches are read. */
  async speed(): Promise<EmbeddedSpeed> {
    const { appendMs } = await this.#fill();
    const broker = openEmbeddedBroker(this.#database);
    const times: number[] = [];
    for (let round = 0; round < READS; round++) {
      readThrough(this.#database);
      const startMs = performance.now();
      const reader = await broker.openReader();
      let records = 0;
      for (const [partition, to] of await broker.listOffsets(TOPIC, "latest")) {
        let next = 0;
        for await (const { bytes } of reader.read({ topic: TOPIC, partition, from: 0, to })) {
          next = endOfWholeBatches(bytes, next).nextOffset;
        }
        records += next;
      }
      times.push(performance.now() - startMs);
      equal(records, this.#count);
      await reader.close();
    }
    await broker.close();
    return { appended: this.#count * 1_000 / appendMs, read: this.#count * 1_000 / median(times) };
  }

  get #database(): string {
    return `${this.#directory}/broker.db`;
  }

  #fill(): Promise<Filled> {
    return this.#filled ??= this.#append();
  }

  /** Fills the topic and says how long the appends took, without making the records. */
  async #append(): Promise<Filled> {
    await Deno.mkdir(this.#directory);
    const broker = openEmbeddedBroker(this.#database);
    const options = { numPartitions: PARTITIONS, replicationFactor: 1 };
    await broker.createTopic(TOPIC, options);
    const appender = await broker.openAppender({ codec: "none", acks: "all" });
    const { lines, answers } = makeCalls({ count: this.#count });
    let [appendMs, turn] = [0, 0];
    for (const chunk of lines) {
      const records = valuesOf(chunk).map((value) => ({ key: null, value, timestampMs: Date.now() }));
      const startMs = performance.now();
      await appender.append(TOPIC, [{ partition: turn++ % PARTITIONS, records: RecordsBuilder.of(records) }]);
      appendMs += performance.now() - startMs;
    }
    const startMs = performance.now();
    await appender.close();
    await broker.close();
    return { appendMs: appendMs + performance.now() - startMs, answers };
  }
}

/** The lines of a chunk, without copying them. */
function valuesOf(chunk: Uint8Array): Uint8Array[] {
  const values: Uint8Array[] = [];
  for (let start = 0; start < chunk.length;) {
    const end = chunk.indexOf(LINE_FEED, start);
    values.push(chunk.subarray(start, end));
    start = end + 1;
  }
  return values;
}
