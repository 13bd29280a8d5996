/**
 * The topics of a simulated cluster that take transactions. Transactions are those of version 1 (KIP-98), with the
 * checks that brokers make since Kafka 3.8 (KIP-890): a request of an older epoch is refused, and so is one that
 * belongs to no open transaction. But a request that arrives late, in the next transaction of its epoch, is carried
 * out: this is what Jepsen found with Bufstream.
 */
import type { Row } from "../../lib/records/data_type.ts";
import type { Scheduler } from "./scheduler.ts";
import type { StoredBatch } from "./target.ts";

/** The servers of the cluster. */
export const NODES = 3;

/** The answers of the protocol that occur. */
export const ANSWERS = {
  none: 0,
  notLeader: 6,
  coordinatorLoading: 14,
  notCoordinator: 16,
  outOfOrder: 45,
  duplicate: 46,
  invalidEpoch: 47,
  invalidState: 48,
  concurrent: 51,
} as const;

/** One of them. */
export type Answer = (typeof ANSWERS)[keyof typeof ANSWERS];

/** How long it may take until the end of a transaction is written everywhere. */
const ENDING_MS_MAX = 300;
/** How long a new coordinator may load. */
const LOADING_MS_MAX = 500;

/** The committed offset of a group. */
export interface CommittedOffset {
  readonly offset: number;
  readonly metadata: string | null;
}

/** The writer that a request names. */
export interface WriterId {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly epoch: number;
}

/** A batch of records for a partition. */
export interface ProducedBatch {
  readonly writer: WriterId;
  readonly topic: string;
  readonly partition: number;
  readonly sequence: number;
  readonly rows: readonly Row[];
}

/** How a transaction ends. */
export type Ending = "committed" | "aborted";

/** The writer of a transactional ID, and its transaction. */
interface Writer {
  readonly producerId: bigint;
  epoch: number;
  state: "empty" | "open" | "ending" | Ending;
  /** The partitions and the group that were added to the transaction. */
  readonly added: Set<string>;
  readonly produced: ProducedBatch[];
  committing: CommittedOffset | undefined;
  /** The next sequence number, by partition. */
  readonly sequences: Map<string, number>;
}

/** See the module's description. */
export class Transactions {
  readonly #scheduler: Scheduler;
  readonly #random: () => number;
  readonly #writers = new Map<string, Writer>();
  readonly #groups = new Map<string, CommittedOffset>();
  readonly #committed: { readonly topic: string; readonly batch: StoredBatch }[] = [];
  /** How often the servers have changed their roles. */
  #moves = 0;
  #loadedMs = 0;

  constructor(scheduler: Scheduler, random: () => number) {
    this.#scheduler = scheduler;
    this.#random = random;
  }

  /** What a reader of committed records finds in a topic, by transaction. */
  batchesOf(topic: string): StoredBatch[] {
    return this.#committed.filter((committed) => committed.topic === topic).map(({ batch }) => batch);
  }

  committedOf(group: string): CommittedOffset | undefined {
    return this.#groups.get(group);
  }

  /** Other servers lead the partitions and coordinate; a coordinator loads first. */
  move(): void {
    this.#moves++;
    this.#loadedMs = this.#scheduler.nowMs + this.#random() * LOADING_MS_MAX;
  }

