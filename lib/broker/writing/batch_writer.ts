/**
 * Gathers records into batches by partition and appends them, one append under way while the next is
 * gathered. Bounded in bytes, for each partition and for all.
 */
import { APPEND_BYTES_MAX, APPEND_TOTAL_BYTES_MAX, SPARE_BYTES_MAX } from "../../base/bounds.ts";
import type { Appended, Appender } from "./appender.ts";
import { type ProducerRecord, RECORD_OVERHEAD_BYTES_MAX, RecordsBuilder } from "../record_batch/encode.ts";
import type { BlockPart } from "../record_batch/block_encoder.ts";
import { recordsOf } from "../record_batch/split.ts";
import { Marks, type MarkSource } from "./marks.ts";

/** What has been confirmed. */
export interface Confirmed<Mark> {
  readonly records: number;
  /** Bytes of keys and values. */
  readonly bytes: number;
  /** The mark of the record that was added last. */
  readonly mark: Mark;
}

/** A record that the broker has refused. */
export interface Refused<Mark> {
  readonly mark: Mark;
  /** Its key and value are valid only during the call. */
  readonly record: ProducerRecord;
  /** The bytes of a batch with nothing but this record. */
  readonly bytes: number;
}

/** The destination of a record. */
export interface Destination<Mark> {
  readonly partition: number;
  /** Identifies the record to its writer. */
  readonly mark: Mark;
}

/** The callbacks of a writer. */
export interface BatchWriterOptions<Mark> {
  readonly onConfirmed: (confirmed: Confirmed<Mark>) => void;
  /**
   * Called for each record that is too large for the topic, once the others of its append are confirmed. An error
   * that it throws ends the writer, like a failed append.
   */
  readonly onTooLarge: (refused: Refused<Mark>) => void;
  /** The most bytes of records of one partition in an append; by default, as many as brokers take. */
  readonly bytesMax?: number | undefined;
  /** The most records of an append; by default, there is no limit. */
  readonly recordsMax?: number | undefined;
  /** Ends the transactions that appends belong to; absent if there are none. */
  readonly transactions?: WriterTransactions | undefined;
}

/** What was appended to a partition. */
export interface AppendedPart {
  readonly partition: number;
  readonly records: number;
  /** The offset of the last record; −1 if it is not known. */
  readonly lastOffset: number;
}

/** Called in turn with the appends of a writer. An error that it throws ends the writer, like a failed append. */
export interface WriterTransactions {
  before(records: number): Promise<void>;
  after(appended: readonly AppendedPart[]): Promise<void>;
}

/** Records that are added together: those of a block, in their partitions. */
export interface BlockOfRecords<Mark> extends MarkSource<Mark> {
  readonly parts: readonly BlockPart[];
  readonly timestampMs: number;
  /** The mark of the last record. */
  readonly lastMark: Mark;
}

/** Records of one partition, with their marks. */
interface Gathered<Mark> {
  readonly records: RecordsBuilder;
  readonly marks: Marks<Mark>;
}

/** The contents of one append. */
interface Append<Mark> {
  readonly gathered: ReadonlyMap<number, Gathered<Mark>>;
  readonly confirmed: Confirmed<Mark>;
}

/** See the module's description. */
export class BatchWriter<Mark> {
  readonly #appender: Appender;
  readonly #topic: string;
  readonly #options: BatchWriterOptions<Mark>;
  readonly #bytesMax: number;
  readonly #recordsMax: number;
  #gathered = new Map<number, Gathered<Mark>>();
  /** Those whose records have been confirmed. */
  readonly #spare: RecordsBuilder[] = [];
  #spareBytes = 0;
  #records = 0;
  #bytes = 0;
  #lastMark: Mark | undefined;
  #inProgress: Promise<void> = Promise.resolve();

  constructor(appender: Appender, topic: string, options: BatchWriterOptions<Mark>) {
    this.#appender = appender;
    this.#topic = topic;
    this.#options = options;
    this.#bytesMax = Math.min(options.bytesMax ?? APPEND_BYTES_MAX, APPEND_BYTES_MAX);
    this.#recordsMax = options.recordsMax ?? Infinity;
  }

