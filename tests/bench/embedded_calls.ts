/** The embedded broker: how fast it takes records, hands batches out, and is analysed. */
import { equal } from "assert";
import { openEmbeddedBroker } from "../support/brokers.ts";
import { endOfWholeBatches } from "../../lib/broker/record_batch/batch_header.ts";
import { callLines, checkByType } from "./calls.ts";
import { measure, median } from "./measure.ts";
import { readThrough } from "./page_cache.ts";
import { analysis, fromSource } from "./programs.ts";
import type { Sample } from "./race.ts";
import type { Workbench } from "./workbench.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";

const TOPIC = "calls";
const PARTITIONS = 4;
const READS = 5;

/** Records a second. */
export interface EmbeddedSpeed {
  readonly appended: number;
  readonly read: number;
}

/** See the module's description. */
export class EmbeddedCalls {
  readonly #bench: Workbench;
  readonly #count: number;
  readonly #directory: string;
  #filled: Promise<number> | undefined;

  constructor(bench: Workbench, count: number) {
    this.#bench = bench;
    this.#count = count;
    this.#directory = bench.file(`embedded-${count}`);
  }

  /** A run of the count by type with so many workers. */
  async runWith(workers: number): Promise<() => Promise<Sample>> {
    await this.#fill();
    const where = ["--data-dir", this.#directory, "--topic", TOPIC];
    const command = fromSource(...where, ...analysis("by_type"), "--workers", String(workers));
    return async () => {
      readThrough(this.#database);
      const sample = await measure(command, { cwd: this.#bench.path });
      checkByType(sample.stdout, this.#count);
      return sample;
    };
  }

  /** How fast records were appended, and how fast their batches are read. */
  async speed(): Promise<EmbeddedSpeed> {
    const appendMs = await this.#fill();
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

  #fill(): Promise<number> {
    return this.#filled ??= this.#append();
  }

  /** Fills the topic and says how long the appends took, without making the records. */
  async #append(): Promise<number> {
    await Deno.mkdir(this.#directory);
    const broker = openEmbeddedBroker(this.#database);
    const options = { numPartitions: PARTITIONS, replicationFactor: 1 };
    await broker.createTopic(TOPIC, options);
    const appender = await broker.openAppender({ codec: "none", acks: "all" });
    const utf8 = new TextEncoder();
    let [tookMs, turn] = [0, 0];
    for (const lines of callLines(this.#count)) {
      const records = lines.split("\n").filter((line) => line !== "")
        .map((line) => ({ key: null, value: utf8.encode(line), timestampMs: Date.now() }));
      const startMs = performance.now();
      await appender.append(TOPIC, [{ partition: turn++ % PARTITIONS, records: RecordsBuilder.of(records) }]);
      tookMs += performance.now() - startMs;
    }
    const startMs = performance.now();
    await appender.close();
    await broker.close();
    return tookMs + performance.now() - startMs;
  }
}
