/**
 * The transactions of one transactional ID, one after the other, with our own requests. They commit offsets of
 * the group of the same name. Opening the same ID again aborts an open transaction, and fences off its writer.
 *
 * Each request is retried while its coordinator moves or loads, while the end of the previous transaction is
 * still being written, and after lost responses.
 */
import type { KafkaConnection } from "../connection/connection.ts";
import { KafkaCoordinator } from "../connection/coordinators.ts";
import { initProducerIdCall, TRANSACTION_MS_MAX } from "../protocol/produce.ts";
import { errorType } from "../connection/failures.ts";
import type { RetryOptions } from "../connection/retries.ts";
import {
  addOffsetsCall,
  addPartitionsCall,
  commitOffsetsCall,
  endCall,
  type TransactionalIdentity,
  type TransactionOffsets,
} from "../protocol/transaction.ts";

/** What the broker answers to a writer whose place another one has taken, or whose transaction it has given up. */
const FENCED = [
  "INVALID_PRODUCER_EPOCH",
  "PRODUCER_FENCED",
  "INVALID_PRODUCER_ID_MAPPING",
  "INVALID_TXN_STATE",
];

/** Whether another writer has the ID, or the broker has aborted the transaction. */
export function isFenced(error: unknown): boolean {
  return FENCED.includes(errorType((error as Error).cause) ?? "");
}

/** See the module's description. */
export class KafkaTransactions {
  readonly #coordinator: KafkaCoordinator;
  readonly #groupCoordinator: KafkaCoordinator;
  /** The partitions in the open transaction, by topic. */
  readonly #partitions = new Map<string, ReadonlySet<number>>();
  readonly #transactionMsMax: number;
  #identity: TransactionalIdentity;
  #isOpen = false;
  /** The unanswered requests of earlier epochs. */
  #refused = 0;

  private constructor(
    connection: KafkaConnection,
    { transactionalId, transactionMsMax }: { transactionalId: string; transactionMsMax: number },
  ) {
    this.#transactionMsMax = transactionMsMax;
    this.#coordinator = new KafkaCoordinator(connection, { kind: "transactions", key: transactionalId });
    this.#groupCoordinator = new KafkaCoordinator(connection, { kind: "group", key: transactionalId });
    this.#identity = { transactionalId, producerId: -1n, epoch: -1 };
  }

  /** Takes over the ID. Resolves when an open transaction has ended. */
  static async open(
    connection: KafkaConnection,
    transactionalId: string,
    { transactionMsMax = TRANSACTION_MS_MAX }: { readonly transactionMsMax?: number } = {},
  ): Promise<KafkaTransactions> {
    const transactions = new KafkaTransactions(connection, { transactionalId, transactionMsMax });
    await transactions.renew();
    return transactions;
  }

  /** The identity of the current epoch. */
  get identity(): TransactionalIdentity {
    return this.#identity;
  }

  /**
   * Whether a request of this epoch was not answered and had to be repeated. It may still be carried out, and would
   * then end the next transaction, or set its offset; in a new epoch it is refused.
   */
  get isDoubtful(): boolean {
    return this.#unanswered > this.#refused;
  }

  /** Begins a new epoch, in which requests of earlier ones are refused. */
  async renew(): Promise<void> {
    const { transactionalId } = this.#identity;
    const transactionMsMax = this.#transactionMsMax;
    const identity = await this.#coordinator.send(initProducerIdCall({ transactionalId, transactionMsMax }));
    this.#identity = { ...identity, transactionalId };
    this.#refused = this.#unanswered;
  }

  /** Whether there may be an open transaction. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Adds partitions to the transaction, which starts with the first of them. */
  async add(topic: string, partitions: Iterable<number>): Promise<void> {
    const added = this.#partitions.get(topic) ?? new Set();
    const wanted = new Set(partitions).difference(added);
    if (wanted.size === 0) return;
    this.#isOpen = true;
    await this.#coordinator.send(addPartitionsCall(this.identity, { topic, partitions: [...wanted] }));
    this.#partitions.set(topic, added.union(wanted));
  }

  /** Commits the open transaction, with offsets of the group; without one, these alone. */
  async commit(committed: Omit<TransactionOffsets, "group">): Promise<void> {
    const { transactionalId: group } = this.#identity;
    this.#isOpen = true;
    await this.#coordinator.send(addOffsetsCall(this.identity, group));
    await this.#groupCoordinator.send(commitOffsetsCall(this.identity, { ...committed, group }));
    await this.#end("commit");
  }

  /** Aborts the open transaction. */
  abort(options: RetryOptions): Promise<void> {
    return this.#end("abort", options);
  }

  get #unanswered(): number {
    return this.#coordinator.unanswered + this.#groupCoordinator.unanswered;
  }

  async #end(how: "commit" | "abort", options?: RetryOptions): Promise<void> {
    await this.#coordinator.send(endCall(this.identity, how), options);
    this.#partitions.clear();
    this.#isOpen = false;
  }
}
