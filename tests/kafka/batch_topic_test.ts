import { deepEqual, rejects } from "assert";
import { KafkaBatchTopic } from "../../lib/broker/kafka/writing/batch_topic.ts";
import { KafkaTransactions } from "../../lib/broker/kafka/writing/transactions.ts";
import { batchGroupOf } from "../../lib/broker/writing/batch_rows.ts";
import { batchTopicLaws, seen } from "../support/batch_topic_laws.ts";
import { connectToKafka, openBroker } from "../support/brokers.ts";
import { sharedKafka } from "../support/kafka.ts";
import { freshTopic } from "../support/workplace.ts";

const { servers } = await sharedKafka();
const ADDRESS = { kind: "kafka", servers, clientId: "laws", properties: {} } as const;

const utf8 = new TextEncoder();

batchTopicLaws("kafka", () => openBroker(ADDRESS));

Deno.test("kafka: an EndTxn that comes again after it was repeated does not end the transaction of the next batch", async () => {
  const broker = await openBroker(ADDRESS);
  const connection = await connectToKafka(ADDRESS);
  try {
    const topic = freshTopic();
    await broker.createTopic(topic, { numPartitions: 1, replicationFactor: 1 });
    await connection.follow(topic);
    const send = connection.send.bind(connection);
    let comeAgain: (() => Promise<unknown>) | undefined;
    // The answer of the first EndTxn is lost.
    connection.send = async (node, call) => {
      const answer = await send(node, call);
      if (call.request.apiName !== "EndTxn" || comeAgain !== undefined) return answer;
      comeAgain = () => send(node, call);
      throw Object.assign(new Error("lost"), { name: "KafkaJSRequestTimeoutError" });
    };
    const batches = await KafkaBatchTopic.open({
      connection,
      topic,
      partitionCount: 1,
      transactions: await KafkaTransactions.open(connection, batchGroupOf(topic)),
      findLastBatch: () => broker.lastBatchOf(topic, topic),
    });
    const append = (value: string) => batches.append([{ key: null, value: utf8.encode(value) }]);
    await batches.begin({ batchId: 0 });
    await append("a");
    await batches.commit();
    await batches.begin({ batchId: 1 });
    await append("b");
    await rejects(comeAgain!(), { type: "INVALID_PRODUCER_EPOCH" });
    await append("c");
    deepEqual(await seen(broker, topic, 1), [[0, null, "a"]]);
    await batches.commit();
    deepEqual(await seen(broker, topic, 3), [[0, null, "a"], [0, null, "b"], [0, null, "c"]]);
    await batches.close();
  } finally {
    await connection.close();
    await broker.close();
  }
});
