/** The lag of a query on a real Kafka, in records and in time, against what its records say by other clients. */
import { deepEqual, equal } from "assert";
import { Kafka, logLevel } from "kafkajs";
import type { PartitionView, QueryView } from "../../lib/monitoring/view/query_view.ts";
import { adminOf } from "../support/kafka_admin.ts";
import { createTopic, sharedKafka } from "../support/kafka.ts";
import { hasPrometheus, promtool } from "../support/prometheus.ts";
import { whenTrue } from "../support/when_true.ts";
import { Workplace } from "../support/workplace.ts";

const MINUTE_MS = 60_000;

const { servers } = await sharedKafka();
const hasPromtool = await hasPrometheus("metrics of an analysis on Kafka");

const CONFIG = (topic: string) => `
[query.all]
sql = SELECT id FROM things
[stream.things]
topic = ${topic}
columns = id BIGINT
watermark = none
[analyze]
max_offsets_per_trigger = 3
`;

/** Old records a minute apart: eight in one partition, and one in another, behind a transaction that was given up. */
async function sendOld(topic: string): Promise<void> {
  const client = new Kafka({ brokers: [...servers], logLevel: logLevel.NOTHING });
  const firstMs = Date.now() - 100 * MINUTE_MS;
  const messages = (partition: number, ids: readonly number[]) =>
    ids.map((id) => ({
      partition,
      value: JSON.stringify({ id }),
      timestamp: String(firstMs + id * MINUTE_MS),
    }));
  const producer = client.producer({
    transactionalId: topic,
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { initialRetryTime: 2 },
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: messages(1, [20, 21]) });
  await transaction.abort();
  await producer.disconnect();
  const plain = client.producer();
  await plain.connect();
  await plain.send({ topic, messages: [...messages(0, [0, 1, 2, 3, 4, 5, 6, 7]), ...messages(1, [22])] });
  await plain.disconnect();
}

Deno.test("On Kafka, the lag in time is the age of the oldest record that is not read, and the metrics have it", async () => {
  await using place = new Workplace(servers);
  const { topic } = place;
  const withAdmin = adminOf(servers);
  await withAdmin((admin) => createTopic(admin, { topic, numPartitions: 2, replicationFactor: 1 }));
  await sendOld(topic);
  await Deno.writeTextFile(`${place.directory}/app.cfg`, CONFIG(topic));
  const startedMs = Date.now();
  // A batch takes three of the offsets, and the next one is an hour away.
  const flags = ["--trigger", "1h", "--sink", "none", "--workers", "1", "--ui", "--ui-port", "0"];
  const program = place.start(["analyze", "all", ...flags]);
  await program.until(({ stderr }) => /Dashboard at \S+/.test(stderr));
  const [, url] = /Dashboard at (\S+)/.exec(program.stderr)!;
  const view = async () => {
    const [query] = await (await fetch(`${url}/api/queries`)).json() as QueryView[];
    return query;
  };
  await whenTrue(async () => (await view())?.partitions.length === 2);

  // kcat skips what was given up, too.
  const records = await place.kcatRecords();
  /** When the oldest record was sent that is not read. */
  const oldestMs = ({ partition, end }: PartitionView) =>
    records.filter((record) => record.partition === partition && record.offset >= end)
      .reduce((one, other) => other.offset < one.offset ? other : one).ts;
  const isItsAge = (view: PartitionView) => {
    const sentMs = oldestMs(view);
    return startedMs - sentMs <= view.lagMs! && view.lagMs! <= Date.now() - sentMs;
  };
  // Before it is looked up, an older one is taken.
  await whenTrue(async () => (await view())!.partitions.every(isItsAge));
  const { partitions, lagMs, lagRecords, totals } = (await view())!;
  const offsets = await withAdmin((admin) => admin.fetchTopicOffsets(topic));
  for (const { partition, end, latest, lag } of partitions) {
    equal(latest, Number(offsets.find((each) => each.partition === partition)!.high));
    equal(lag, latest - end);
  }
  // Of the transaction something is read, so what waits begins with none of its records.
  deepEqual(partitions.map(({ end }) => end > 0), [true, true]);
  equal(lagMs, Math.max(...partitions.map((each) => each.lagMs!)));
  equal(lagRecords, partitions.reduce((sum, { lag }) => sum + lag, 0));

  const metrics = await (await fetch(`${url}/metrics`)).text();
  const valueOf = (name: string) =>
    Number(metrics.split("\n").find((line) => line.startsWith(`${name} `))?.slice(name.length));
  equal(valueOf('sfcrime_lag_records{query="all"}'), lagRecords);
  equal(valueOf('sfcrime_lag_seconds{query="all"}'), lagMs! / 1_000);
  equal(valueOf('sfcrime_input_records_total{query="all"}'), totals.inputRecords);
  for (const { partition, end, latest, lag } of partitions) {
    const labels = `{query="all",topic="${topic}",partition="${partition}"}`;
    equal(valueOf(`sfcrime_partition_read_offset${labels}`), end);
    equal(valueOf(`sfcrime_partition_end_offset${labels}`), latest);
    equal(valueOf(`sfcrime_partition_lag_records${labels}`), lag);
  }
  if (hasPromtool) equal(await promtool(["check", "metrics"], metrics), "");
  program.kill("SIGINT");
  equal((await program.ended()).code, 0);
});
