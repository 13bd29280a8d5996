/**
 * What passes between the program and a real Kafka when it appends to many partitions; and a Kafka that does not let
 * everybody see everything.
 */
import { deepEqual, equal, match, ok } from "assert";
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from "kafkajs";
import { PRODUCE_BYTES_MAX } from "../../lib/base/bounds.ts";
import { openBroker } from "../support/brokers.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { sampleCalls } from "../support/calls.ts";
import { equippedKafka } from "../support/equipped_kafka.ts";
import { createTopic } from "../support/kafka.ts";
import { adminOf } from "../support/kafka_admin.ts";
import { freshTopic, Workplace } from "../support/workplace.ts";

const { kafka, proxies: { PROXIED: proxy } } = await equippedKafka();

const PRODUCE = 0;

/** Appends a record to each partition of a topic, twice, and gives the sizes of the requests for the second one. */
async function appendToEach(numPartitions: number, valueBytes: number): Promise<number[]> {
  const topic = freshTopic();
  const servers = [`127.0.0.1:${proxy.port}`];
  const broker = await openBroker({ kind: "kafka", servers, clientId: "many", properties: {} });
  try {
    await broker.createTopic(topic, { numPartitions, replicationFactor: 1 });
    const appender = await broker.openAppender({ codec: "none", acks: "all" });
    const parts = Array.from({ length: numPartitions }, (_, partition) => ({
      partition,
      records: RecordsBuilder.of([{ key: null, value: new Uint8Array(valueBytes), timestampMs: Date.now() }]),
    }));
    // A partition of a new topic may not have its leader yet, so that some batches are sent again.
    await appender.append(topic, parts);
    const before = proxy.requests(PRODUCE).length;
    await appender.append(topic, parts);
    const ends = await broker.listOffsets(topic, "latest");
    deepEqual([...ends], parts.map(({ partition }) => [partition, 2]));
    return proxy.requests(PRODUCE).slice(before).map(({ bytes }) => bytes);
  } finally {
    await broker.close();
  }
}

Deno.test("One request carries the records of all partitions of a server", async () => {
  equal((await appendToEach(100, 100)).length, 1);
});

Deno.test("What is too much for one request is shared out to several, each as full as it may be", async () => {
  const sizes = await appendToEach(30, 200_000);
  // Five batches of 200,000 bytes fit.
  equal(sizes.length, 6);
  ok(sizes.every((bytes) => bytes <= PRODUCE_BYTES_MAX), String(sizes));
});

/** Forbids everybody to read the settings of a topic, and allows all else. */
async function hideSettings(topic: string): Promise<void> {
  await adminOf(kafka.servers)(async (admin) => {
    const configEntries = [{ name: "max.message.bytes", value: "20000" }];
    await createTopic(admin, { topic, numPartitions: 2, configEntries });
    const acl = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: "User:*",
      host: "*",
    };
    await admin.createAcls({
      acl: [
        { ...acl, operation: AclOperationTypes.ALL, permissionType: AclPermissionTypes.ALLOW },
        { ...acl, operation: AclOperationTypes.DESCRIBE_CONFIGS, permissionType: AclPermissionTypes.DENY },
      ],
    });
  });
}

Deno.test("A topic whose settings one may not read gets all records, and one that is too large is named", async () => {
  await using place = new Workplace(kafka.servers);
  await hideSettings(place.topic);
  const large = JSON.stringify({ crime_id: "large", text: "x".repeat(30_000) });
  const calls = sampleCalls().map((call) => JSON.stringify(call));
  const stdin = [...calls.slice(0, 50), large, ...calls.slice(50)].map((line) => `${line}\n`).join("");
  const { stderr } = await place.succeed(["produce", "--input", "-", "--validate", "none"], { stdin });
  match(
    stderr,
    /Record 51 of stdin .* was not sent: it takes 30,\d+ bytes, and topic \S+ does not accept it\./,
  );
  const byPartition = Map.groupBy(await place.kcatRecords(), ({ partition }) => partition);
  equal([...byPartition.values()].flat().length, calls.length);
  for (const records of byPartition.values()) {
    const turns = records.map(({ payload }) => calls.indexOf(payload!));
    deepEqual(turns, turns.toSorted((left, right) => left - right));
    ok(!turns.includes(-1));
  }
});
