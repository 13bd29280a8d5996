/**
 * The transactions of a producer's run: one begins with the first append after the last one has ended, and is committed
 * when it has enough records, or when its time is over. How many records of the run each partition has is committed with
 * them, so that a later run can go on after the last transaction.
 */
import type { Clock } from "../../base/clock.ts";
import type { AppenderTransactions, CommittedOffset, CommittedOffsets, ProducerId } from "./appender.ts";
import type { AppendedPart, WriterTransactions } from "./batch_writer.ts";

/** How large transactions are; Infinity for no bound. */
export interface TransactionSize {
  readonly recordsMax: number;
  readonly msMax: number;
}

/** The run, as it is known again: by the ID that it began with, and its records in each partition. */
export interface CountedRun {
  readonly id: ProducerId;
  readonly counts: ReadonlyMap<number, number>;
}

/** The options of a run. */
export interface RunTransactionsOptions {
  readonly topic: string;
  readonly size: TransactionSize;
  readonly run: CountedRun;
  readonly clock: Clock;
  /** Starts a task between two appends; see {@link "./batch_writer.ts".BatchWriter.afterwards}. */
  readonly between: (task: () => Promise<void>) => void;
  /** Called after each commit. */
  readonly onCommitted: () => void;
}

/** The records of a partition in the open transaction. */
interface OpenPart {
  records: number;
  lastOffset: number;
}

/** See the module's description. */
export class RunTransactions implements WriterTransactions {
  readonly #transactions: AppenderTransactions;
  readonly #options: RunTransactionsOptions;
  readonly #counts: Map<number, number>;
  #open = new Map<number, OpenPart>();
  #records = 0;
  #committed = 0;
  #openedMs = 0;
  /** Ends the wait for the end of the open transaction's time. */
  #ended = new AbortController();

  constructor(transactions: AppenderTransactions, options: RunTransactionsOptions) {
    this.#transactions = transactions;
    this.#options = options;
    this.#counts = new Map(options.run.counts);
  }

  /** How many transactions were committed. */
  get committed(): number {
    return this.#committed;
  }

  async before(records: number): Promise<void> {
    const { clock, size } = this.#options;
    if (this.#records > 0 && this.#records + records > size.recordsMax) await this.commit();
    if (this.#records > 0) return;
    this.#openedMs = clock.monotonicMs();
    if (size.msMax !== Infinity) this.#commitInTime();
  }

  async after(appended: readonly AppendedPart[]): Promise<void> {
    const { clock, size } = this.#options;
    for (const { partition, records, lastOffset } of appended) {
      if (records === 0) continue;
      const part = this.#open.get(partition) ?? { records: 0, lastOffset };
      this.#open.set(partition, { records: part.records + records, lastOffset });
      this.#records += records;
    }
    const isDue = this.#records >= size.recordsMax || clock.monotonicMs() - this.#openedMs >= size.msMax;
    if (isDue) await this.commit();
  }

  /** Commits the open transaction, if it has records. */
  async commit(): Promise<void> {
    this.#ended.abort();
    if (this.#records === 0) return;
    const { topic, run, onCommitted } = this.#options;
    const progress = new Map<number, CommittedOffset>();
    for (const [partition, { records, lastOffset }] of this.#open) {
      const count = (this.#counts.get(partition) ?? 0) + records;
      this.#counts.set(partition, count);
      progress.set(partition, { offset: count, metadata: progressText(run.id, lastOffset) });
    }
    await this.#transactions.commit(topic, progress);
    this.#committed++;
    this.#open = new Map();
    this.#records = 0;
    onCommitted();
  }

  /** Aborts the open transaction, if there is one. Nothing may be appended afterwards. */
  async abort(): Promise<void> {
    this.#ended.abort();
    await this.#transactions.abort();
  }

  /** Commits in time though nothing else is appended. */
  #commitInTime(): void {
    const { clock, size, between } = this.#options;
    this.#ended.abort();
    const { signal } = this.#ended = new AbortController();
    void clock.sleep(size.msMax, signal).then(() => {
      if (!signal.aborted) between(async () => signal.aborted ? undefined : await this.commit());
    });
  }
}

/** No offset is known. */
const NO_OFFSET = -1;

/** What is committed with the first record of a run: that its partitions have none. */
export function beginningOf(id: ProducerId, partitions: Iterable<number>): CommittedOffsets {
  return new Map([...partitions].map((partition) => [partition, {
    offset: 0,
    metadata: progressText(id, NO_OFFSET),
  }]));
}

/** What a run has committed in a partition. */
export interface RunProgress {
  readonly count: number;
  /** The offset of its last record; undefined if there is none, or it is not known. */
  readonly lastOffset: number | undefined;
}

/** What a run has committed; undefined if another one has committed since, or it is not known any more. */
export function runProgress(id: ProducerId, committed: CommittedOffset | undefined): RunProgress | undefined {
  const [run, last] = (committed?.metadata ?? "").split(" ");
  if (committed === undefined || run !== nameOf(id)) return undefined;
  const lastOffset = Number(last);
  return { count: committed.offset, lastOffset: lastOffset >= 0 ? lastOffset : undefined };
}

function progressText(id: ProducerId, lastOffset: number): string {
  return `${nameOf(id)} ${lastOffset}`;
}

function nameOf({ producerId, epoch }: ProducerId): string {
  return `${producerId}/${epoch}`;
}
