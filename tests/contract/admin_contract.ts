/** What the administration of every broker must do. The same laws are run on the embedded broker and on a real Kafka. */
import { deepEqual, equal, ok, rejects } from "assert";
import { SfcrimeError } from "../../lib/base/errors.ts";
import type { BrokerAdmin } from "../../lib/broker/admin/broker_admin.ts";
import { partitionLags, totalLag } from "../../lib/broker/admin/lag.ts";
import type { Broker } from "../../lib/broker/broker.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { whenTrue } from "../support/when_true.ts";
import { freshTopic as freshName } from "../support/workplace.ts";
import type { OpenBroker } from "./broker_contract.ts";

const PATIENCE = { withinMs: 30_000 };

async function freshTopic(broker: Broker, numPartitions = 1): Promise<string> {
  const topic = freshName();
  equal(await broker.createTopic(topic, { numPartitions, replicationFactor: 1 }), true);
  return topic;
}

async function append(broker: Broker, topic: string, counts: readonly number[]): Promise<void> {
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  try {
    const batches = counts.map((count, partition) => {
      const records = Array.from({ length: count }, (_, n) => ({
        key: null,
        value: new TextEncoder().encode(`r${n}`),
        timestampMs: 1_000,
      }));
      return { partition, records: RecordsBuilder.of(records) };
    });
    await appender.append(topic, batches.filter((_, partition) => counts[partition]! > 0));
  } finally {
    await appender.close();
  }
}

function refusedWith(code: string) {
  return (error: unknown) => error instanceof SfcrimeError && error.code === code;
}

/** Runs something while a group has a member, which reads a topic. */
async function withMember(
  broker: Broker,
  { group, topic, partitions }: {
    readonly group: string;
    readonly topic: string;
    readonly partitions: number;
  },
  body: () => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  let assigned = 0;
  const member = broker.subscribe({
    group,
    topics: [topic],
    autoOffsetReset: "earliest",
    signal: stop.signal,
    onAssigned: (all) => assigned = all.get(topic)?.length ?? 0,
    onRecords: ({ length }) => Promise.resolve({ count: length, wantsMore: true }),
  });
  try {
    await whenTrue(() => assigned === partitions, PATIENCE);
    await body();
  } finally {
    stop.abort();
    await member;
  }
}

/** Registers the laws as tests, each on a connection of its own. */
export function adminContract(name: string, open: OpenBroker): void {
  const law = (title: string, body: (broker: Broker, admin: BrokerAdmin) => Promise<void>) =>
    Deno.test(`${name}: ${title}`, async () => {
      const broker = await open();
      try {
        await body(broker, await broker.admin());
      } finally {
        await broker.close();
      }
    });

  law("All topics are listed as they are described", async (broker, admin) => {
    const topic = await freshTopic(broker, 3);
    const listed = (await admin.topics()).find(({ name }) => name === topic)!;
    const { isInternal, ...description } = listed;
    equal(isInternal, false);
    deepEqual(description, await broker.describeTopic(topic));
  });

  law("A partition has more bytes when records are added, and others do not", async (broker, admin) => {
    const topic = await freshTopic(broker, 2);
    deepEqual(await admin.partitionSizes(topic), new Map([[0, 0], [1, 0]]));
    await append(broker, topic, [0, 10]);
    const sizes = (await admin.partitionSizes(topic))!;
    equal(sizes.get(0), 0);
    ok(sizes.get(1)! > 10 * 2);
    await rejects(admin.partitionSizes(`${topic}-missing`), refusedWith("TOPIC_MISSING"));
  });

  law("Partitions are added at the end, and can be written to; fewer are refused", async (broker, admin) => {
    const topic = await freshTopic(broker, 2);
    await append(broker, topic, [1, 2]);
    await admin.addPartitions(topic, 4);
    await append(broker, topic, [0, 0, 3, 4]);
    deepEqual(await broker.listOffsets(topic, "latest"), new Map([[0, 1], [1, 2], [2, 3], [3, 4]]));
    for (const count of [4, 3]) await rejects(admin.addPartitions(topic, count), refusedWith("BROKER"));
    await rejects(admin.addPartitions(`${topic}-missing`, 4), refusedWith("TOPIC_MISSING"));
    await rejects(
      admin.alterTopic(`${topic}-missing`, { set: {}, remove: ["retention.ms"] }),
      refusedWith("TOPIC_MISSING"),
    );
  });

  law(
    "A group is there from its first commit to its deletion, with all that it has committed",
    async (broker, admin) => {
      const [one, two] = [await freshTopic(broker, 2), await freshTopic(broker)];
      const group = `group-of-${one}`;
      equal(await admin.describeGroup(group), undefined);
      equal(await admin.deleteGroup(group), false);
      await broker.commitOffsets(group, two, new Map([[0, 3]]));
      await admin.resetOffsets(group, one, new Map([[0, 1], [1, 2]]));
      const expected = new Map([[one, new Map([[0, 1], [1, 2]])], [two, new Map([[0, 3]])]]);
      deepEqual(await admin.groupOffsets(group), expected);
      const listed = (await admin.groups()).find((listing) => listing.group === group);
      deepEqual(listed, { group, state: "Empty", type: "classic" });
      const described = (await admin.describeGroup(group))!;
      deepEqual([described.state, described.members], ["Empty", []]);
      equal(await admin.deleteGroup(group), true);
      equal(await admin.describeGroup(group), undefined);
      deepEqual(await admin.groupOffsets(group), new Map());
    },
  );

  law("A group with a member has its partitions, and is neither reset nor deleted", async (broker, admin) => {
    const topic = await freshTopic(broker, 2);
    const group = `group-of-${topic}`;
    await append(broker, topic, [4, 0]);
    await withMember(broker, { group, topic, partitions: 2 }, async () => {
      await whenTrue(async () => (await broker.committedOffsets(group, topic)).get(0) === 4, PATIENCE);
      const { state, members: [member, ...others] } = (await admin.describeGroup(group))!;
      deepEqual([state, others], ["Stable", []]);
      deepEqual(member!.assigned, new Map([[topic, [0, 1]]]));
      await rejects(admin.resetOffsets(group, topic, new Map([[0, 0]])), refusedWith("GROUP_IN_USE"));
      await rejects(admin.deleteGroup(group), refusedWith("GROUP_IN_USE"));
    });
    await whenTrue(async () => (await admin.describeGroup(group))?.state === "Empty", PATIENCE);
    await admin.resetOffsets(group, topic, new Map([[0, 1]]));
    equal((await broker.committedOffsets(group, topic)).get(0), 1);
  });

  law("Lag is what is between a position and the end, in all partitions of a topic", async (broker) => {
    const [topic, gone] = [await freshTopic(broker, 3), `${freshName()}-gone`];
    await append(broker, topic, [5, 7, 0]);
    const lags = await partitionLags(
      broker,
      new Map([[topic, new Map([[0, 2], [1, 7]])], [gone, new Map([[0, 9]])]]),
    );
    deepEqual(
      lags.filter((place) => place.topic === topic).map((
        { partition, committed, end, lag },
      ) => [partition, committed, end, lag]),
      [[0, 2, 5, 3], [1, 7, 7, 0], [2, undefined, 0, undefined]],
    );
    deepEqual(
      lags.filter((place) => place.topic === gone).map(({ committed, end, lag }) => [committed, end, lag]),
      [
        [9, undefined, undefined],
      ],
    );
    equal(totalLag(lags), 3);
  });
}
