/** Records, two queries over them, and what those should give, for tests of worker threads. */
import { join } from "node:path";
import type { QueryPartial, WorkerSetup } from "../../lib/analyze/workers/messages.ts";
import { type Broker, type BrokerAddress, type OffsetRange } from "../../lib/broker/broker.ts";
import { openBroker } from "./brokers.ts";
import type { Schema } from "../../lib/records/data_type.ts";
import { analyzeQuery } from "../../lib/sql/analyze.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import type { AggregatePlan } from "../../lib/sql/plan.ts";
import { type PartialGroup, PartialGroupReader } from "../../lib/stream/aggregates/partial_aggregate.ts";

const SCHEMA: Schema = [{ name: "n", type: "INT" }, { name: "kind", type: "STRING" }];
const TOPIC = "t";
/** The queries, by their index. */
export const ROWS = 0;
export const COUNTS = 1;

/** A topic of `count` records on an embedded broker: `n` from 0 on, and one of seven kinds. */
export class PoolFixture implements AsyncDisposable {
  readonly broker: Broker;
  readonly setup: WorkerSetup;
  readonly #directory: string;

  private constructor(broker: Broker, address: BrokerAddress, directory: string) {
    this.broker = broker;
    this.#directory = directory;
    const format = { kind: "ndjson", withBatch: false } as const;
    this.setup = {
      broker: address,
      queries: [
        { plan: planOf("SELECT n FROM t WHERE n % 10 <> 3", "append"), format },
        { plan: planOf("SELECT kind, count(*) AS count FROM t GROUP BY kind", "complete"), format },
      ],
      failOnDataLoss: true,
      collectsLate: false,
      streams: { t: { topics: { kind: "names", topics: [TOPIC] }, mode: "permissive", fields: SCHEMA } },
      tables: {},
      tableColumns: {},
    };
  }

  static async open(count: number): Promise<PoolFixture> {
    const directory = await Deno.makeTempDir({ prefix: "sfcrime-pool-" });
    const address: BrokerAddress = { kind: "embedded", path: join(directory, "broker.db") };
    const broker = await openBroker(address);
    await broker.createTopic(TOPIC, { numPartitions: 1, replicationFactor: 1 });
    const appender = await broker.openAppender({ codec: "none", acks: "all" });
    for (let from = 0; from < count; from += RECORDS_PER_BATCH) {
      const records = numbers(from, Math.min(count, from + RECORDS_PER_BATCH)).map((n) => ({
        key: null,
        value: new TextEncoder().encode(JSON.stringify({ n, kind: kindOf(n) })),
        timestampMs: 0,
      }));
      await appender.append(TOPIC, [{ partition: 0, records: RecordsBuilder.of(records) }]);
    }
    await appender.close();
    return new PoolFixture(broker, address, directory);
  }

  /** The offsets up to `end` in ranges of a size. */
  ranges(end: number, size: number): OffsetRange[] {
    return numbers(0, Math.ceil(end / size)).map((index) => ({
      topic: TOPIC,
      partition: 0,
      from: index * size,
      to: Math.min(end, (index + 1) * size),
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.broker.close();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

const RECORDS_PER_BATCH = 1_000;

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function kindOf(n: number): string {
  return `kind ${n % 7}`;
}

function planOf(sql: string, outputMode: "append" | "complete") {
  const columns = SCHEMA.map(({ name, type }) => ({ name, type, field: name }));
  const catalog = { streams: new Map([["t", { columns, watermark: undefined }]]), tables: new Map() };
  return analyzeQuery({ name: outputMode, sql, outputMode, timeZone: "UTC", catalog });
}

/** What the first query should print of the first `count` records. */
export function expectedRows(count: number): string {
  return numbers(0, count).filter((n) => n % 10 !== 3).map((n) => `{"n":${n}}\n`).join("");
}

/** What the second query should count of them. */
export function expectedCounts(count: number): Map<string, number> {
  return Map.groupBy(numbers(0, count), kindOf).entries()
    .reduce((counts, [kind, all]) => counts.set(kind, all.length), new Map<string, number>());
}

/** The partial groups of a plan that workers have handed over. */
export function groupsOf(plan: AggregatePlan, partials: readonly QueryPartial[]): PartialGroup[] {
  const reader = new PartialGroupReader(plan);
  return partials.flatMap(({ inputs }) => inputs)
    .flatMap((input) => input.kind === "partials" ? [...reader.read(input.groups)] : []);
}

/** Partial groups by STRING, with the count of each. */
export const BY_TEXT: AggregatePlan = {
  keys: ["STRING"],
  calls: [{ name: "count", args: [], argTypes: [], type: "BIGINT" }],
};

/** The counts that all workers have gathered. */
export function gatheredCounts(partials: readonly QueryPartial[]): Map<string, number> {
  const counts = new Map<string, number>();
  const groups = groupsOf(BY_TEXT, partials.filter(({ query }) => query === COUNTS));
  for (const { key: [kind], buffer: [count] } of groups) {
    counts.set(String(kind), (counts.get(String(kind)) ?? 0) + Number(count));
  }
  return counts;
}
