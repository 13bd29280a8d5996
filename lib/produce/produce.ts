/**
 * The producer: sends an input to a topic, at a pace, and never loses a record silently.
 *
 * A record counts as sent when the broker has acknowledged it. A stop flushes the records that were taken, and reports
 * how far the input was read.
 */
import { SfcrimeError } from "../base/errors.ts";
import { formatCount, plural } from "../base/text/format.ts";
import { logger } from "../base/log.ts";
import type { Appender } from "../broker/writing/appender.ts";
import type { ProducerRecord } from "../broker/record_batch/encode.ts";
import { Partitioner } from "../broker/writing/partitioner.ts";
import { type BatchLimit, bytesOverLimit, type MeasureOptions } from "../broker/writing/batch_limit.ts";
import { BatchWriter } from "../broker/writing/batch_writer.ts";
import { BlockInput } from "./block_input.ts";
import { asBroken, LeftOut, tooLargeItem } from "./left_out.ts";
import { Schedule } from "./pace.ts";
import { recordNoter, type RecordNotes } from "./record_notes.ts";
import type {
  BrokenItem,
  GoodItem,
  InputItem,
  InputPosition,
  NoteRecord,
} from "../records/splitting/input_item.ts";
import { UnfitValue, within } from "../records/formats/schemas/unfit_value.ts";
import type { RecordBlock } from "../records/splitting/record_block.ts";
import { ageWarning } from "./old_records.ts";
import type { ProduceOptions, ProduceProgress, ProduceSummary } from "./produce_options.ts";
import { SortedInput } from "./sorting/sorted_input.ts";

const log = logger("produce");

/** Timers cannot wait for less; a record that is due sooner is sent immediately. */
const WAIT_MS_MIN = 1;

/**
 * Runs to the end of the input, the limit, or the signal.
 *
 * @throws {SfcrimeError} If the broker rejects a batch or is lost, the input cannot be read to its end, a record is
 * broken with `onError` fail, valid records may be among the broken ones, or no record could be sent. Records that
 * were acknowledged stay in the topic.
 */
export async function produce(options: ProduceOptions): Promise<ProduceSummary> {
  if (options.loop && !options.input.repeatable && !isSorted(options)) {
    throw new SfcrimeError(
      "USAGE",
      `Cannot produce ${options.input.name} in a loop: it can only be read once.`,
      { hint: "Save it to a file first, or remove --loop." },
    );
  }
  const { broker, topic } = options;
  const description = await broker.describeTopic(topic);
  const appender = await broker.openAppender(options.append);
  try {
    const limit = await appender.batchLimit(topic);
    return await new Run(options, { appender, limit, partitionCount: description?.partitions.length ?? 1 })
      .run();
  } finally {
    options.deadLetters.close();
    await appender.close();
  }
}

/** The destination of the records. */
interface Target {
  readonly appender: Appender;
  /** The maximum size of a batch, if known. */
  readonly limit: BatchLimit | undefined;
  readonly partitionCount: number;
}

class Run {
  readonly #options: ProduceOptions;
  readonly #writer: BatchWriter<InputPosition>;
  readonly #measure: MeasureOptions;
  readonly #schedule: Schedule;
  readonly #partitioner: Partitioner;
  /** Undefined where records are only taken one by one. */
  readonly #blocks: BlockInput | undefined;
  readonly #note: NoteRecord<RecordNotes>;
  /** By the monotonic clock. */
  readonly #startMs: number;
  #sent = 0;
  #sentBytes = 0;
  #taken = 0;
  readonly #leftOut: LeftOut;
  #expected: number | undefined;
  #retentionMs: number;
  #lastConfirmed: InputPosition | undefined;