  leaderOf(partition: number): number {
    return (partition + this.#moves) % NODES;
  }

  coordinatorOf(key: string): number {
    return (key.length + this.#moves) % NODES;
  }

  /** Takes over a transactional ID: a transaction that is open is aborted, and its writer fenced off. */
  init(transactionalId: string, node: number): Answer | WriterId {
    const refusal = this.#refusal(transactionalId, node);
    if (refusal !== undefined) return refusal;
    const known = this.#writers.get(transactionalId);
    const writer = known ?? this.#newWriter(transactionalId);
    if (writer.state === "open") {
      writer.epoch++;
      this.#beginEnd(writer, "aborted");
    }
    if (writer.state === "ending") return ANSWERS.concurrent;
    if (known !== undefined) writer.epoch++;
    writer.state = "empty";
    writer.sequences.clear();
    return { transactionalId, producerId: writer.producerId, epoch: writer.epoch };
  }

  /** Adds partitions, named as `topic-partition`, or a group to a transaction. */
  add(id: WriterId, names: readonly string[], node: number): Answer {
    const writer = this.#writerOf(id, node);
    if (typeof writer === "number") return writer;
    if (writer.state === "ending") return ANSWERS.concurrent;
    writer.state = "open";
    for (const name of names) writer.added.add(name);
    return ANSWERS.none;
  }

  /** Sets the offset of a group, which counts when the transaction is committed. */
  commitOffset(
    id: WriterId,
    { group, ...committing }: CommittedOffset & { group: string },
    node: number,
  ): Answer {
    const writer = this.#writerOf(id, node);
    if (typeof writer === "number") return writer;
    if (writer.state !== "open" || !writer.added.has(group)) return ANSWERS.invalidState;
    writer.committing = committing;
    return ANSWERS.none;
  }

  end(id: WriterId, how: Ending, node: number): Answer {
    const writer = this.#writerOf(id, node);
    if (typeof writer === "number") return writer;
    if (writer.state === "ending") return ANSWERS.concurrent;
    if (writer.state === how) return ANSWERS.none;
    if (writer.state !== "open") return ANSWERS.invalidState;
    this.#beginEnd(writer, how);
    return ANSWERS.none;
  }

  produce(batch: ProducedBatch, node: number): Answer {
    const { writer: { transactionalId, producerId, epoch }, topic, partition, sequence, rows } = batch;
    if (node !== this.leaderOf(partition)) return ANSWERS.notLeader;
    const writer = this.#writers.get(transactionalId);
    if (writer?.producerId !== producerId || writer.epoch !== epoch) return ANSWERS.invalidEpoch;
    const name = `${topic}-${partition}`;
    if (writer.state !== "open" || !writer.added.has(name)) return ANSWERS.invalidState;
    const next = writer.sequences.get(name) ?? 0;
    if (sequence !== next) return sequence < next ? ANSWERS.duplicate : ANSWERS.outOfOrder;
    writer.sequences.set(name, next + rows.length);
    writer.produced.push(batch);
    return ANSWERS.none;
  }

  #newWriter(transactionalId: string): Writer {
    const writer: Writer = {
      producerId: BigInt(this.#writers.size),
      epoch: 0,
      state: "empty",
      added: new Set(),
      produced: [],
      committing: undefined,
      sequences: new Map(),
    };
    this.#writers.set(transactionalId, writer);
    return writer;
  }

  #refusal(key: string, node: number): Answer | undefined {
    if (node !== this.coordinatorOf(key)) return ANSWERS.notCoordinator;
    return this.#scheduler.nowMs < this.#loadedMs ? ANSWERS.coordinatorLoading : undefined;
  }

  #writerOf({ transactionalId, producerId, epoch }: WriterId, node: number): Writer | Answer {
    const refusal = this.#refusal(transactionalId, node);
    if (refusal !== undefined) return refusal;
    const writer = this.#writers.get(transactionalId);
    return writer?.producerId === producerId && writer.epoch === epoch ? writer : ANSWERS.invalidEpoch;
  }

  /** From now on the end is certain; it shows when it is written everywhere. */
  #beginEnd(writer: Writer, how: Ending): void {
    writer.state = "ending";
    const delayMs = this.#random() < 0.8 ? this.#random() * 5 : this.#random() * ENDING_MS_MAX;
    this.#scheduler.after(delayMs, `a transaction is ${how}`, () => {
      if (how === "committed") this.#commit(writer);
      writer.state = how;
      writer.added.clear();
      writer.produced.length = 0;
      writer.committing = undefined;
    });
  }

  #commit({ produced, committing }: Writer): void {
    const batchId = (committing?.offset ?? 0) - 1;
    for (const [topic, batches] of Map.groupBy(produced, ({ topic }) => topic)) {
      this.#committed.push({ topic, batch: { batchId, rows: batches.flatMap(({ rows }) => rows) } });
    }
    const [first] = produced;
    // The group of a writer has the name of its transactional ID.
    if (first !== undefined && committing !== undefined) {
      this.#groups.set(first.writer.transactionalId, committing);
    }
  }
}
