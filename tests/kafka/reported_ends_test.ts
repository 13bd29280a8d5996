/** What Kafka reports to a wait for records: the ends of the topics that were asked for, with the records, or nothing. */
import { deepEqual, equal, ok } from "assert";
import { Source } from "../../lib/analyze/source/source.ts";
import { textOf } from "../../lib/analyze/workers/reading/shared_source.ts";
import { CHECK_AGAIN_MS, LOOK_AGAIN_MS, REPORT_MS_MAX } from "../../lib/base/bounds.ts";
import { type Host, systemHost } from "../../lib/base/host.ts";
import type { Broker, RecordChunk, TopicOffsets } from "../../lib/broker/broker.ts";
import { openBroker as open } from "../../lib/broker/open.ts";
import { BatchDecoder } from "../../lib/broker/record_batch/decode.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { openBroker } from "../support/brokers.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { sharedKafka } from "../support/kafka.ts";
import { adminOf } from "../support/kafka_admin.ts";
import { whenTrue } from "../support/when_true.ts";

const { servers } = await sharedKafka();
const ADDRESS = { kind: "kafka", servers, clientId: "ends", properties: {} } as const;
const signal = new AbortController().signal;
const UNLIMITED = { maxOffsetsPerTrigger: undefined, maxOffsetsPerPartition: undefined };

function law(title: string, body: (broker: Broker, topic: string) => Promise<void>): void {
  Deno.test(title, async () => {
    const broker = await openBroker(ADDRESS);
    try {
      const topic = `ends-${crypto.randomUUID()}`;
      await broker.createTopic(topic, { numPartitions: 2, replicationFactor: 1 });
      await body(broker, topic);
    } finally {
      await broker.close();
    }
  });
}

async function append(broker: Broker, topic: string, partition = 0, text = "{}"): Promise<void> {
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const record = { key: null, value: new TextEncoder().encode(text), timestampMs: Date.now() };
  await appender.append(topic, [{ partition, records: RecordsBuilder.of([record]) }]);
  await appender.close();
}

async function idOf(broker: Broker, topic: string): Promise<string> {
  return (await broker.describeTopic(topic))!.id;
}

function endsOf(topic: string, ...ends: readonly number[]): TopicOffsets {
  return new Map([[topic, new Map(ends.entries())]]);
}

law(
  "New records end a wait with the ends of their topic, as Kafka itself lists them",
  async (broker, topic) => {
    const ids = { [topic]: await idOf(broker, topic) };
    await broker.listOffsets(topic, "latest");
    const wait = broker.waitForEnds!(endsOf(topic, 0, 0), { ids, timeoutMs: 30_000, signal });
    await append(broker, topic, 1);
    deepEqual(await wait, new Map([[topic, await broker.listOffsets(topic, "latest")]]));
    equal(await broker.waitForEnds!(endsOf(topic, 0, 1), { ids, timeoutMs: 50, signal }), undefined);
  },
);

law("Nothing is reported of a topic that was created again", async (broker, topic) => {
  const ids = { [topic]: await idOf(broker, topic) };
  await append(broker, topic);
  await broker.deleteTopic(topic);
  await whenTrue(async () => await broker.describeTopic(topic) === undefined, { withinMs: 30_000 });
  await broker.createTopic(topic, { numPartitions: 2, replicationFactor: 1 });
  await append(broker, topic);
  equal(await broker.waitForEnds!(endsOf(topic, 0, 0), { ids, timeoutMs: 30_000, signal }), undefined);
});

law("Nothing is reported after a position that does not exist", async (broker, topic) => {
  const ids = { [topic]: await idOf(broker, topic) };
  await append(broker, topic);
  await broker.listOffsets(topic, "latest");
  equal(await broker.waitForEnds!(endsOf(topic, 5, 0), { ids, timeoutMs: 30_000, signal }), undefined);
});

