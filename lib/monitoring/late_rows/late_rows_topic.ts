/** Writes late records to a topic. */
import type { Clock } from "../../base/clock.ts";
import { rangeText } from "../../base/text/positions.ts";
import { type BatchLimit, tooLargeError } from "../../broker/writing/batch_limit.ts";
import { BatchWriter } from "../../broker/writing/batch_writer.ts";
import type { Appender } from "../../broker/writing/appender.ts";
import type { Broker } from "../../broker/broker.ts";
import { keyPartitioner } from "../../broker/writing/partitioner.ts";
import { type LateRecord, type LateRecords, lateRowText } from "./late_record.ts";
import type { LateRowsOutput } from "./late_rows.ts";
import { ensureTopic, type NewTopicOptions } from "../../broker/topics/new_topic.ts";

const utf8 = new TextEncoder();

/** The options for late records in a topic. */
export interface LateRowsTopicOptions {
  readonly broker: Broker;
  readonly topic: string;
  /** The options for creating the topic. */
  readonly sinkTopics: NewTopicOptions;
  readonly clock: Clock;
}

/** The position of a late record. */
type Place = Pick<LateRecord, "topic" | "partition" | "offset">;

/** The topic to write to. */
interface Target {
  readonly appender: Appender;
  readonly limit: BatchLimit | undefined;
  readonly partitionCount: number;
}

/** See the module's description. */
export class LateRowsTopic implements LateRowsOutput {
  readonly #appender: Appender;
  readonly #writer: BatchWriter<Place>;
  /** Picks partitions round-robin. */
  readonly #partition: () => number;
  readonly #clock: Clock;
  #written: Promise<void> = Promise.resolve();

  private constructor({ appender, limit, partitionCount }: Target, { topic, clock }: LateRowsTopicOptions) {
    this.#appender = appender;
    this.#writer = new BatchWriter(appender, topic, {
      onConfirmed: () => {},
      onTooLarge: ({ mark: { offset: from, ...place }, bytes }) => {
        const where = rangeText({ ...place, from, to: from + 1 });
        throw tooLargeError(`The late record at ${where}`, { topic, bytes, limit });
      },
    });
    const partitioner = keyPartitioner(partitionCount);
    this.#partition = () => partitioner(null);
    this.#clock = clock;
  }

  /** Opens the topic, and creates it if it is missing. @throws {SfcrimeError} BROKER */
  static async open(options: LateRowsTopicOptions): Promise<LateRowsTopic> {
    const { broker, topic, sinkTopics } = options;
    const { partitionCount } = await ensureTopic(broker, topic, sinkTopics);
    const appender = await broker.openAppender({ codec: "none", acks: "all" });
    const limit = await appender.batchLimit(topic);
    return new LateRowsTopic({ appender, limit, partitionCount }, options);
  }

  add({ records, ...batch }: LateRecords): Promise<void> {
    return this.#then(async () => {
      const timestampMs = this.#clock.nowMs();
      for (const record of records) {
        const value = utf8.encode(lateRowText(batch, record));
        const { topic, partition, offset } = record;
        await this.#writer.add({ key: null, value, timestampMs }, {
          partition: this.#partition(),
          mark: { topic, partition, offset },
        });
      }
    });
  }

  /** Other queries may add records in the meantime, so the writes are drained in turn. */
  written(): Promise<void> {
    return this.#then(() => this.#writer.drain());
  }

  async close(): Promise<void> {
    try {
      await this.written();
    } finally {
      await this.#appender.close();
    }
  }

  #then(step: () => Promise<void>): Promise<void> {
    return this.#written = this.#written.then(step);
  }
}
