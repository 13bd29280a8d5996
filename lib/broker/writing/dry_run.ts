/** A broker that takes records and only counts them, for a run that is to send nothing. */
import type { Broker } from "../broker.ts";
import type { Appended, Appender, PartitionRecords } from "./appender.ts";
import type { BatchLimit } from "./batch_limit.ts";

/** What a producer needs of a broker. */
export type ProducerBroker = Pick<
  Broker,
  "describeTopic" | "listTopics" | "listOffsets" | "openAppender" | "openReader"
>;

/** The topic of a run, which may not exist yet. */
export interface DryTopic {
  readonly topic: string;
  /** The partitions that it would be created with. */
  readonly numPartitions: number;
}

/** See the module's description. */
export class DryRunBroker implements ProducerBroker {
  /** The records that were taken, by partition. */
  readonly counts = new Map<number, number>();
  readonly #broker: ProducerBroker;
  readonly #topic: DryTopic;

  constructor(broker: ProducerBroker, topic: DryTopic) {
    this.#broker = broker;
    this.#topic = topic;
  }

  async describeTopic(topic: string): ReturnType<Broker["describeTopic"]> {
    const found = await this.#broker.describeTopic(topic);
    if (found !== undefined) return found;
    const partitions = Array.from({ length: this.#topic.numPartitions }, (_, partition) => {
      return { partition, leader: 0, replicas: [0], inSync: [0] };
    });
    return { name: topic, id: "", partitions };
  }

  listTopics(): ReturnType<Broker["listTopics"]> {
    return this.#broker.listTopics();
  }

  listOffsets(...args: Parameters<Broker["listOffsets"]>): ReturnType<Broker["listOffsets"]> {
    return this.#broker.listOffsets(...args);
  }

  openReader(): ReturnType<Broker["openReader"]> {
    return this.#broker.openReader();
  }

  async openAppender(): Promise<Appender> {
    const { topic } = this.#topic;
    const exists = await this.#broker.describeTopic(topic) !== undefined;
    return new DryRunAppender(this.counts, exists ? await this.#limitOf(topic) : undefined);
  }

  async #limitOf(topic: string): Promise<BatchLimit | undefined> {
    const appender = await this.#broker.openAppender({ codec: "none", acks: "1" });
    try {
      return await appender.batchLimit(topic);
    } finally {
      await appender.close();
    }
  }
}

class DryRunAppender implements Appender {
  readonly id = undefined;
  readonly #counts: Map<number, number>;
  readonly #limit: BatchLimit | undefined;

  constructor(counts: Map<number, number>, limit: BatchLimit | undefined) {
    this.#counts = counts;
    this.#limit = limit;
  }

  append(_topic: string, batches: readonly PartitionRecords[]): Promise<readonly Appended[]> {
    return Promise.resolve(batches.map(({ partition, records }) => {
      const baseOffset = this.#counts.get(partition) ?? 0;
      this.#counts.set(partition, baseOffset + records.count);
      return { partition, baseOffset, lastOffset: baseOffset + records.count - 1 };
    }));
  }

  batchLimit(): Promise<BatchLimit | undefined> {
    return Promise.resolve(this.#limit);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
