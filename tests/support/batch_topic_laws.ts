/** What a topic of either broker must do that takes the batches of a query. */
import { deepEqual, equal, rejects } from "assert";
import type { Broker } from "../../lib/broker/broker.ts";
import type { KeyedValue } from "../../lib/broker/writing/batch_topic.ts";
import { consumedRecords } from "../../lib/broker/consumed_records.ts";
import { freshTopic } from "./workplace.ts";

const utf8 = new TextEncoder();
const textOf = (bytes: Uint8Array | null) => bytes === null ? null : new TextDecoder().decode(bytes);

/** More than one request takes, by their number and by their bytes. */
const MANY = 25_000;

function row(key: string | null, value: string | null): KeyedValue {
  return {
    key: key === null ? null : utf8.encode(key),
    value: value === null ? null : utf8.encode(value),
  };
}

/** A record: partition, key and value. */
export type Seen = readonly [number, string | null, string | null];

/** Only a failure takes so long. */
const PATIENCE_MS = 30_000;

/**
 * What readers of committed records see, once there are as many as expected: Kafka says that a transaction is
 * committed as soon as that is decided, and shows its records a moment later.
 */
export async function seen(broker: Broker, topic: string, count: number): Promise<Seen[]> {
  const untilMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await seenNow(broker, topic);
    if (found.length >= count || Date.now() > untilMs) return found;
  }
}

async function seenNow(broker: Broker, topic: string): Promise<Seen[]> {
  const reader = await broker.openReader();
  const found: Seen[] = [];
  try {
    for (const [partition, to] of await broker.listOffsets(topic, "latest")) {
      const range = { topic, partition, from: 0, to };
      let next = 0;
      for await (const chunk of reader.read(range)) {
        for (const { key, value, offset } of consumedRecords(chunk, { ...range, from: next })) {
          found.push([partition, textOf(key), textOf(value)]);
          next = offset + 1;
        }
      }
    }
  } finally {
    await reader.close();
  }
  return found;
}

/** Runs the laws on brokers that `open` connects to. */
export function batchTopicLaws(name: string, open: () => Promise<Broker>): void {
  const law = (title: string, body: (broker: Broker, topic: string) => Promise<void>) =>
    Deno.test(`${name}: ${title}`, async () => {
      const broker = await open();
      try {
        const topic = freshTopic();
        await broker.createTopic(topic, { numPartitions: 3, replicationFactor: 1 });
        await body(broker, topic);
      } finally {
        await broker.close();
      }
    });

  law("a batch is seen whole when it is committed, and not before", async (broker, topic) => {
    const batches = await broker.openBatchTopic(topic, topic);
    equal(batches.lastBatch, undefined);
    await batches.begin({ batchId: 0 });
    const rows = Array.from({ length: MANY }, (_, n) => row(`key ${n % 100}`, `${n} ${"x".repeat(80)}`));
    await batches.append(rows.slice(0, 20_000));
    await batches.append(rows.slice(20_000));
    deepEqual(await seenNow(broker, topic), []);
    await batches.commit();
    const found = await seen(broker, topic, MANY);
    equal(found.length, MANY);
    deepEqual(found.map(([, , value]) => value).sort(), rows.map(({ value }) => textOf(value)).sort());
    const partitions = Map.groupBy(found, ([, key]) => key);
    for (const [key, group] of partitions) {
      equal(new Set(group.map(([partition]) => partition)).size, 1, `${key} is in one partition`);
      const numbers = group.map(([, , value]) => Number(value!.split(" ", 1)[0]));
      deepEqual(numbers, numbers.toSorted((a, b) => a - b));
    }
    equal(new Set(found.map(([partition]) => partition)).size, 3);
    await batches.close();
  });

  law("the last batch is found again with its offsets, by the same query only", async (broker, topic) => {
    const first = await broker.openBatchTopic(topic, topic);
    for (const batchId of [0, 1]) {
      await first.begin({ batchId, offsets: `{"read":${batchId}}` });
      await first.append([row(null, `batch ${batchId}`)]);
      await first.commit();
    }
    await first.close();
    const again = await broker.openBatchTopic(topic, topic);
    deepEqual(again.lastBatch, { batchId: 1, offsets: '{"read":1}' });
    await again.close();
    const other = await broker.openBatchTopic(topic, `${topic}-other`);
    equal(other.lastBatch, undefined);
    await other.close();
  });

  law(
    "batches without rows, one behind the other, leave nothing and hold nothing up",
    async (broker, topic) => {
      const batches = await broker.openBatchTopic(topic, topic);
      for (let batchId = 0; batchId < 20; batchId++) {
        await batches.begin({ batchId });
        if (batchId % 5 === 0) await batches.append([row("k", String(batchId))]);
        await batches.commit();
      }
      await batches.close();
      deepEqual((await seen(broker, topic, 4)).map(([, , value]) => value), ["0", "5", "10", "15"]);
      const again = await broker.openBatchTopic(topic, topic);
      // Those behind it have no rows, and may come again.
      deepEqual([15, 19].includes(again.lastBatch!.batchId), true, String(again.lastBatch));
      await again.close();
    },
  );

  law("a writer whose place is taken fails, and what it had begun is never seen", async (broker, topic) => {
    const left = await broker.openBatchTopic(topic, topic);
    await left.begin({ batchId: 0 });
    await left.append([row("a", "of the first")]);
    const other = await broker.openBatchTopic(topic, topic);
    equal(other.lastBatch, undefined);
    await other.begin({ batchId: 0 });
    await other.append([row("a", "of the second")]);
    await other.commit();
    await rejects(async () => {
      await left.append([row("a", "of the first")]);
      await left.commit();
    }, new RegExp(`Another run of the same query is now writing to topic ${topic}`));
    await left.close();
    await other.begin({ batchId: 1 });
    await other.append([row("b", null)]);
    await other.commit();
    await other.close();
    const found = (await seen(broker, topic, 2)).map(([, key, value]) => [key, value]);
    deepEqual(found.sort(), [["a", "of the second"], ["b", null]]);
  });

  law("a batch that is closed before its commit is never seen, and comes again", async (broker, topic) => {
    const left = await broker.openBatchTopic(topic, topic);
    await left.begin({ batchId: 0 });
    await left.append([row("a", "dropped")]);
    await left.close();
    const again = await broker.openBatchTopic(topic, topic);
    equal(again.lastBatch, undefined);
    await again.begin({ batchId: 0 });
    await again.append([row("a", "kept")]);
    await again.commit();
    await again.close();
    deepEqual((await seen(broker, topic, 1)).map(([, , value]) => value), ["kept"]);
  });
}
