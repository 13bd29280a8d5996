/** A topic that the real sink writes to, in transactions of the real writer. */
import { UTC } from "../../lib/base/time_zone.ts";
import { KafkaBatchTopic } from "../../lib/broker/kafka/writing/batch_topic.ts";
import { KafkaTransactions } from "../../lib/broker/kafka/writing/transactions.ts";
import { batchGroupOf, batchOf } from "../../lib/broker/writing/batch_rows.ts";
import { KafkaSink } from "../../lib/sinks/kafka_sink.ts";
import type { Sink } from "../../lib/sinks/sink.ts";
import { connectionOf, OUTPUT_PARTITIONS } from "./connection.ts";
import type { SinkContext, StoredBatch, Target } from "./target.ts";
import type { Transactions } from "./transactions.ts";

/** See the module's description. */
export class TopicTarget implements Target {
  readonly #transactions: Transactions;
  readonly #topic: string;

  constructor(transactions: Transactions, topic: string) {
    this.#transactions = transactions;
    this.#topic = topic;
  }

  get batches(): StoredBatch[] {
    return this.#transactions.batchesOf(this.#topic);
  }

  sinkOf({ process, plan }: SinkContext): Sink {
    const connection = connectionOf(process, this.#transactions);
    const lastBatch = async (queryId: string) => {
      const group = batchGroupOf(queryId);
      return batchOf(
        await process.call("asks for the last batch", () => this.#transactions.committedOf(group)),
      );
    };
    return new KafkaSink({
      topic: this.#topic,
      query: undefined,
      schema: plan.output,
      zone: UTC,
      key: [],
      tombstones: false,
      topics: {
        lastBatch: (_topic, queryId) => lastBatch(queryId),
        open: async (topic, queryId) =>
          await KafkaBatchTopic.open({
            connection,
            topic,
            partitionCount: OUTPUT_PARTITIONS,
            transactions: await KafkaTransactions.open(connection, batchGroupOf(queryId)),
            findLastBatch: () => lastBatch(queryId),
          }),
      },
    });
  }
}