  /**
   * Adds a record; its buffers may be reused afterwards. If the batch is full, resolves once the previous append is
   * confirmed; otherwise there is nothing to wait for.
   */
  add(record: ProducerRecord, to: Destination<Mark>): Promise<void> | undefined {
    const size = payloadOf(record) + RECORD_OVERHEAD_BYTES_MAX;
    const before = this.#gathered.get(to.partition);
    const total = this.#bytes + this.#records * RECORD_OVERHEAD_BYTES_MAX + size;
    const isFull = (before !== undefined && before.records.bytes + size > this.#bytesMax) ||
      (this.#records > 0 && total > APPEND_TOTAL_BYTES_MAX) || this.#records >= this.#recordsMax;
    if (isFull) return this.flush().then(() => this.#put(record, to));
    this.#put(record, to);
    return undefined;
  }

  /**
   * Adds a block, none or all of whose records are in an append; its memory may be reused afterwards. Resolves like
   * {@link add}.
   */
  addBlock(block: BlockOfRecords<Mark>): Promise<void> | undefined {
    let total = this.#bytes + this.#records * RECORD_OVERHEAD_BYTES_MAX;
    let isFull = false;
    let count = this.#records;
    for (const part of block.parts) {
      const size = part.bytes + part.count * RECORD_OVERHEAD_BYTES_MAX;
      const before = this.#gathered.get(part.partition);
      isFull ||= before !== undefined && before.records.bytes + size > this.#bytesMax;
      total += size;
      count += part.count;
    }
    isFull ||= this.#records > 0 && (total > APPEND_TOTAL_BYTES_MAX || count > this.#recordsMax);
    if (isFull) return this.flush().then(() => this.#putBlock(block));
    this.#putBlock(block);
    return undefined;
  }

  #put(record: ProducerRecord, { partition, mark }: Destination<Mark>): void {
    const { records, marks } = this.#gatheredOf(partition);
    records.add(record);
    marks.add(mark);
    this.#lastMark = mark;
    this.#records++;
    this.#bytes += payloadOf(record);
  }

  #putBlock(block: BlockOfRecords<Mark>): void {
    for (const part of block.parts) {
      const { records, marks } = this.#gatheredOf(part.partition);
      records.addEncoded(part, block.timestampMs);
      marks.addMany(part.count, block);
      this.#records += part.count;
      this.#bytes += part.bytes;
    }
    this.#lastMark = block.lastMark;
  }

  #gatheredOf(partition: number): Gathered<Mark> {
    let gathered = this.#gathered.get(partition);
    if (gathered === undefined) {
      gathered = { records: this.#takeSpare() ?? new RecordsBuilder(), marks: new Marks(partition) };
      this.#gathered.set(partition, gathered);
    }
    return gathered;
  }

  /**
   * Starts to append what has been gathered. Resolves once the previous append is confirmed.
   *
   * @throws {SfcrimeError} If the previous append failed.
   */
  async flush(): Promise<void> {
    if (this.#records === 0) return;
    const append = {
      gathered: this.#gathered,
      confirmed: { records: this.#records, bytes: this.#bytes, mark: this.#lastMark as Mark },
    };
    this.#gathered = new Map();
    this.#records = 0;
    this.#bytes = 0;
    const previous = this.#inProgress;
    this.afterwards(() => this.#append(append));
    await previous;
  }

  /** Starts a task when what was appended before is confirmed; what is appended later waits for its end. */
  afterwards(task: () => Promise<void>): void {
    this.#inProgress = this.#inProgress.then(task);
    // The next caller that waits gets the failure; until then it must not count as unhandled.
    this.#inProgress.catch(() => {});
  }

  async #append({ gathered, confirmed }: Append<Mark>): Promise<void> {
    const { transactions } = this.#options;
    await transactions?.before(confirmed.records);
    const batches = [...gathered].map(([partition, { records }]) => ({ partition, records }));
    const appended = await this.#appender.append(this.#topic, batches);
    const refused = appended.flatMap((part) => refusedOf(part, gathered.get(part.partition)!));
    const bytes = refused.reduce((total, { record }) => total + payloadOf(record), 0);
    this.#options.onConfirmed({
      ...confirmed,
      records: confirmed.records - refused.length,
      bytes: confirmed.bytes - bytes,
    });
    for (const record of refused) this.#options.onTooLarge(record);
    await transactions?.after(appended.map(({ partition, lastOffset, tooLarge = [] }) => {
      const records = gathered.get(partition)!.records.count - tooLarge.length;
      return { partition, records, lastOffset };
    }));
    for (const { records } of batches) this.#putSpare(records);
  }

  #takeSpare(): RecordsBuilder | undefined {
    const records = this.#spare.pop();
    this.#spareBytes -= records?.memoryBytes ?? 0;
    return records;
  }

  /** Bounded in bytes: with many partitions that are busy in turn, every builder would grow to the largest batch. */
  #putSpare(records: RecordsBuilder): void {
    if (this.#spareBytes + records.memoryBytes > SPARE_BYTES_MAX) return;
    records.clear();
    this.#spare.push(records);
    this.#spareBytes += records.memoryBytes;
  }

  /** Appends what has been gathered, and waits until everything is confirmed. */
  async drain(): Promise<void> {
    await this.flush();
    await this.#inProgress;
  }
}

/** The bytes of a record's key and value. */
function payloadOf({ key, value }: ProducerRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0);
}

/** The records of a partition that were left out. */
function refusedOf<Mark>({ tooLarge = [] }: Appended, { records, marks }: Gathered<Mark>): Refused<Mark>[] {
  if (tooLarge.length === 0) return [];
  const all = recordsOf(records);
  return tooLarge.map(({ index, bytes }) => ({ mark: marks.at(index), record: all[index]!, bytes }));
}
