/** `produce --resume` on a real Kafka: runs that are killed with SIGKILL lose no record, and send none twice. */
import { deepEqual, equal, match, rejects } from "assert";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { openBroker } from "../support/brokers.ts";
import { sharedKafka } from "../support/kafka.ts";
import { killAt, numberedLines, recordCount, writeInput } from "../support/resumed_runs.ts";
import { freshTopic, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

const RECORDS = 200_000;
/** Slow enough to be killed in time, and so fast that many records are under way. */
const RATE = ["--rate", "20000"];

/** The numbers of the records in each partition, as kcat reads them. */
async function numbersByPartition(place: Workplace): Promise<number[][]> {
  const printed = await place.kcat(["-C", "-e", "-q", "-f", "%p %s\n"]);
  const partitions: number[][] = [];
  for (const [, partition, n] of printed.matchAll(/^(\d+) \{"n":(\d+)/gm)) {
    (partitions[Number(partition)] ??= []).push(Number(n));
  }
  return partitions;
}

Deno.test("200,000 records of a run that is killed three times are each in the topic once, and in order", async () => {
  await using place = new Workplace(servers);
  const input = await writeInput(place, numberedLines(0, RECORDS));
  const args = ["produce", "--input", input, "--key", "key", "-z", "lz4"];
  const broker = await openBroker({ kind: "kafka", servers, clientId: "watch", properties: {} });
  try {
    await broker.createTopic(place.topic, { numPartitions: 3, replicationFactor: 1 });
    await killAt(place, [...args, ...RATE], { broker, count: 30_000 });
    // Others write to the topic, even the same records.
    await place.kcat(["-P", "-K", "|"], "key-1|other\nkey-2|other\n");
    await killAt(place, [...args, ...RATE, "--resume"], { broker, count: 80_000 });
    await killAt(place, [...args, ...RATE, "--resume"], { broker, count: 140_000 });
    const { stderr } = await place.succeed([...args, "--resume"]);
    match(stderr, /Resuming: topic .* has 1\d\d,\d\d\d records of .*input\.ndjson \(.* in partition 0, /);
    match(stderr, /200,000 records of .*input\.ndjson are in /);
    equal(await recordCount(broker, place.topic), RECORDS + 2);
  } finally {
    await broker.close();
  }
  const partitions = await numbersByPartition(place);
  for (const numbers of partitions) deepEqual(numbers, numbers.toSorted((left, right) => left - right));
  deepEqual(
    partitions.flat().sort((left, right) => left - right),
    Array.from({ length: RECORDS }, (_, n) => n),
  );
});

Deno.test("A run that was sent completely has nothing to resume, and then only what was added to its input", async () => {
  await using place = new Workplace(servers);
  const input = await writeInput(place, numberedLines(0, 1_000));
  const args = ["produce", "--input", input, "--key", "key", "--partitions", "2", "--resume"];
  match((await place.succeedInProcess(args)).stderr, /No earlier run of /);
  match((await place.succeedInProcess(args)).stderr, /^0 records .* sent to /m);
  await writeInput(place, numberedLines(0, 1_500));
  match((await place.succeedInProcess(args)).stderr, /^500 records .* sent to /m);
  deepEqual(
    (await numbersByPartition(place)).flat().sort((left, right) => left - right),
    Array.from({ length: 1_500 }, (_, n) => n),
  );
});

Deno.test("A broker refuses records of a resumed producer that it has, or does not expect", async () => {
  const broker = await openBroker({ kind: "kafka", servers, clientId: "late", properties: {} });
  const topic = freshTopic();
  const records = () =>
    RecordsBuilder.of([1, 2, 3].map((n) => ({ key: null, value: Uint8Array.of(n), timestampMs: n })));
  try {
    await broker.createTopic(topic, { numPartitions: 1, replicationFactor: 1 });
    const first = await broker.openAppender({ codec: "none", acks: "all" });
    await first.append(topic, [{ partition: 0, records: records() }]);
    const id = first.id!;
    // What the first one has sent arrives only when it is thought to be lost: it is not stored again.
    const behind = await broker.openAppender({
      ...{ codec: "none", acks: "all" },
      resumed: { id, topic, counts: new Map([[0, 0]]) },
    });
    await behind.append(topic, [{ partition: 0, records: records() }]);
    equal(await recordCount(broker, topic), 3);
    for (const count of [1, 7]) {
      const other = await broker.openAppender({
        ...{ codec: "none", acks: "all" },
        resumed: { id, topic, counts: new Map([[0, count]]) },
      });
      await rejects(
        other.append(topic, [{ partition: 0, records: records() }]),
        /refused records, so that none is stored twice/,
      );
    }
    equal(await recordCount(broker, topic), 3);
  } finally {
    await broker.close();
  }
});

Deno.test("A run that cannot be remembered is sent all the same, and says so; with --resume it is an error", async () => {
  await using place = new Workplace(servers);
  const input = await writeInput(place, numberedLines(0, 10));
  const args = ["produce", "--input", input, "--key", "key", "--data-dir", input];
  const { stderr } = await place.succeedInProcess(args);
  match(stderr, /^warning: This run cannot be resumed, should it be interrupted: .*input\.ndjson/m);
  match(stderr, /^10 records .* sent to /m);
  const refused = await place.runInProcess([...args, "--resume"]);
  equal(refused.code, 1, refused.stderr);
  match(refused.stderr, /input\.ndjson/);
});
