/** One run of the producer: takes the records of an input, when they are due, and hands them to the writer. */
import { logger } from "../base/log.ts";
import type { Appender } from "../broker/writing/appender.ts";
import { Partitioner } from "../broker/writing/partitioner.ts";
import { type BatchLimit, bytesOverLimit, type MeasureOptions } from "../broker/writing/batch_limit.ts";
import { BatchWriter, type Confirmed } from "../broker/writing/batch_writer.ts";
import { type CountedRun, RunTransactions } from "../broker/writing/run_transactions.ts";
import { Linger } from "../broker/writing/linger.ts";
import { BlockInput } from "./block_input.ts";
import { alone, asBroken, LeftOut, tooLargeItem } from "./broken/left_out.ts";
import { Schedule } from "./pace.ts";
import { type InputRecords, inputRecords } from "./notes/input_records.ts";
import type { RecordNotes } from "./notes/record_notes.ts";
import { isNotSent, OutgoingMaker } from "./outgoing.ts";
import type { BrokenItem, GoodItem, InputItem, InputPosition } from "../records/splitting/input_item.ts";
import type { RecordBlock } from "../records/splitting/record_block.ts";
import { ageWarning } from "./old_records.ts";
import {
  isSorted,
  type ProduceOptions,
  type ProduceProgress,
  type ProduceSummary,
} from "./produce_options.ts";
import type { RecordGate } from "./resume/record_gate.ts";
import { sortInput } from "./sorting/sort_input.ts";

const log = logger("produce");

const NO_BYTES = new Uint8Array();

/** Timers cannot wait for less; a record that is due sooner is sent immediately. */
const WAIT_MS_MIN = 1;

/** The destination of the records. */
export interface ProduceTarget {
  readonly appender: Appender;
  /** The maximum size of a batch, if known. */
  readonly limit: BatchLimit | undefined;
  readonly partitionCount: number;
  /** Knows the records that are in the topic already; undefined if there are none. */
  readonly gate: RecordGate | undefined;
  /** As which run its records are counted, if they are in transactions. */
  readonly run: CountedRun | undefined;
}

/** See the module's description. */
export class ProduceRun {
  readonly #options: ProduceOptions;
  readonly #writer: BatchWriter<InputPosition>;
  readonly #linger: Linger;
  /** Undefined if records are not in transactions. */
  readonly #transactions: RunTransactions | undefined;
  /** What the open transaction has. */
  #uncommitted: Confirmed<InputPosition>[] = [];
  readonly #measure: MeasureOptions;
  readonly #schedule: Schedule;
  readonly #partitioner: Partitioner;
  /** Undefined where records are only taken one by one. */
  readonly #blocks: BlockInput | undefined;
  readonly #records: InputRecords;
  readonly #outgoing: OutgoingMaker;
  readonly #gate: RecordGate | undefined;
  /** By the monotonic clock. */
  readonly #startMs: number;
  #sent = 0;
  #sentBytes = 0;
  #taken = 0;
  readonly #leftOut: LeftOut;
  #expected: number | undefined;
  #retentionMs: number;
  #lastConfirmed: InputPosition | undefined;

