/**
 * Three brokers: one freezes, or dies, and leaders move, while rows and records are written and a group reads. The
 * same cluster deletes old records at once, where it may.
 */
import { deepEqual, equal, match, ok } from "assert";
import { Kafka, logLevel } from "kafkajs";
import { openBroker } from "../support/brokers.ts";
import { sampleCalls } from "../support/calls.ts";
import { sharedCluster } from "../support/cluster.ts";
import { problemsOf, says } from "../support/doctor_findings.ts";
import { createTopic } from "../support/kafka.ts";
import { committedRecords } from "../support/sink_topic.ts";
import { countsByType, freshTopic, lines, printedCounts, Workplace } from "../support/workplace.ts";
import { whenTrue } from "../support/when_true.ts";

const cluster = await sharedCluster();
const { servers } = cluster;
const kafka = new Kafka({ brokers: [...servers], logLevel: logLevel.NOTHING });
const utf8 = new TextEncoder();

/** What a call and its row in `with_disposition` have in common. */
const textOf = ({ original_crime_type_name: type, call_date_time: time }: Record<string, string | null>) =>
  `${type} ${time?.slice(0, 16)}`;

Deno.test("Calls of 2018 stay in a topic that produce made, where another topic loses them at once", async () => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await using ordinary = new Workplace(servers);
    await using ours = new Workplace(servers);
    await createTopic(admin, { topic: ordinary.topic, numPartitions: 1 });
    for (const place of [ours, ordinary]) await place.succeed(["produce", "--timestamp", "event"]);
    const offsets = async ({ topic }: Workplace) => {
      const { low, high } = (await admin.fetchTopicOffsets(topic))[0]!;
      return [Number(low), Number(high)];
    };
    // Retention is a task of the broker's own; it says nothing when it runs, but takes all that is old.
    await whenTrue(async () => (await offsets(ordinary))[0] === 6802, {
      failure: () => "nothing was deleted",
    });
    deepEqual(await offsets(ours), [0, 6802]);
  } finally {
    await admin.disconnect();
  }
});

Deno.test("A leader that freezes while a transaction is written costs it no row, and doubles none", async () => {
  const properties = { "request.timeout.ms": "3000" };
  const broker = await openBroker({ kind: "kafka", servers, clientId: "frozen", properties });
  let frozen: number | undefined;
  try {
    const topic = freshTopic();
    await broker.createTopic(topic, { numPartitions: 3, replicationFactor: 3 });
    const [first] = (await broker.describeTopic(topic))!.partitions;
    const rows = Array.from({ length: 600 }, (_, row) => ({ key: null, value: utf8.encode(String(row)) }));
    const batches = await broker.openBatchTopic(topic, topic);
    await batches.begin({ batchId: 0 });
    await batches.append(rows.slice(0, 300));
    frozen = first!.leader - 1;
    cluster.pause(frozen);
    await batches.append(rows.slice(300));
    cluster.resume(frozen);
    await batches.commit();
    await batches.close();
    const found = (await committedRecords(servers, topic)).map(({ payload }) => Number(payload));
    deepEqual(found.toSorted((a, b) => a - b), rows.map((_, row) => row));
  } finally {
    if (frozen !== undefined) cluster.resume(frozen);
    await broker.close();
  }
});

/** Moves each partition of a topic to other replicas and leaders, again and again, until it is told to end. */
async function moveLeaders(topic: string, signal: AbortSignal): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    for (let moves = 0;; moves++) {
      if (signal.aborted) return moves;
      const { topics: [found] } = await admin.fetchTopicMetadata({ topics: [topic] });
      const partitionAssignment = found!.partitions.map(({ partitionId: partition, leader }) => ({
        partition,
        replicas: [1, 2, 3].filter((node) => node !== leader),
      }));
      await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
      const partitions = partitionAssignment.map(({ partition }) => partition);
      await whenTrue(async () => {
        const { topics } = await admin.listPartitionReassignments({ topics: [{ topic, partitions }] });
        return topics.length === 0;
      });
    }
  } finally {
    await admin.disconnect();
  }
}

Deno.test("Leaders that move under a sink all the time cost it no row, and double none", async () => {
  await using place = new Workplace(servers);
  await place.succeed(["produce", "--partitions", "2"]);
  const out = `${place.topic}-out`;
  const made = new AbortController();
  await place.succeed(["topic", "create", out, "--partitions", "3", "--replication-factor", "2"]);
  const moving = moveLeaders(out, made.signal);
  const words = [
    "analyze",
    "with_disposition",
    "--trigger",
    "available-now",
    "--max-offsets-per-trigger",
    "400",
  ];
  await place.succeed([...words, "--sink", `kafka:${out}`]);
  made.abort();
  ok(await moving > 1);
  const found = (await committedRecords(servers, out)).map(({ payload }) => textOf(JSON.parse(payload!)));
  deepEqual(found.toSorted(), sampleCalls().map(textOf).toSorted());
});

/**
 * How long a group may stand still after produce has got over the death of a server, besides the time that produce
 * has taken for it, which shows how slow the machine is. A session of the group lasts 30 s.
 */
const STANDSTILL_MS_MAX = 20_000;

