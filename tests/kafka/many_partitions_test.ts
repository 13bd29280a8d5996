/** Appends to topics of many partitions, by what passes between the program and a real Kafka. */
import { deepEqual, equal, ok } from "assert";
import { PRODUCE_BYTES_MAX } from "../../lib/base/bounds.ts";
import { openBroker } from "../../lib/broker/open.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { FaultyProxy } from "../support/faulty_proxy.ts";
import { startKafka } from "../support/kafka.ts";
import { freshTopic } from "../support/workplace.ts";

const proxy = new FaultyProxy();
const kafka = await startKafka({
  listeners: { PROXIED: { protocol: "PLAINTEXT", advertisedPort: proxy.port } },
});
proxy.forwardTo(kafka.listeners.PROXIED!);

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
      records: RecordsBuilder.of([{ key: null, value: new Uint8Array(valueBytes), timestampMs: 1 }]),
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