  constructor(options: ProduceOptions, { appender, limit, partitionCount, gate, run }: ProduceTarget) {
    this.#options = options;
    this.#gate = gate;
    this.#measure = { limit, codec: options.append.codec };
    this.#schedule = new Schedule(options.pace);
    this.#partitioner = new Partitioner(partitionCount);
    const transactionRecordsMax = options.transactions?.size.recordsMax ?? Infinity;
    this.#blocks = gate !== undefined ? undefined : BlockInput.of(options, {
      partitionCount,
      partitioner: this.#partitioner,
      batchBytesMax: limit?.bytes,
      recordsMax: () => Math.min((options.limit ?? Infinity) - this.#taken, transactionRecordsMax),
    });
    const withEventTime = options.timestamp === "event" || options.pace.kind === "replay";
    this.#records = inputRecords(
      { ...options.reading, name: options.input.name },
      { ...options.record, withEventTime, sortField: options.sortBy },
    );
    this.#outgoing = new OutgoingMaker(options, { partitioner: this.#partitioner, partitionCount });
    this.#startMs = options.clock.monotonicMs();
    this.#expected = options.limit;
    this.#leftOut = new LeftOut(options);
    this.#retentionMs = options.retentionMs ?? Infinity;
    this.#transactions = appender.transactions && new RunTransactions(appender.transactions, {
      topic: options.topic,
      size: options.transactions!.size,
      run: run!,
      clock: options.clock,
      between: (task) => this.#writer.afterwards(task),
      onCommitted: () => this.#uncommitted.splice(0).forEach((confirmed) => this.#confirm(confirmed)),
    });
    this.#writer = new BatchWriter(appender, options.topic, {
      bytesMax: options.batchBytes,
      recordsMax: transactionRecordsMax,
      transactions: this.#transactions,
      onConfirmed: (confirmed) => {
        if (this.#transactions === undefined) this.#confirm(confirmed);
        else this.#uncommitted.push(confirmed);
      },
      onTooLarge: ({ mark: position, record: { value }, bytes }) => {
        this.#taken--;
        this.#leftOut.take(this.#tooLarge({ position, bytes: value ?? NO_BYTES }, bytes));
      },
    });
    this.#linger = new Linger(this.#writer, { lingerMs: options.lingerMs ?? 0, clock: options.clock });
  }

  #confirm({ records, bytes, mark }: Confirmed<InputPosition>): void {
    this.#sent += records;
    this.#sentBytes += bytes;
    this.#lastConfirmed = mark;
    this.#options.onProgress(this.#progress());
  }

  async run(): Promise<ProduceSummary> {
    let stopped = true;
    try {
      // Records that were taken are sent even if the input fails after them.
      stopped = !await this.#takeInput().finally(() => {
        this.#linger.close();
        return this.#writer.drain();
      });
      if (!stopped) this.#gate?.requirePassed();
      this.#requireSuccess();
      // A stop leaves a transaction unfinished, so that nobody sees a part of it.
      if (!this.#options.signal.aborted) await this.#transactions?.commit();
    } finally {
      await this.#transactions?.abort();
      this.#options.onEnd?.(this.#summary(stopped));
    }
    return this.#summary(stopped);
  }

  #requireSuccess(): void {
    const sent = this.#sent + this.#uncommitted.length;
    if (sent === 0 && !this.#options.signal.aborted && this.#gate === undefined) this.#leftOut.requireNone();
    this.#leftOut.requireBounds();
  }

  /** Returns whether the input was taken to its end. */
  #takeInput(): Promise<boolean> {
    return isSorted(this.#options) ? this.#takeInOrder() : this.#takeInFileOrder();
  }

  async #takeInFileOrder(): Promise<boolean> {
    const { input, signal, loop } = this.#options;
    const { splitterOf, withBlocks } = this.#records;
    const split = withBlocks?.(this.#blocks?.source) ?? splitterOf;
    // A followed file that was replaced since would otherwise be waited for, and what is added be taken for sent.
    const onWaiting = () => this.#gate?.requirePassed();
    do {
      for await (const items of input.items<RecordNotes, RecordBlock>(split, { signal, onWaiting })) {
        if (!await this.#takeAll(items)) return false;
        if (input.confirmsChunks === true) await this.#writer.drain();
        // On stdin, the next record may take long, and earlier ones should not wait for it.
        else if (!input.repeatable) await this.#linger.flush();
      }
    } while (loop && !signal.aborted && this.#taken > 0);
    return !signal.aborted;
  }

  async #takeInOrder(): Promise<boolean> {
    const { signal, loop } = this.#options;
    const sorted = await sortInput(this.#options, {
      records: this.#records,
      leftOut: this.#leftOut,
      onBroken: (item) => this.#refuse(item),
    });
    try {
      if (!loop) this.#expected = Math.min(this.#expected ?? Infinity, sorted.length);
      do {
        if (!await this.#takeAll(sorted.items())) return false;
        // The readable part of the input is valid, and was sent first.
        if (sorted.failure !== undefined) throw sorted.failure;
        this.#schedule.restart();
      } while (loop && !signal.aborted && this.#taken > 0);
      return !signal.aborted;
    } finally {
      sorted.close();
    }
  }

  /** Returns whether the run goes on. */
  async #takeAll(items: Iterable<InputItem<RecordNotes, RecordBlock>>): Promise<boolean> {
    if (this.#options.signal.aborted) return false;
    for (const item of items) {
      // Most records need no wait, and a promise per record would cost more than everything else.
      const waiting = this.#take(item);
      if (waiting !== undefined) await waiting;
      if (this.#stopped) return false;
    }
    return true;
  }

  /** Whether the run ends before the input does. */
  get #stopped(): boolean {
    return this.#options.signal.aborted || this.#taken === this.#options.limit;
  }

  /** Takes one item, when it is due. */
  #take(item: InputItem<RecordNotes, RecordBlock>): Promise<void> | undefined {
    if (item.kind === "broken") return this.#refuse(item);
    if (item.kind === "block") return this.#takeBlock(item);
    const { pace, clock } = this.#options;
    const dueInMs = pace.kind === "unlimited" || this.#gate?.isUnpaced(item.notes) === true
      ? 0
      : this.#startMs + this.#schedule.next(item.notes.eventMs) - clock.monotonicMs();
    return dueInMs >= WAIT_MS_MIN ? this.#takeLater(item, dueInMs) : this.#takeNow(item);
  }

  #takeBlock(block: RecordBlock): Promise<void> | undefined {
    this.#taken += block.count;
    return this.#writer.addBlock(this.#blocks!.blockOf(block, this.#options.clock.nowMs()));
  }

  async #takeLater(item: GoodItem<RecordNotes>, dueInMs: number): Promise<void> {
    const { clock, signal } = this.#options;
    await this.#linger.flush();
    await clock.sleep(dueInMs, signal);
    if (!signal.aborted) await this.#takeNow(item);
  }

  #takeNow(item: GoodItem<RecordNotes>): Promise<void> | undefined {
    const { clock, strict, requireKey, record: { keyField, keyTemplate } } = this.#options;
    const { hasKeyField, problem } = item.notes;
    const key = keyTemplate ?? keyField;
    if (this.#taken === 0 && requireKey && key !== undefined && !hasKeyField) {
      throw this.#leftOut.lacksKey(item, key);
    }
    if (problem !== undefined) {
      if (strict) {
        return this.#refuse(
          asBroken(alone(item), { reason: `it does not match the calls schema: ${problem}` }),
        );
      }
      this.#leftOut.warn(item.position, problem);
    }
    const made = this.#outgoing.make(item);
    if (isNotSent(made)) return this.#refuse(asBroken(alone(item), made));
    const { record, partition } = made;
    const bytes = bytesOverLimit(record, this.#measure);
    if (bytes !== undefined) return this.#refuse(this.#tooLarge(alone(item), bytes));
    if (this.#retentionMs !== Infinity && record.timestampMs < clock.nowMs() - this.#retentionMs) {
      this.#warnOfAge(item.position, record.timestampMs);
    }
    if (this.#gate?.passes(made, item.notes) === true) {
      if (this.#gate.countsPassed) this.#taken++;
      return undefined;
    }
    this.#taken++;
    return this.#writer.add(record, { partition, mark: item.position });
  }

  /** A record whose batch alone exceeds the limit of the topic. */
  #tooLarge(item: Pick<GoodItem<unknown>, "position" | "bytes">, bytes: number): BrokenItem {
    return tooLargeItem(item, { topic: this.#options.topic, bytes, limit: this.#measure.limit });
  }

  /** Kafka deletes records by age; one warning per run is enough. */
  #warnOfAge(position: InputPosition, timestampMs: number): void {
    const { topic } = this.#options;
    log.warn(
      ageWarning(this.#leftOut.place(position), { timestampMs, topic, retentionMs: this.#retentionMs }),
    );
    this.#retentionMs = Infinity;
  }

  async #refuse(item: BrokenItem): Promise<void> {
    // The records before it are sent before the run fails.
    if (this.#options.onError === "fail") await this.#writer.drain();
    this.#leftOut.take(item, { isKept: this.#gate?.isBehind === true });
  }

  #summary(stopped: boolean): ProduceSummary {
    return {
      ...this.#progress(),
      stopped,
      last: this.#lastConfirmed,
      sentBefore: this.#gate?.total ?? 0,
      transactions: this.#transactions && {
        committed: this.#transactions.committed,
        abortedRecords: this.#uncommitted.reduce((sum, { records }) => sum + records, 0),
      },
    };
  }

  #progress(): ProduceProgress {
    return {
      sent: this.#sent,
      sentBytes: this.#sentBytes,
      broken: this.#leftOut.broken,
      schemaProblems: this.#leftOut.schemaProblems,
      elapsedMs: this.#options.clock.monotonicMs() - this.#startMs,
      expected: this.#expected,
    };
  }
}
