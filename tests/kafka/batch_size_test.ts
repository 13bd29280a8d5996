/** Topics that take small batches only, as kcat sees what arrives in them. */
import { deepEqual, equal, match, rejects } from "assert";
import { Buffer } from "node:buffer";
import { Kafka, logLevel } from "kafkajs";
import { openBroker } from "../support/brokers.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { sampleCalls } from "../support/calls.ts";
import { createTopic, sharedKafka } from "../support/kafka.ts";
import { adminOf } from "../support/kafka_admin.ts";
import { randomFrom } from "../support/random.ts";
import { committedRecords } from "../support/sink_topic.ts";
import { whenTrue } from "../support/when_true.ts";
import { lines, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();
const asAdmin = adminOf(servers);
const TOPIC = 2;
const utf8 = new TextEncoder();

type Config = Readonly<Record<string, string>>;

const entriesOf = (config: Config) => Object.entries(config).map(([name, value]) => ({ name, value }));

function createLimitedTopic(topic: string, config: Config, numPartitions = 1): Promise<void> {
  return asAdmin((admin) => createTopic(admin, { topic, numPartitions, configEntries: entriesOf(config) }));
}

/** Lowers what a topic takes at once, until its broker refuses more: it learns of the change a moment after the controller. */
async function lowerLimit(
  topic: string,
  { bytes, partition }: { bytes: number; partition: number },
): Promise<void> {
  const configEntries = entriesOf({ "max.message.bytes": String(bytes) });
  const resources = [{ type: TOPIC, name: topic, configEntries }];
  await asAdmin((admin) => admin.alterConfigs({ validateOnly: false, resources }));
  const kafka = new Kafka({ brokers: [...servers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({
    transactionalId: crypto.randomUUID(),
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  try {
    await whenTrue(async () => {
      // Whoever reads what is committed does not see it.
      const transaction = await producer.transaction();
      try {
        await transaction.send({ topic, messages: [{ partition, value: Buffer.alloc(bytes) }] });
        return false;
      } catch (error) {
        if ((error as { type?: string }).type !== "MESSAGE_TOO_LARGE") throw error;
        return true;
      } finally {
        await transaction.abort();
      }
    });
  } finally {
    await producer.disconnect();
  }
}

/** The ids of calls as they stand in each partition. */
async function idsByPartition(place: Workplace): Promise<Map<number, string[]>> {
  const byPartition = Map.groupBy(await place.kcatRecords(), ({ partition }) => partition);
  return new Map([...byPartition].map(([partition, records]) => [partition, records.map(({ key }) => key!)]));
}

function requireAllInOrder(found: Map<number, string[]>, partitions: number): void {
  const turns = new Map(sampleCalls().map(({ crime_id: id }, turn) => [id, turn]));
  equal(found.size, partitions);
  equal([...found.values()].flat().length, turns.size);
  for (const ids of found.values()) {
    deepEqual(ids, ids.toSorted((left, right) => turns.get(left)! - turns.get(right)!));
  }
}

for (const codec of ["none", "gzip"] as const) {
  Deno.test(`A topic that takes 20,000 bytes at once gets all calls in order, with compression ${codec}`, async () => {
    await using place = new Workplace(servers);
    await createLimitedTopic(place.topic, { "max.message.bytes": "20000" }, 3);
    await place.succeedInProcess(["produce", "--compression", codec]);
    requireAllInOrder(await idsByPartition(place), 3);
  });
}

Deno.test("A topic that unpacks batches and then finds them too large gets all calls in order", async () => {
  await using place = new Workplace(servers);
  await createLimitedTopic(
    place.topic,
    { "max.message.bytes": "20000", "compression.type": "uncompressed" },
    2,
  );
  await place.succeedInProcess(["produce", "--compression", "zstd"]);
  requireAllInOrder(await idsByPartition(place), 2);
});

Deno.test("A sink's batch for a topic that takes 20,000 bytes at once comes whole, once and in order", async () => {
  await using place = new Workplace(servers);
  await createLimitedTopic(place.topic, { "max.message.bytes": "20000" }, 2);
  const broker = await openBroker({ kind: "kafka", servers, clientId: "sink", properties: {} });
  try {
    const batches = await broker.openBatchTopic(place.topic, place.topic);
    await batches.begin({ batchId: 0 });
    const calls = sampleCalls().map((call) => ({ key: utf8.encode(call.crime_id), value: null }));
    // As if the limit were lowered while the batch is written.
    await batches.append(calls.slice(0, 3_000));
    await lowerLimit(place.topic, { bytes: 5_000, partition: 0 });
    await batches.append(calls.slice(3_000));
    await batches.commit();
    await batches.begin({ batchId: 1 });
    await rejects(batches.append([{ key: utf8.encode("7"), value: utf8.encode(noise(6_000)) }]), {
      code: "OUTPUT",
      message: /^The record with key 7 /,
    });
    await batches.close();
  } finally {
    await broker.close();
  }
  const committed = await committedRecords(servers, place.topic);
  const byPartition = Map.groupBy(committed, ({ partition }) => partition);
  requireAllInOrder(new Map([...byPartition].map(([n, records]) => [n, records.map(({ key }) => key!)])), 2);
});

/** Text that no codec makes much smaller than two thirds. */
function noise(length: number): string {
  const random = randomFrom(1);
  return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join("");
}

/** Of twenty records, those that have 200,000 bytes: the 3rd, the 12th and the last. */
const LARGE = [2, 11, 19];

function mixedRecords(text: string) {
  return Array.from(
    { length: 20 },
    (_, n) => ({ id: `r${n}`, text: LARGE.includes(n) ? text : `small ${n}` }),
  );
}

const inputOf = (records: readonly unknown[]) =>
  records.map((record) => `${JSON.stringify(record)}\n`).join("");
const small = mixedRecords("").filter((_, n) => !LARGE.includes(n)).map(({ id }) => id);
const SMALL: Config = { "max.message.bytes": "65536" };
/** A topic that unpacks what it gets, so that only the broker knows how large it is then. */
const UNPACKING: Config = { ...SMALL, "compression.type": "uncompressed" };
const produceMixed = ["produce", "--input", "-", "--key", "id"];

const NOISE = noise(200_000);
const EVEN = "x".repeat(200_000);

const INTO_SINK = ["analyze", "with_disposition", "--trigger", "available-now"];

for (
  const [what, config, codec, text] of [
    ["are known to be too large", SMALL, "none", EVEN],
    ["are too large also when they are compressed", SMALL, "gzip", NOISE],
    ["the broker finds to be too large", UNPACKING, "gzip", EVEN],
  ] as const
) {
  Deno.test(`Records that ${what} are named and kept as dead letters, and all others arrive in order`, async () => {
    await using place = new Workplace(servers);
    await createLimitedTopic(place.topic, config);
    const records = mixedRecords(text);
    const args = [...produceMixed, "--compression", codec, "--dead-letter-file", "letters.ndjson"];
    const { stderr } = await place.succeedInProcess(args, { stdin: inputOf(records) });
    deepEqual((await place.kcatRecords()).map(({ key }) => key), small);
    match(stderr, /Record 3 of stdin \(line 3, byte \d+\) was not sent: .* 65,536 \(max\.message\.bytes\)/);
    match(stderr, /Raise max\.message\.bytes/);
    match(stderr, /17 records .* sent to/);
    const letters = lines(await Deno.readTextFile(`${place.directory}/letters.ndjson`))
      .map((line) => JSON.parse(line) as { record: number; text: string });
    deepEqual(letters.map(({ record }) => record), LARGE.map((n) => n + 1));
    deepEqual(letters.map(({ text }) => JSON.parse(text)), LARGE.map((n) => records[n]));
  });
}

Deno.test("A record that fits when it is compressed is sent, and not judged by its size before", async () => {
  await using place = new Workplace(servers);
  await createLimitedTopic(place.topic, SMALL);
  const record = JSON.stringify({ id: "long", text: EVEN });
  await place.succeedInProcess([...produceMixed, "--compression", "gzip"], { stdin: `${record}\n` });
  deepEqual((await place.kcatRecords()).map(({ payload }) => payload), [record]);
});

Deno.test("With --on-error fail the first record that is too large ends the run with 1, and those before it are sent", async () => {
  await using place = new Workplace(servers);
  await createLimitedTopic(place.topic, SMALL);
  const { code, stderr } = await place.runInProcess([...produceMixed, "--on-error", "fail"], {
    stdin: inputOf(mixedRecords(EVEN)),
  });
  equal(code, 1);
  match(
    stderr,
    /Record 3 of stdin .* it takes 200,\d+ bytes, and topic \S+ allows 65,536 \(max\.message\.bytes\)/,
  );
  match(stderr, /--add-config max\.message\.bytes=200\d+/);
  deepEqual((await place.kcatRecords()).map(({ key }) => key), ["r0", "r1"]);
});

Deno.test("When no record is small enough, the run ends with 1 and says what to do", async () => {
  await using place = new Workplace(servers);
  await createLimitedTopic(place.topic, SMALL);
  const { code, stderr } = await place.runInProcess([...produceMixed, "--on-error", "skip"], {
    stdin: inputOf([{ id: "long", text: EVEN }]),
  });
  equal(code, 1);
  match(stderr, /No record of stdin could be sent: the only one is broken\.\n.*max\.message\.bytes/);
});

Deno.test("A limit that is lowered between two appends is found out from the broker, and nothing is lost", async () => {
  await using place = new Workplace(servers);
  await createLimitedTopic(place.topic, { "max.message.bytes": "500000" }, 2);
  const broker = await openBroker({ kind: "kafka", servers, clientId: "lowered", properties: {} });
  try {
    const appender = await broker.openAppender({ codec: "none", acks: "all" });
    const sizes = Array.from({ length: 400 }, (_, n) => n === 150 ? 5_000 : 1_000);
    const records = () =>
      RecordsBuilder.of(
        sizes.map((size, n) => ({
          key: utf8.encode(String(n)),
          value: new Uint8Array(size),
          timestampMs: Date.now(),
        })),
      );
    deepEqual(await appender.append(place.topic, [{ partition: 0, records: records() }]), [
      { partition: 0, baseOffset: 0, lastOffset: 399 },
    ]);
    await lowerLimit(place.topic, { bytes: 3_000, partition: 1 });
    const [appended] = await appender.append(place.topic, [{ partition: 0, records: records() }]);
    equal(appended!.baseOffset, 400);
    deepEqual(appended!.tooLarge!.map(({ index }) => index), [150]);
    const keys = (await place.kcatRecords()).map(({ key }) => Number(key));
    const all = sizes.map((_, n) => n);
    deepEqual(keys, [...all, ...all.filter((n) => n !== 150)]);
  } finally {
    await broker.close();
  }
});

Deno.test("A row that is too large for the sink's topic ends the query with 1 and is named; nothing of its batch is there", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--limit", "100"]);
  const out = `${place.topic}-out`;
  await createLimitedTopic(out, { "max.message.bytes": "400" }, 2);
  const sql = "SELECT crime_id, CASE WHEN crime_id LIKE '%7' THEN repeat('x', 500) END AS text FROM calls";
  const args = [...INTO_SINK, "--sink", `kafka:${out}`, "-X", `query.with_disposition.sql=${sql}`];
  const { code, stderr } = await place.runInProcess(args);
  equal(code, 1);
  match(
    stderr,
    new RegExp(`it takes [56]\\d\\d bytes, and topic ${out} allows 400 \\(max\\.message\\.bytes\\)`),
  );
  match(stderr, /--add-config max\.message\.bytes=/);
  equal(await place.kcat(["-t", out, "-C", "-e", "-q"]), "");
});
