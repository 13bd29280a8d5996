/** What `produce` leaves on a real Kafka, as kcat and Kafka's own admin see it. */
import { deepEqual, equal, match, ok } from "assert";
import { openBroker } from "../support/brokers.ts";
import { CODECS } from "../../lib/broker/record_batch/codecs.ts";
import { sampleCalls } from "../support/calls.ts";
import { sharedKafka } from "../support/kafka.ts";
import { adminOf } from "../support/kafka_admin.ts";
import { lines, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

/** The key and value that each call should have. */
function expectedRecords(): string[] {
  return sampleCalls().map((call) => `${call.crime_id}\t${JSON.stringify(call)}`).toSorted();
}

/** Where keys lie in the eyes of another client: kcat, with the partitioner of Java's. */
async function partitionsByKcat(place: Workplace, keys: readonly string[]): Promise<Map<string, number>> {
  await place.kcat(
    ["-P", "-K", "\t", "-X", "topic.partitioner=murmur2_random"],
    keys.map((key) => `${key}\tx\n`).join(""),
  );
  return new Map((await place.kcatRecords()).map(({ key, partition }) => [key!, partition]));
}

const ATTRIBUTES_AT = 22;

/** The codecs of a topic's first batches, by the attributes that they carry. */
async function codecsOf(topic: string): Promise<Set<string>> {
  const broker = await openBroker({ kind: "kafka", servers, clientId: "codecs", properties: {} });
  try {
    const reader = await broker.openReader();
    const codecs = new Set<string>();
    for (const [partition, to] of await broker.listOffsets(topic, "latest")) {
      for await (const { bytes } of reader.read({ topic, partition, from: 0, to })) {
        codecs.add(CODECS[bytes[ATTRIBUTES_AT]! & 0b111]!);
      }
    }
    await reader.close();
    return codecs;
  } finally {
    await broker.close();
  }
}

for (const codec of CODECS) {
  Deno.test(`kcat reads each call, keyed by its id, from batches with compression ${codec}`, async () => {
    await using place = new Workplace(servers);
    await place.succeedInProcess(["produce", "--partitions", "2", "--compression", codec]);
    const records = (await place.kcatRecords()).map(({ key, payload }) => `${key}\t${payload}`);
    deepEqual(records.toSorted(), expectedRecords());
    deepEqual(await codecsOf(place.topic), new Set([codec]));
  });
}

for (const acks of ["all", "1", "0"]) {
  Deno.test(`With --acks ${acks} all records arrive`, async () => {
    await using place = new Workplace(servers);
    await place.succeedInProcess(["produce", "--limit", "700", "--acks", acks]);
    // Nobody confirms records of acks 0, so the last of them may come after the end of the run.
    const records = lines(await place.kcat(["-C", "-q", "-c", "700", "-f", "%k\\n"]));
    deepEqual(records, sampleCalls().slice(0, 700).map(({ crime_id: id }) => id));
  });
}

Deno.test("A topic with other partitions stays as it is, and its keys lie where Kafka's clients put them", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["topic", "create", place.topic, "--partitions", "3"]);
  const { stderr } = await place.succeedInProcess(["produce", "--partitions", "2", "--limit", "500"]);
  match(stderr, /already exists with 3 partitions/);
  await using judge = new Workplace(servers);
  await judge.succeed(["topic", "create", judge.topic, "--partitions", "3"]);
  const records = await place.kcatRecords();
  equal(records.length, 500);
  const expected = await partitionsByKcat(judge, records.map(({ key }) => key!));
  deepEqual(new Map(records.map(({ key, partition }) => [key, partition])), expected);
  deepEqual(new Set(expected.values()), new Set([0, 1, 2]));
});

Deno.test("With --key none the records have no key, with --key city that field's value", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--key", "none", "--limit", "3"]);
  await place.succeedInProcess(["produce", "--key", "city", "--limit", "3"]);
  const cities = sampleCalls().slice(0, 3).map(({ city }) => city!);
  deepEqual((await place.kcatRecords()).map(({ key }) => key), [null, null, null, ...cities]);
});

Deno.test("With --timestamp event each record has its call's time, in a topic that keeps it forever", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--timestamp", "event", "--limit", "50"]);
  const times = sampleCalls().slice(0, 50).map((call) => Date.parse(`${call.call_date_time}Z`));
  deepEqual((await place.kcatRecords()).map(({ ts }) => ts), times);
  await adminOf(servers)(async (admin) => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: place.topic, configNames: ["retention.ms"] }],
    });
    equal(resources[0]!.configEntries[0]!.configValue, "-1");
  });
});

Deno.test("A stop sends what was taken, says where it stopped, and ends with 0", async () => {
  await using place = new Workplace(servers);
  const program = place.start(["produce", "--rate", "100", "--progress-interval", "10"]);
  await program.until(({ stderr }) => / records sent /.test(stderr));
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  equal(code, 0);
  const sent = Number(/([\d,]+) records \([^)]*\) sent to/.exec(stderr)?.[1]?.replace(",", ""));
  match(stderr, new RegExp(`Stopped after record ${sent} \\(`));
  deepEqual(
    (await place.kcatRecords()).map(({ key }) => key),
    sampleCalls().slice(0, sent).map(({ crime_id: id }) => id),
  );
});

Deno.test("Records of stdin that are broken stay in the dead letters, and the others arrive", async () => {
  await using place = new Workplace(servers);
  const stdin = '{"crime_id":"1"}\n{"crime_id":\n{ "crime_id" : "2" }\n';
  const { stderr } = await place.succeedInProcess(["produce", "--input", "-"], { stdin });
  deepEqual((await place.kcatRecords()).map(({ payload }) => payload), [
    '{"crime_id":"1"}',
    '{"crime_id":"2"}',
  ]);
  const kept = /see (\S+\.ndjson)/.exec(stderr)?.[1];
  ok(kept !== undefined, stderr);
  const letters = lines(await Deno.readTextFile(kept.startsWith("/") ? kept : `${place.directory}/${kept}`));
  equal(letters.length, 1);
});
