/**
 * Three brokers: one dies while `produce` writes and a group reads. The same cluster deletes old records at once,
 * where it may.
 */
import { deepEqual, equal, ok } from "assert";
import { Kafka, logLevel } from "kafkajs";
import { sampleCalls } from "../support/calls.ts";
import { createTopic, startKafka } from "../support/kafka.ts";
import { countsByType, lines, printedCounts, Workplace } from "../support/workplace.ts";

const cluster = await startKafka({
  brokers: 3,
  properties: {
    // A dead broker is noticed in two seconds rather than nine.
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "500",
    "log.retention.check.interval.ms": "250",
    "log.initial.task.delay.ms": "250",
  },
});
const { servers } = cluster;
const kafka = new Kafka({ brokers: [...servers], logLevel: logLevel.NOTHING });

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
    const untilMs = Date.now() + 30_000;
    while ((await offsets(ordinary))[0] !== 6802) ok(Date.now() < untilMs, "nothing was deleted");
    deepEqual(await offsets(ours), [0, 6802]);
  } finally {
    await admin.disconnect();
  }
});

/** How long a group may stand still when a server dies that these settings have replaced within seconds. */
const STANDSTILL_MS_MAX = 30_000;

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
  for (const untilMs = performance.now() + 60_000; !await isDivided();) {
    ok(performance.now() < untilMs, "the members do not find together");
  }
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
  const { code, stderr } = await producing.ended();
  equal(code, 0, stderr);
  const keys = (await place.kcatRecords()).map(({ key }) => key);
  const ids = sampleCalls().map(({ crime_id: id }) => id).toSorted();
  deepEqual(keys.toSorted(), ids);
  const printed = () =>
    members.flatMap(({ stdout }) => lines(stdout)).map((line) => JSON.parse(line).crime_id);
  const hasAll = () => new Set(printed()).size === ids.length;
  await Promise.any(members.map((member) => member.until(hasAll)));
  ok(performance.now() - killedMs < STANDSTILL_MS_MAX, "the group stood still for too long");
  // A group reads at least once.
  deepEqual([...new Set(printed())].toSorted(), ids);
  for (const member of members) {
    member.kill("SIGINT");
    equal((await member.ended()).code, 0, member.stderr);
    ok(member.stdout !== "", "both have partitions");
  }
  const args = ["analyze", "by_type", "--trigger", "available-now", "--sink", "ndjson"];
  deepEqual(printedCounts((await place.succeed(args)).stdout), countsByType());
});
