/**
 * Appends records in transactions. What is appended belongs to the open transaction, which begins with it; an earlier
 * producer with the same transactional ID is fenced off.
 */
import { formatDuration } from "../../../base/text/duration.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import type {
  Appended,
  Appender,
  AppenderTransactions,
  AppendOptions,
  CommittedOffset,
  CommittedOffsets,
  PartitionRecords,
  ProducerId,
  TransactionalProducer,
} from "../../writing/appender.ts";
import type { BatchLimit } from "../../writing/batch_limit.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { committedOffsets } from "../group/offsets.ts";
import { KafkaAppender } from "./appender.ts";
import { KafkaBatchSender } from "./batch_sender.ts";
import { isFenced, KafkaTransactions } from "./transactions.ts";

/** How long an abort is tried: the broker aborts a transaction by itself when its time is over. */
const ABORT_MS_MAX = 5_000;

/** What it sends with, and how. */
interface Parts {
  readonly connection: KafkaConnection;
  readonly transactions: KafkaTransactions;
  readonly options: AppendOptions;
  readonly transactional: TransactionalProducer;
}

/** See the module's description. */
export class TransactionalAppender implements Appender, AppenderTransactions {
  readonly id: ProducerId;
  readonly transactions: AppenderTransactions = this;
  readonly #parts: Parts;
  #appender: KafkaAppender;
  /** What is committed, by topic, as far as it was looked at. */
  readonly #committed = new Map<string, CommittedOffsets>();

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.id = parts.transactions.identity;
    this.#appender = this.#newAppender();
  }

  /** Takes over the transactional ID: resolves when an open transaction has ended. */
  static async open(
    connection: KafkaConnection,
    options: AppendOptions,
    transactional: TransactionalProducer,
  ): Promise<TransactionalAppender> {
    const transactions = await KafkaTransactions.open(
      connection,
      transactional.transactionalId,
      transactional,
    );
    return new TransactionalAppender({ connection, transactions, options, transactional });
  }

  async append(topic: string, batches: readonly PartitionRecords[]): Promise<readonly Appended[]> {
    const { transactions } = this.#parts;
    return await this.#guard(async () => {
      if (!transactions.isOpen) await this.#begin(topic);
      await transactions.add(topic, batches.map(({ partition }) => partition));
      return await this.#appender.append(topic, batches);
    });
  }

  async batchLimit(topic: string): Promise<BatchLimit | undefined> {
    return await this.#appender.batchLimit(topic);
  }

  async progress(topic: string): Promise<CommittedOffsets> {
    const { connection, transactional: { transactionalId: group } } = this.#parts;
    const partitions = await connection.follow(topic);
    const found = await committedOffsets(connection, group, { topic, partitions });
    const progress = new Map(
      found.map(({ partition, offset, metadata }) => [partition, { offset, metadata }]),
    );
    this.#committed.set(topic, progress);
    return progress;
  }

  async commit(topic: string, progress: CommittedOffsets): Promise<void> {
    const { transactions } = this.#parts;
    const partitions = [...progress].map(([partition, committed]) => ({ partition, ...committed }));
    await this.#guard(async () => {
      if (!transactions.isOpen) await this.#begin(topic);
      await transactions.commit({ topic, partitions });
    });
    this.#committed.set(topic, new Map([...this.#committed.get(topic) ?? [], ...progress]));
  }

  async abort(): Promise<void> {
    const { transactions } = this.#parts;
    if (transactions.isOpen) await transactions.abort({ withinMs: ABORT_MS_MAX }).catch(() => {});
  }

  async close(): Promise<void> {
    // Records that were not committed must not become visible.
    await this.abort();
    await this.#appender.close();
  }

  /**
   * Makes sure that no request of an earlier transaction can end the next one. A new epoch takes the ID back from another
   * producer, which must not have committed anything.
   */
  async #begin(topic: string): Promise<void> {
    const { transactions } = this.#parts;
    const known = this.#committed.get(topic) ?? await this.progress(topic);
    if (!transactions.isDoubtful) return;
    await transactions.renew();
    if (!isSame(known, await this.progress(topic))) throw this.#fenced();
    this.#appender = this.#newAppender();
  }

  #newAppender(): KafkaAppender {
    const { connection, transactions: { identity }, options } = this.#parts;
    const sender = new KafkaBatchSender(connection, { ...options, leavesOutTooLarge: true, identity });
    return new KafkaAppender(connection, { sender, id: identity });
  }

  async #guard<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw isFenced(error) ? this.#fenced(error) : error;
    }
  }

  #fenced(cause?: unknown): SfcrimeError {
    const { transactionalId, transactionMsMax } = this.#parts.transactional;
    return new SfcrimeError(
      "BROKER",
      `Another producer has the transactional ID ${transactionalId} now, or a transaction was open for longer than ${
        formatDuration(transactionMsMax)
      }: Kafka has aborted it.`,
      {
        hint:
          "Stop one of the two, or give them different IDs. Larger transactions need a shorter --transaction-interval.",
        cause,
      },
    );
  }
}

function isSame(left: CommittedOffsets, right: CommittedOffsets): boolean {
  const same = (other: CommittedOffset | undefined, { offset, metadata }: CommittedOffset) =>
    other?.offset === offset && other.metadata === metadata;
  return left.size === right.size &&
    [...left].every(([partition, committed]) => same(right.get(partition), committed));
}