Deno.test("A broker that dies while produce writes and a group reads costs no record, and soon all go on", async () => {
  await using place = new Workplace(servers);
  await place.succeed(["topic", "create", place.topic, "--partitions", "3", "--replication-factor", "3"]);
  const group = `group-of-${place.topic}`;
  const members = [0, 1].map(() => place.start(["consume", "--group", group, "--format", "value"]));
  const admin = kafka.admin();
  await admin.connect();
  const isDivided = async () => {
    const { groups } = await admin.describeGroups([group]);
    return groups[0]!.state === "Stable" && groups[0]!.members.length === 2;
  };
  await whenTrue(isDivided, { failure: () => "the members do not find together" });
  const producing = place.start([
    "produce",
    "--rate",
    "2000",
    "--progress-interval",
    "1000",
  ]);
  await producing.until(({ stderr }) => /\b[1-4],\d{3} records sent/.test(stderr));
  const { topics } = await admin.fetchTopicMetadata({ topics: [place.topic] });
  const leader = topics[0]!.partitions[0]!.leader;
  equal(topics[0]!.partitions.every(({ isr }) => isr.length === 3), true);
  await cluster.kill(leader - 1);
  const killedMs = performance.now();
  await admin.disconnect();
  const ids = sampleCalls().map(({ crime_id: id }) => id).toSorted();
  const printed = () =>
    members.flatMap(({ stdout }) => lines(stdout)).map((line) => JSON.parse(line).crime_id);
  const hasAll = () => new Set(printed()).size === ids.length;
  const { code, stderr } = await producing.ended();
  const producedMs = performance.now();
  equal(code, 0, stderr);
  await Promise.any(members.map((member) => member.until(hasAll)));
  const readMs = performance.now();
  ok(
    readMs - producedMs < STANDSTILL_MS_MAX + (producedMs - killedMs),
    `produce went on after ${producedMs - killedMs} ms, the group only after ${readMs - killedMs} ms`,
  );
  const keys = (await place.kcatRecords()).map(({ key }) => key);
  deepEqual(keys.toSorted(), ids);
  // A group reads at least once.
  deepEqual([...new Set(printed())].toSorted(), ids);
  for (const member of members) {
    member.kill("SIGINT");
    equal((await member.ended()).code, 0, member.stderr);
    ok(member.stdout !== "", "both have partitions");
  }
  const args = ["analyze", "by_type", "--trigger", "available-now", "--sink", "ndjson"];
  deepEqual(printedCounts((await place.succeed(args)).stdout), countsByType());
  await cluster.restart(leader - 1);
});

Deno.test("A partition without a leader, and replicas not in sync, are named by topic describe and doctor, and hold up no other topic", async () => {
  await using place = new Workplace(servers);
  const [lone, out] = [`${place.topic}-lone`, `${place.topic}-out`];
  const admin = kafka.admin();
  await admin.connect();
  const broker = await openBroker({ kind: "kafka", servers, clientId: "leaders", properties: {} });
  try {
    const assigned = (topic: string, replicas: number[]) => ({
      topic,
      replicaAssignment: [{ partition: 0, replicas }],
    });
    await admin.createTopics({
      topics: [assigned(place.topic, [1, 2, 3]), assigned(out, [1, 2]), assigned(lone, [3])],
      waitForLeaders: false,
    });
    await cluster.kill(2);
    const describe = async (topic: string) =>
      (await place.succeedInProcess(["topic", "describe", topic])).stderr;
    await whenTrue(async () => (await broker.describeTopic(lone))?.partitions[0]?.leader === -1);
    match(await describe(place.topic), /Partition 0 is under-replicated: 3 not in sync\./);
    match(await describe(lone), /Partition 0 has no leader: it cannot be written to or read\./);
    const missing = await place.runInProcess(["group", "describe", lone]);
    match(missing.stderr, new RegExp(`Group ${lone} does not exist\\.`));
    const result = await place.runInProcess(["doctor", "--json"]);
    equal(result.code, 1);
    const [failure] = problemsOf(result).filter(({ level }) => level === "failure");
    says(failure, { text: /^\d+ partitions? without a leader: /, advice: /^Start the servers/ });
    const behind = problemsOf(result).find(({ text }) => text.includes("not in sync"));
    equal(behind?.level, "warning");

    await place.succeedInProcess(["produce", "--limit", "100"]);
    await place.succeedInProcess([
      "analyze",
      "by_type",
      "--trigger",
      "available-now",
      "--sink",
      `kafka:${out}`,
    ]);
    const rows = (await committedRecords(servers, out)).map(({ payload }) => `${payload}\n`).join("");
    deepEqual(printedCounts(rows), countsByType(sampleCalls().slice(0, 100)));
    const group = ["--group", out, "--from", "beginning", "--exit-at-end", "--format", "value"];
    equal(lines((await place.succeedInProcess(["consume", ...group])).stdout).length, 100);
    await place.succeedInProcess(["topic", "delete", lone, "--yes"]);
    await whenTrue(async () => await broker.describeTopic(lone) === undefined);
  } finally {
    await broker.close();
    await admin.disconnect();
    await cluster.restart(2);
  }
});