/** A broker that counts the requests of looks. */
function countingLooks(broker: Broker): { readonly broker: Broker; readonly looks: () => number } {
  let looks = 0;
  const counting = new Proxy(broker, {
    get(target, name) {
      if (name === "describeTopic" || name === "listOffsets") looks++;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { broker: counting, looks: () => looks };
}

/** A source of a topic, whose time passes only in the test, and its batches. */
async function batchesOf(broker: Broker, topic: string) {
  const clock = new FakeClock(Date.now());
  const selections = [{ kind: "names", topics: [topic] }] as const;
  const source = await Source.open({ broker, clock, selections, failOnDataLoss: true }, "earliest");
  let read = 0;
  /** A batch of a record that is written while the source waits for it, or has begun to. */
  const batch = async () => {
    const before = await source.latest();
    const wait = source.waitForData(before, Infinity);
    await append(broker, topic);
    await wait;
    const plan = source.plan(await source.latest(), UNLIMITED);
    deepEqual(plan.ranges.map(({ from, to }) => [from, to]), [[read, ++read]]);
    source.waitAfter(plan);
    source.advance(plan);
  };
  return { clock, source, batch, read: () => read };
}

law(
  "Batches of new records follow each other without a look at the topics, until one is due",
  async (kafka, topic) => {
    const { broker, looks } = countingLooks(kafka);
    const { clock, source, batch, read } = await batchesOf(broker, topic);
    await batch();
    const looked = looks();
    for (let count = 0; count < 5; count++) await batch();
    equal(looks(), looked);
    clock.pass(LOOK_AGAIN_MS + 1);
    await batch();
    const lookedAgain = looks();
    ok(lookedAgain > looked);
    // What was reported long ago may be far from the end by now.
    await append(kafka, topic);
    await whenTrue(async () => (await source.latest()).get(topic)!.get(0) === read() + 1, {
      withinMs: 30_000,
    });
    equal(looks(), lookedAgain);
    clock.pass(REPORT_MS_MAX + 1);
    await source.latest();
    ok(looks() > lookedAgain);
  },
);

/** A broker that describes no topic while it is held. */
function holdingDescriptions(broker: Broker) {
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  let answers = 0;
  const describeTopic: Broker["describeTopic"] = async (topic) => {
    await gate.promise;
    const found = await broker.describeTopic(topic);
    answers++;
    return found;
  };
  const holding = new Proxy(broker, {
    get(target, name) {
      if (name === "describeTopic") return describeTopic;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    broker: holding,
    hold: () => gate = Promise.withResolvers<void>(),
    release: () => gate.resolve(),
    answers: () => answers,
  };
}

law(
  "The topics are checked beside the batches, and a look that finds new partitions follows at once",
  async (kafka, topic) => {
    const { broker, hold, release, answers } = holdingDescriptions(kafka);
    const { clock, source, batch } = await batchesOf(broker, topic);
    await batch();
    hold();
    clock.pass(CHECK_AGAIN_MS);
    const before = answers();
    // No batch could end that had to wait for the check.
    for (let count = 0; count < 3; count++) await batch();
    equal(answers(), before);
    release();
    await whenTrue(() => answers() > before);
    await batch();
    hold();
    clock.pass(LOOK_AGAIN_MS - 1);
    // It is longer since the last look than since the check.
    await batch();
    equal(answers(), before + 1);
    await adminOf(servers)((admin) => admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }));
    release();
    await whenTrue(async () => (await source.latest()).get(topic)!.has(2), { withinMs: 30_000 });
  },
);

/** A machine that counts what is written over its connections: each request is one piece. */
function countingRequests(): { readonly host: Host; readonly requests: () => number } {
  let requests = 0;
  const connect = async (options: Deno.ConnectOptions) =>
    new Proxy(await systemHost.connect(options), {
      get(connection, name) {
        if (name === "write") requests++;
        const value: unknown = Reflect.get(connection, name);
        return typeof value === "function" ? value.bind(connection) : value;
      },
    });
  return { host: { ...systemHost, connect }, requests: () => requests };
}

async function valuesIn(chunks: AsyncIterable<RecordChunk>, from: number, to: number): Promise<string[]> {
  const values: string[] = [];
  for await (const { bytes, aborted } of chunks) {
    new BatchDecoder(bytes, { from, to, aborted, checkCrc: true }).run((record) => {
      values.push(textOf(record));
      return false;
    });
  }
  return values;
}

law("Records that came with the answer to a wait are read without a request", async (broker, topic) => {
  const topicId = await idOf(broker, topic);
  const ids = { [topic]: topicId };
  await broker.listOffsets(topic, "latest");
  const { host, requests } = countingRequests();
  const { prefetched } = broker;
  const other = await open(ADDRESS, { host, ...prefetched === undefined ? {} : { prefetched } });
  try {
    const reader = await other.openReader();
    /** The values in an offset of the first partition, and the requests that they took. */
    const read = async (from: number) => {
      const before = requests();
      const to = from + 1;
      const values = await valuesIn(reader.read({ topic, topicId, partition: 0, from, to }), from, to);
      return { values, requests: requests() - before };
    };
    const arrive = async (position: number, value: string) => {
      const wait = broker.waitForEnds!(endsOf(topic, position, 0), { ids, timeoutMs: 30_000, signal });
      await append(broker, topic, 0, value);
      deepEqual(await wait, endsOf(topic, position + 1, 0));
    };
    await arrive(0, "first");
    // The first read shows that records are wanted.
    const first = await read(0);
    deepEqual(first.values, ["first"]);
    ok(first.requests > 0);
    await arrive(1, "second");
    deepEqual(await read(1), { values: ["second"], requests: 0 });
    // Nothing is kept after that.
    const again = await read(1);
    deepEqual(again.values, ["second"]);
    ok(again.requests > 0);
  } finally {
    await other.close();
  }
});
