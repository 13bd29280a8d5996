/** What batches take of a topic: all of it, once, in order, from where they were told to start. */
import { deepEqual, equal, ok, rejects, throws } from "assert";
import { join } from "node:path";
import fc from "fast-check";
import { systemClock } from "../../../lib/base/clock.ts";
import { TASK_OFFSETS_MAX } from "../../../lib/base/bounds.ts";
import { Source, type SourceOptions } from "../../../lib/analyze/source/source.ts";
import type { Broker } from "../../../lib/broker/broker.ts";
import type { StartingOffsets, TimestampStrategy } from "../../../lib/config/values/values.ts";
import { openBroker } from "../../support/brokers.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";

const PARTITIONS = 4;
const RECORDS = 20;

/** A topic `t` with records in its first partition only, one a second. */
async function withTopic(body: (broker: Broker) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "sfcrime-source-" });
  const broker = await openBroker({ kind: "embedded", path: join(directory, "broker.db") });
  try {
    await broker.createTopic("t", { numPartitions: PARTITIONS, replicationFactor: 1 });
    const appender = await broker.openAppender({ codec: "none", acks: "all" });
    const records = Array.from({ length: RECORDS }, (_, index) => ({
      key: null,
      value: null,
      timestampMs: index * 1_000,
    }));
    await appender.append("t", [{ partition: 0, records: RecordsBuilder.of(records) }]);
    await appender.close();
    await body(broker);
  } finally {
    await broker.close();
    await Deno.remove(directory, { recursive: true });
  }
}

function sourceOf(broker: Broker): SourceOptions {
  return {
    broker,
    clock: systemClock,
    selections: [{ kind: "names", topics: ["t"] }],
    failOnDataLoss: true,
  };
}

const limit = fc.option(fc.integer({ min: 1_000, max: 300_000 }), { nil: undefined });

Deno.test("Batches of any limits read each offset once and in order, in tasks of a bounded size", () =>
  withTopic(async (broker) => {
    const ends = fc.array(fc.nat(3 * TASK_OFFSETS_MAX), { minLength: PARTITIONS, maxLength: PARTITIONS });
    await fc.assert(
      fc.asyncProperty(
        ends,
        fc.record({ maxOffsetsPerTrigger: limit, maxOffsetsPerPartition: limit }),
        async (ends, limits) => {
          const source = await Source.open(sourceOf(broker), "earliest");
          const available = new Map([["t", new Map(ends.entries())]]);
          const next = ends.map(() => 0);
          const stepMin = Math.min(
            limits.maxOffsetsPerTrigger ?? Infinity,
            limits.maxOffsetsPerPartition ?? Infinity,
            1_000,
          );
          const batchesMax = 1 + 4 * ends.reduce((sum, end) => sum + Math.ceil(end / stepMin), 0);
          for (let batch = 0; !source.reached(available); batch++) {
            ok(batch < batchesMax, "it comes to an end");
            const plan = source.plan(available, limits);
            for (const { partition, from, to } of plan.ranges) {
              equal(from, next[partition]);
              ok(from < to && to - from <= TASK_OFFSETS_MAX);
              next[partition] = to;
            }
            source.advance(plan);
          }
          deepEqual(next, ends);
        },
      ),
    );
  }));

Deno.test("A new query starts at its starting offsets, partition by partition", () =>
  withTopic(async (broker) => {
    const startsAt = async (start: StartingOffsets, timestampStrategy: TimestampStrategy = "error") => {
      const source = await Source.open({ ...sourceOf(broker), timestampStrategy }, start);
      return [...source.positionsOf("t").values()];
    };
    deepEqual(await startsAt("earliest"), [0, 0, 0, 0]);
    deepEqual(await startsAt("latest"), [RECORDS, 0, 0, 0]);
    deepEqual(await startsAt({ timestampMs: 6_500 }, "latest"), [7, 0, 0, 0]);
    deepEqual(await startsAt({ t: { "0": { timestampMs: 6_500 }, "1": -1 } }), [7, 0, 0, 0]);
    deepEqual(await startsAt({ t: { "0": 5, "1": -1 } }), [5, 0, 0, 0]);
    deepEqual(await startsAt({ t: { "0": -1 } }), [RECORDS, 0, 0, 0]);
    deepEqual(await startsAt({ t: { "0": -2 } }), [0, 0, 0, 0]);
    await rejects(startsAt({ t: { "9": 0 } }), /partition 9, but topic t has no such partition/);
    // A time in milliseconds, written as Spark takes it in an option of its own, is told from an offset.
    await rejects(startsAt({ t: { "0": 1_546_300_800_000 } }), {
      message: "starting_offsets has offset 1546300800000 of t-0, but the partition ends at offset 20.",
      hint: 'Put a time in quotes: {"t":{"0":"2019-01-01T00:00:00.000Z"}}.',
    });
  }));

/** The broker, but for the first looks at the ends of `t`, or for all of them, its first partition ends lower. */
function endingLower(broker: Broker, end: number, looks: number): Broker {
  let left = looks;
  const behind: Partial<Broker> = {
    staleness: { topicsMs: 0, endsMs: 300 },
    listOffsets: async (topic, at) => {
      const offsets = await broker.listOffsets(topic, at);
      return at === "latest" && left-- > 0 ? new Map([...offsets, [0, end]]) : offsets;
    },
  };
  return new Proxy(broker, {
    get(target, name) {
      const value: unknown = Reflect.get(behind, name) ?? Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

const KEPT = {
  offsets: { t: { "0": 10, "1": 0, "2": 0, "3": 0 } },
  ids: {},
  pendingEnds: { t: { "0": RECORDS } },
};

for (const failOnDataLoss of [true, false]) {
  const option = `fail_on_data_loss = ${failOnDataLoss}`;

  Deno.test(`${option}: an end that is lower for a moment, below what was read or was to be read, is no loss`, () =>
    withTopic(async (broker) => {
      for (const end of [0, 9, RECORDS - 1]) {
        const lower = endingLower(broker, end, 2);
        const source = await Source.resume({ ...sourceOf(lower), failOnDataLoss }, KEPT);
        const { ranges } = source.planRepeated(new Map([["t", new Map([[0, RECORDS]])]]), {});
        deepEqual(ranges.map(({ from, to }) => [from, to]), [[10, RECORDS]]);
      }
    }));

  Deno.test(`${option}: an end that stays lower is a loss, behind which nothing is read again`, () =>
    withTopic(async (broker) => {
      for (const [end, next] of [[0, 0], [9, 9], [RECORDS - 1, 10]] as const) {
        const lower = endingLower(broker, end, Infinity);
        const resumed = Source.resume({ ...sourceOf(lower), failOnDataLoss }, KEPT);
        if (failOnDataLoss) {
          await rejects(resumed, {
            code: "DATA_LOSS",
            message: new RegExp(`t-0 .*offset ${RECORDS}.*${end}`),
          });
          continue;
        }
        equal((await resumed).positionsOf("t").get(0), next);
      }
    }));
}

Deno.test("A topic that ends before what was read of it is an error that names the offsets", () =>
  withTopic(async (broker) => {
    const source = await Source.open(sourceOf(broker), "latest");
    const shorter = new Map([["t", new Map([[0, RECORDS - 1], [1, 0], [2, 0], [3, 0]])]]);
    const unlimited = { maxOffsetsPerTrigger: undefined, maxOffsetsPerPartition: undefined };
    throws(() => source.plan(shorter, unlimited), { code: "DATA_LOSS", message: /t-0 .*offset 20.*19/ });
  }));
