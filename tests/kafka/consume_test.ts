/** What `consume` prints of what others wrote to a real Kafka, and what its groups leave there. */
import { deepEqual, equal } from "assert";
import { Kafka, logLevel } from "kafkajs";
import { sampleCalls } from "../support/calls.ts";
import { createTopic, sharedKafka } from "../support/kafka.ts";
import { adminOf } from "../support/kafka_admin.ts";
import { lines, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();
const kafka = new Kafka({ brokers: [...servers], logLevel: logLevel.NOTHING });
const TO_END = ["--from", "beginning", "--exit-at-end"];

interface Printed {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: string;
  readonly key: string | null;
  readonly value: unknown;
}

function printed(stdout: string): Printed[] {
  return lines(stdout).map((line) => JSON.parse(line) as Printed);
}

const withAdmin = adminOf(servers);

/** What Kafka itself says a group has committed, by partition. */
function committed(groupId: string, topic: string): Promise<Map<number, number>> {
  return withAdmin(async (admin) => {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return new Map(found!.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  });
}

for (const codec of ["none", "gzip", "snappy", "lz4", "zstd"]) {
  Deno.test(`What kcat produces with ${codec} is consumed as it was, keyed or not`, async () => {
    await using place = new Workplace(servers);
    const calls = sampleCalls().slice(0, 200);
    const values = calls.map((call) => JSON.stringify(call));
    await place.kcat(["-P", "-z", codec], values.map((value) => `${value}\n`).join(""));
    const keyed = values.map((value, index) => `${calls[index]!.crime_id}\t${value}\n`).join("");
    await place.kcat(["-P", "-z", codec, "-K", "\t"], keyed);
    const all = printed((await place.succeedInProcess(["consume", ...TO_END, "--format", "ndjson"])).stdout);
    deepEqual(all.map(({ value }) => value), [...calls, ...calls]);
    deepEqual(all.map(({ key }) => key), [...calls.map(() => null), ...calls.map(({ crime_id: id }) => id)]);
    deepEqual(all.map(({ offset }) => offset), values.concat(values).map((_value, index) => index));
    const plain = (await place.succeedInProcess(["consume", ...TO_END, "--format", "value"])).stdout;
    deepEqual(lines(plain), [...values, ...values]);
  });
}

Deno.test("A tombstone is a record whose value is null, and an empty value is not", async () => {
  await using place = new Workplace(servers);
  await place.kcat(["-P", "-K", ":"], "empty:\n");
  await place.kcat(["-P", "-Z", "-K", ":"], "deleted:\n");
  const { stdout } = await place.succeedInProcess(["consume", ...TO_END, "--format", "ndjson"]);
  deepEqual(printed(stdout).map(({ key, value }) => [key, value]), [["empty", ""], ["deleted", null]]);
});

Deno.test("A group goes on where it stopped, and Kafka sees what it has committed", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--partitions", "2"]);
  const group = `group-of-${place.topic}`;
  const asGroup = (...more: string[]) =>
    place.succeedInProcess(["consume", "--group", group, "--format", "ndjson", "--exit-at-end", ...more]);
  const first = printed((await asGroup("--max-messages", "100")).stdout);
  equal(first.length, 100);
  const sum = (offsets: Map<number, number>) =>
    [...offsets.values()].reduce((total, offset) => total + Math.max(0, offset), 0);
  equal(sum(await committed(group, place.topic)), 100);
  const rest = printed((await asGroup()).stdout);
  deepEqual(
    [...first, ...rest].map(({ key }) => key).toSorted(),
    sampleCalls().map(({ crime_id: id }) => id).toSorted(),
  );
  const ends = await place.succeedInProcess(["topic", "offsets", place.topic]);
  const next = lines(ends.stdout).map((line) => Number(/ to (\d+) /.exec(line)?.[1]));
  deepEqual([...(await committed(group, place.topic)).values()], next);
});

Deno.test("A member that is interrupted commits what it has printed, and no more", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--limit", "50"]);
  const group = `group-of-${place.topic}`;
  const member = place.start(["consume", "--group", group, "--format", "ndjson"]);
  await member.until(({ stdout }) => lines(stdout).length === 50);
  await place.succeedInProcess(["produce", "--limit", "25"]);
  await member.until(({ stdout }) => lines(stdout).length === 75);
  member.kill("SIGINT");
  equal((await member.ended()).code, 0);
  deepEqual(await committed(group, place.topic), new Map([[0, 75]]));
});

Deno.test("--from finds a time, the last records, the beginning and the end", async () => {
  await using place = new Workplace(servers);
  const producer = kafka.producer();
  const start = Date.UTC(2018, 11, 31, 12);
  await place.succeedInProcess(["topic", "create", place.topic, "--retention", "forever"]);
  await producer.connect();
  for (let from = 0; from < 60; from += 20) {
    const messages = Array.from({ length: 20 }, (_, index) => ({
      partition: 0,
      value: String(from + index),
      timestamp: String(start + (from + index) * 60_000),
    }));
    await producer.send({ topic: place.topic, messages });
  }
  await producer.disconnect();
  const valuesFrom = async (from: string) => {
    const args = ["consume", "--from", from, "--exit-at-end", "--format", "value"];
    return lines((await place.succeedInProcess(args)).stdout).map(Number);
  };
  const upTo60 = (first: number) => Array.from({ length: 60 - first }, (_, index) => first + index);
  deepEqual(await valuesFrom("beginning"), upTo60(0));
  deepEqual(await valuesFrom("2018-12-31T12:00:00Z"), upTo60(0));
  deepEqual(await valuesFrom("2018-12-31T12:47:00.000Z"), upTo60(47));
  deepEqual(await valuesFrom("2018-12-31T13:46:30+01:00"), upTo60(47));
  deepEqual(await valuesFrom("2019-01-01"), []);
  deepEqual(await valuesFrom("-7"), upTo60(53));
  deepEqual(await valuesFrom("-1000"), upTo60(0));
  deepEqual(await valuesFrom("end"), []);
});

