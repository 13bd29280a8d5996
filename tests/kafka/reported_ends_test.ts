/** What Kafka reports to a wait for records: the ends of the topics that were asked for, or nothing. */
import { deepEqual, equal, ok } from "assert";
import { Source } from "../../lib/analyze/source/source.ts";
import { LOOK_AGAIN_MS, REPORT_MS_MAX } from "../../lib/base/bounds.ts";
import type { Broker, TopicOffsets } from "../../lib/broker/broker.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { openBroker } from "../support/brokers.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { sharedKafka } from "../support/kafka.ts";
import { whenTrue } from "../support/when_true.ts";

const { servers } = await sharedKafka();
const signal = new AbortController().signal;
const UNLIMITED = { maxOffsetsPerTrigger: undefined, maxOffsetsPerPartition: undefined };

function law(title: string, body: (broker: Broker, topic: string) => Promise<void>): void {
  Deno.test(title, async () => {
    const broker = await openBroker({ kind: "kafka", servers, clientId: "ends", properties: {} });
    try {
      const topic = `ends-${crypto.randomUUID()}`;
      await broker.createTopic(topic, { numPartitions: 2, replicationFactor: 1 });
      await body(broker, topic);
    } finally {
      await broker.close();
    }
  });
}

async function append(broker: Broker, topic: string, partition = 0): Promise<void> {
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const record = { key: null, value: new TextEncoder().encode("{}"), timestampMs: Date.now() };
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

law(
  "Batches of new records follow each other without a look at the topics, until one is due",
  async (kafka, topic) => {
    const { broker, looks } = countingLooks(kafka);
    const clock = new FakeClock(Date.now());
    const selections = [{ kind: "names", topics: [topic] }] as const;
    const source = await Source.open({ broker, clock, selections, failOnDataLoss: true }, "earliest");
    let read = 0;
    /** A batch of a record that is written while the source waits for it, or has begun to. */
    const batch = async () => {
      const before = await source.latest();
      const wait = source.waitForData(before, Infinity);
      await append(kafka, topic);
      await wait;
      const plan = source.plan(await source.latest(), UNLIMITED);
      deepEqual(plan.ranges.map(({ from, to }) => [from, to]), [[read, ++read]]);
      source.waitAfter(plan);
      source.advance(plan);
    };
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
    await whenTrue(async () => (await source.latest()).get(topic)!.get(0) === read + 1, { withinMs: 30_000 });
    equal(looks(), lookedAgain);
    clock.pass(REPORT_MS_MAX + 1);
    await source.latest();
    ok(looks() > lookedAgain);
  },
);
