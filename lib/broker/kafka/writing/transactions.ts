/**
 * The transactions of one transactional ID, one after the other, with our own requests. Opening the same ID
 * again aborts an open transaction, and fences off its writer.
 *
 * Each request is retried while its coordinator moves or loads, while the end of the previous transaction is
 * still being written, and after lost responses.
 */
import type { KafkaConnection } from "../connection/connection.ts";
import { KafkaCoordinator } from "../connection/coordinators.ts";
import { initProducerIdCall } from "../protocol/produce.ts";
import type { RetryOptions } from "../connection/retries.ts";
import {
  addOffsetsCall,
  addPartitionsCall,
  commitOffsetCall,
  endCall,
  type TransactionalIdentity,
  type TransactionOffset,
} from "../protocol/transaction.ts";

/** The broker aborts a transaction that is open for longer: its own default limit. */
const TRANSACTION_MS_MAX = 900_000;

/** The options of transactions. */
export interface TransactionsOptions {
  readonly transactionalId: string;
  /** The group whose offsets are committed in them. */
  readonly group: string;
}

/** See the module's description. */
export class KafkaTransactions {
  readonly identity: TransactionalIdentity;
  readonly #coordinator: KafkaCoordinator;
  readonly #group: string;
  readonly #groupCoordinator: KafkaCoordinator;
  /** The partitions in the open transaction, by topic. */
  readonly #partitions = new Map<string, ReadonlySet<number>>();
  #isOpen = false;

  private constructor(
    identity: TransactionalIdentity,
    coordinators: {
      readonly transactions: KafkaCoordinator;
      readonly group: KafkaCoordinator;
    },
  ) {
    this.identity = identity;
    this.#coordinator = coordinators.transactions;
    this.#groupCoordinator = coordinators.group;
    this.#group = coordinators.group.key;
  }

  /** Takes over the ID. Resolves when an open transaction has ended. */
  static async open(
    connection: KafkaConnection,
    { transactionalId, group }: TransactionsOptions,
  ): Promise<KafkaTransactions> {
    const transactions = new KafkaCoordinator(connection, { kind: "transactions", key: transactionalId });
    const identity = await transactions.send(
      initProducerIdCall({ transactionalId, transactionMsMax: TRANSACTION_MS_MAX }),
    );
    return new KafkaTransactions(
      { ...identity, transactionalId },
      { transactions, group: new KafkaCoordinator(connection, { kind: "group", key: group }) },
    );
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

  /** Commits the open transaction, with an offset of the group. */
  async commit(committed: Omit<TransactionOffset, "group">): Promise<void> {
    await this.#coordinator.send(addOffsetsCall(this.identity, this.#group));
    await this.#groupCoordinator.send(commitOffsetCall(this.identity, { ...committed, group: this.#group }));
    await this.#end("commit");
  }

  /** Aborts the open transaction. */
  abort(options: RetryOptions): Promise<void> {
    return this.#end("abort", options);
  }

  async #end(how: "commit" | "abort", options?: RetryOptions): Promise<void> {
    await this.#coordinator.send(endCall(this.identity, how), options);
    this.#partitions.clear();
    this.#isOpen = false;
  }
}