/** A topic of two partitions with values from 0 on: 10 in the first, 4 in the second, a minute apart. */
async function unevenTopic(place: Workplace, start: number): Promise<void> {
  await withAdmin((admin) => createTopic(admin, { topic: place.topic, numPartitions: 2 }));
  const producer = kafka.producer();
  await producer.connect();
  for (const [partition, count] of [10, 4].entries()) {
    const messages = Array.from({ length: count }, (_, index) => ({
      partition,
      value: String(index),
      timestamp: String(start + index * 60_000),
    }));
    await producer.send({ topic: place.topic, messages });
  }
  await producer.disconnect();
}

Deno.test("--until ends each partition before an offset, a time or the last records; times are kcat's s@ and e@", async () => {
  await using place = new Workplace(servers);
  const start = Date.now() - 3_600_000;
  await unevenTopic(place, start);
  const format = ["-f", "%p:%o\\n"];
  const read = async (...args: string[]) =>
    lines((await place.succeedInProcess(["consume", ...format, ...args])).stdout).toSorted();
  /** The offsets from one on, up to one of each partition. */
  const places = (from: number, ...ends: readonly number[]) =>
    ends.flatMap((end, partition) =>
      Array.from({ length: end - from }, (_, index) => `${partition}:${from + index}`)
    ).toSorted();
  deepEqual(await read("--from", "1", "--until", "3"), places(1, 3, 3));
  deepEqual(await read("--from", "beginning", "--until", "-2"), places(0, 8, 2));
  deepEqual(await read("--from", "2", "--until", "8", "-e"), places(2, 8, 4));
  deepEqual(await read("-p", "0", "--from", "8", "--until", "9"), ["0:8"]);
  const [from, until] = [start + 60_000, start + 240_000];
  const expected = lines(
    await place.kcat(["-C", "-e", "-q", "-o", `s@${from}`, "-o", `e@${until}`, ...format]),
  );
  const asTime = (ms: number) => new Date(ms).toISOString();
  deepEqual(await read("--from", asTime(from), "--until", asTime(until)), expected.toSorted());
  deepEqual(await read("--group", place.topic, "--until", "2"), places(0, 2, 2));
  deepEqual(await read("--group", place.topic, "-e"), places(2, 10, 4));
});

Deno.test("--until an offset waits for the partitions that do not have it yet, and reads no others further", async () => {
  await using place = new Workplace(servers);
  await unevenTopic(place, Date.now() - 3_600_000);
  const program = place.start(["consume", "--from", "3", "--until", "5", "-f", "%p:%o\\n"]);
  await program.until(({ stdout }) => lines(stdout).length === 3);
  await place.kcat(["-P", "-p", "0"], "more\n");
  await place.kcat(["-P", "-p", "1"], "4\n5\n6\n");
  const { code, stdout, stderr } = await program.ended();
  equal(code, 0, stderr);
  deepEqual(lines(stdout).toSorted(), ["0:3", "0:4", "1:3", "1:4"]);
});

Deno.test("A reader that goes away ends consume at once and well", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce"]);
  const script = '"$@" | head -n 1; exit ${PIPESTATUS[0]}';
  const { code, stdout, stderr } = await place.bash(script, [
    "consume",
    "--from",
    "beginning",
    "--format",
    "value",
  ]);
  equal(code, 0, stderr);
  equal(stdout, `${JSON.stringify(sampleCalls()[0])}\n`);
});

Deno.test("The verbs of topics say and do what Kafka sees", async () => {
  await using place = new Workplace(servers);
  const { topic } = place;
  await place.succeedInProcess(["topic", "create", topic, "--partitions", "3", "--replication-factor", "1"]);
  equal((await place.runInProcess(["topic", "create", topic])).code, 1);
  const listed = lines((await place.succeedInProcess(["topic", "list", "--names"])).stdout);
  // Kafka's own topics are nobody's to read.
  const others = (await withAdmin((admin) => admin.listTopics())).filter((name) => !name.startsWith("__"));
  deepEqual(listed.toSorted(), others.toSorted());
  const seen = await withAdmin((admin) => admin.fetchTopicMetadata({ topics: [topic] }));
  equal(seen.topics[0]!.partitions.length, 3);
  const described = lines((await place.succeedInProcess(["topic", "describe", topic])).stdout);
  deepEqual(described.slice(1), [
    "  retention 7 d",
    // Kafka 4.1 itself sets it for the cluster.
    "  min.insync.replicas=1 (set on the broker)",
    "PARTITION  LEADER  REPLICAS  IN SYNC  EARLIEST  LATEST  OFFSETS  SIZE",
    ...[0, 1, 2].map((n) => `        ${n}       1  1         1               0       0        0  0 B`),
  ]);
  await place.kcat(["-P", "-p", "1"], "a\nb\n");
  deepEqual(lines((await place.succeedInProcess(["topic", "offsets", topic])).stdout), [
    `${topic}-0: 0 to 0 (0 offsets)`,
    `${topic}-1: 0 to 2 (2 offsets)`,
    `${topic}-2: 0 to 0 (0 offsets)`,
  ]);
  await place.succeedInProcess(["topic", "delete", topic, "--yes"]);
  equal((await withAdmin((admin) => admin.listTopics())).includes(topic), false);
  for (const verb of [["delete", "--yes"], ["describe"], ["offsets"]]) {
    equal((await place.runInProcess(["topic", ...verb, topic])).code, 1);
  }
});
