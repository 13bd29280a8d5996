/** The topic of a query's sink: its last batch, and how it is opened for the next. */
import type { BatchTopic, TopicBatch } from "../../writing/batch_topic.ts";
import { batchGroupOf, batchOf } from "../../writing/batch_rows.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { committedOffsets } from "../group/offsets.ts";
import { KafkaBatchTopic } from "./batch_topic.ts";
import { KafkaTransactions } from "./transactions.ts";

/** The topic, and the query that writes to it. */
export interface QueryTopic {
  readonly topic: string;
  readonly queryId: string;
}

/** Opens the topic for a query, and fences off its previous writer. */
export async function openQueryTopic(
  connection: KafkaConnection,
  { topic, queryId }: QueryTopic,
): Promise<BatchTopic> {
  const { length: partitionCount } = await connection.follow(topic);
  // Aborts an open transaction, with the number that it may contain.
  const transactions = await KafkaTransactions.open(connection, batchGroupOf(queryId));
  const findLastBatch = () => lastBatch(connection, { topic, queryId });
  return await KafkaBatchTopic.open({ connection, topic, partitionCount, transactions, findLastBatch });
}

/** The last batch of a query in a topic that exists. */
export async function lastBatch(
  connection: KafkaConnection,
  { topic, queryId }: QueryTopic,
): Promise<TopicBatch | undefined> {
  const [found] = await committedOffsets(connection, batchGroupOf(queryId), { topic, partitions: [0] });
  return batchOf(found);
}
