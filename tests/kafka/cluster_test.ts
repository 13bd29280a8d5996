/** Three brokers: one dies while `produce` writes. The same cluster deletes old records at once, where it may. */
import { deepEqual, equal, ok } from "assert";
import { Kafka, logLevel } from "kafkajs";
import { sampleCalls } from "../support/calls.ts";
import { startKafka } from "../support/kafka.ts";
import { countsByType, printedCounts, Workplace } from "../support/workplace.ts";

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
    await admin.createTopics({ topics: [{ topic: ordinary.topic, numPartitions: 1 }], waitForLeaders: true });
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

Deno.test("A broker that dies while produce writes costs no record, and doubles none", async () => {
  await using place = new Workplace(servers);
  const producing = place.start([
    "produce",
    "--partitions",
    "3",
    "--replication-factor",
    "3",
    "--rate",
    "2000",
    "--progress-interval",
    "1000",
  ]);
  await producing.until(({ stderr }) => /\b[1-4],\d{3} records sent/.test(stderr));
  const admin = kafka.admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [place.topic] });
  const leader = topics[0]!.partitions[0]!.leader;
  equal(topics[0]!.partitions.every(({ isr }) => isr.length === 3), true);
  await cluster.kill(leader - 1);
  await admin.disconnect();
  const { code, stderr } = await producing.ended();
  equal(code, 0, stderr);
  const keys = (await place.kcatRecords()).map(({ key }) => key);
  deepEqual(keys.toSorted(), sampleCalls().map(({ crime_id: id }) => id).toSorted());
  const args = ["analyze", "by_type", "--trigger", "available-now", "--sink", "ndjson"];
  deepEqual(printedCounts((await place.succeed(args)).stdout), countsByType());
});