  constructor(options: ProduceOptions, { appender, limit, partitionCount }: Target) {
    this.#options = options;
    this.#measure = { limit, codec: options.append.codec };
    this.#schedule = new Schedule(options.pace);
    this.#partitioner = new Partitioner(partitionCount);
    this.#blocks = BlockInput.of(options, {
      partitionCount,
      partitioner: this.#partitioner,
      batchBytesMax: limit?.bytes,
      recordsMax: () => (options.limit ?? Infinity) - this.#taken,
    });
    const withEventTime = options.timestamp === "event" || options.pace.kind === "replay";
    this.#note = recordNoter({ ...options.record, withEventTime, sortField: options.sortBy });
    this.#startMs = options.clock.monotonicMs();
    this.#expected = options.limit;
    this.#leftOut = new LeftOut(options);
    this.#retentionMs = options.retentionMs ?? Infinity;
    this.#writer = new BatchWriter(appender, options.topic, {
      onConfirmed: ({ records, bytes, mark }) => {
        this.#sent += records;
        this.#sentBytes += bytes;
        this.#lastConfirmed = mark;
        options.onProgress(this.#progress());
      },
      onTooLarge: ({ mark: position, record: { value }, bytes }) => {
        this.#taken--;
        this.#leftOut.take(this.#tooLarge({ position, bytes: value! }, bytes));
      },
    });
  }

  async run(): Promise<ProduceSummary> {
    let stopped = true;
    try {
      // Records that were taken are sent even if the input fails after them.
      stopped = !await this.#takeInput().finally(() => this.#writer.drain());
      this.#requireSuccess();
    } finally {
      this.#options.onEnd?.(this.#summary(stopped));
    }
    return this.#summary(stopped);
  }

  #requireSuccess(): void {
    const { input, signal } = this.#options;
    const { broken } = this.#leftOut;
    if (this.#sent === 0 && broken > 0 && !signal.aborted) {
      const all = broken === 1 ? "the only one is broken" : `all ${formatCount(broken)} are broken`;
      throw new SfcrimeError("INPUT", `No record of ${input.name} could be sent: ${all}.`, {
        hint: this.#leftOut.hint ?? "Expected a JSON array of objects or one object per line.",
      });
    }
    this.#leftOut.requireBounds();
  }

  /** Returns whether the input was taken to its end. */
  #takeInput(): Promise<boolean> {
    return isSorted(this.#options) ? this.#takeInOrder() : this.#takeInFileOrder();
  }

  async #takeInFileOrder(): Promise<boolean> {
    const { input, signal, loop } = this.#options;
    do {
      for await (const items of input.items(this.#note, { signal, blocks: this.#blocks?.source })) {
        if (!await this.#takeAll(items)) return false;
        // On stdin, the next record may take long, and earlier ones should not wait for it.
        if (!input.repeatable) await this.#writer.flush();
      }
    } while (loop && !signal.aborted && this.#taken > 0);
    return !signal.aborted;
  }

  async #takeInOrder(): Promise<boolean> {
    const { signal, loop } = this.#options;
    const sorted = await this.#sort();
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

  /** Reads the input to its end. @throws {SfcrimeError} INPUT if no record has the sort field. */
  async #sort(): Promise<SortedInput> {
    const { input, signal, sortBy } = this.#options;
    if (sortBy !== undefined) {
      const wait = input.repeatable ? "" : "; nothing is sent until it ends";
      log.info(`Sorting ${input.name} by ${sortBy}${wait}`);
    }
    const sorted = await SortedInput.of(input, {
      order: sortBy === undefined ? "time" : "field",
      note: this.#note,
      signal,
      onBroken: (item) => this.#refuse(item),
    });
    if (sortBy === undefined || signal.aborted) return sorted;
    if (sorted.lacking !== undefined) {
      sorted.close();
      throw this.#leftOut.lacksSortField(sorted.lacking, sortBy);
    }
    if (sorted.withoutValue > 0) {
      const are = sorted.withoutValue === 1 ? "is" : "are";
      log.warn(`${plural(sorted.withoutValue, "record")} without ${sortBy} ${are} sent last.`);
    }
    return sorted;
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
    const dueInMs = pace.kind === "unlimited"
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
    await this.#writer.flush();
    await clock.sleep(dueInMs, signal);
    if (!signal.aborted) await this.#takeNow(item);
  }

  #takeNow(item: GoodItem<RecordNotes>): Promise<void> | undefined {
    const { clock, timestamp, strict, requireKey, record: { keyField } } = this.#options;
    const { hasKeyField, eventMs, problem } = item.notes;
    if (this.#taken === 0 && requireKey && keyField !== undefined && !hasKeyField) {
      throw this.#leftOut.lacksKey(item, keyField);
    }
    if (problem !== undefined) {
      if (strict) return this.#refuse(asBroken(item, `it does not match the calls schema: ${problem}`));
      this.#leftOut.warn(item.position, problem);
    }
    const nowMs = clock.nowMs();
    const timestampMs = timestamp === "event" && eventMs !== undefined ? eventMs : nowMs;
    const record = this.#encoded(item, timestampMs);
    if (record instanceof UnfitValue) {
      return this.#refuse(asBroken(item, `it does not fit the schema: ${record.message}`));
    }
    const bytes = bytesOverLimit(record, this.#measure);
    if (bytes !== undefined) return this.#refuse(this.#tooLarge(item, bytes));
    if (timestampMs < nowMs - this.#retentionMs) this.#warnOfAge(item.position, timestampMs);
    this.#taken++;
    return this.#writer.add(record, { partition: this.#partitioner.of(record.key), mark: item.position });
  }

  /** A record as it is sent, or why it cannot be. */
  #encoded(
    { bytes, notes: { key } }: GoodItem<RecordNotes>,
    timestampMs: number,
  ): ProducerRecord | UnfitValue {
    const { encode, encodeKey } = this.#options;
    if (encode === undefined && encodeKey === undefined) return { key, value: bytes, timestampMs };
    try {
      return {
        key: key === null || encodeKey === undefined ? key : within("key", () => encodeKey(key)),
        value: encode === undefined ? bytes : encode(bytes),
        timestampMs,
      };
    } catch (error) {
      if (error instanceof UnfitValue) return error;
      throw error;
    }
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
    this.#leftOut.take(item);
  }

  #summary(stopped: boolean): ProduceSummary {
    return { ...this.#progress(), stopped, last: this.#lastConfirmed };
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

/** Whether records are sent in another order than in the input. */
function isSorted({ sortBy, pace }: ProduceOptions): boolean {
  return sortBy !== undefined || pace.kind === "replay";
}
