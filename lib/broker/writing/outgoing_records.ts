/**
 * The outgoing records of one partition: batches that fit the topic, one in flight at a time. A batch that is
 * too large is split in two, and a record that is too large by itself is left out, so that all others arrive
 * in order.
 */
import type { Appended, PartitionRecords, TooLarge } from "./appender.ts";
import type { Codec } from "../record_batch/codecs.ts";
import type { ProducerSequence, RecordsBuilder } from "../record_batch/encode.ts";
import { splitRecords } from "../record_batch/split.ts";

/** The batch size; smaller after the broker has rejected a batch. */
export interface BatchSize {
  bytesMax: number;
}

/** Options for building batches. */
export interface OutgoingOptions {
  readonly codec: Codec;
  readonly size: BatchSize;
}

const NO_OFFSET = -1;

/** See the module's description. */
export class OutgoingRecords {
  readonly partition: number;
  readonly #options: OutgoingOptions;
  /** Records that are neither confirmed nor left out; the first builder is the batch in flight. */
  #waiting: RecordsBuilder[];
  #batch: Uint8Array | undefined;
  /** The index of the first pending record. */
  #index = 0;
  #baseOffset: number | undefined;
  #lastOffset = NO_OFFSET;
  readonly #tooLarge: TooLarge[] = [];

  constructor({ partition, records }: PartitionRecords, options: OutgoingOptions) {
    this.partition = partition;
    this.#options = options;
    this.#waiting = records.count === 0 ? [] : [records];
  }

  /** Whether all records were sent. */
  get isDone(): boolean {
    return this.#waiting.length === 0;
  }

  /** The result of sending the records. */
  get appended(): Appended {
    const appended = {
      partition: this.partition,
      baseOffset: this.#baseOffset ?? NO_OFFSET,
      lastOffset: this.#lastOffset,
    };
    return this.#tooLarge.length === 0 ? appended : { ...appended, tooLarge: this.#tooLarge };
  }

  /**
   * The batch to send. It stays the same until it is confirmed or rejected, however often it is sent.
   *
   * @param sequence The number of its first record, for an idempotent producer.
   */
  batch(sequence: ProducerSequence | undefined): Uint8Array {
    while (this.#batch === undefined) {
      const [first] = this.#waiting as [RecordsBuilder];
      const batch = first.toBatch(this.#options.codec, sequence);
      if (first.count === 1 || batch.length <= this.#options.size.bytesMax) this.#batch = batch;
      else this.#split(first);
    }
    return this.#batch;
  }

  /** Called when the broker has confirmed the batch. Returns the number of its records. */
  confirm(baseOffset: number): number {
    this.#baseOffset ??= baseOffset;
    const count = this.#next();
    this.#lastOffset = baseOffset === NO_OFFSET ? NO_OFFSET : baseOffset + count - 1;
    return count;
  }

  /** Called when the broker has rejected the batch as too large. */
  refuse(): void {
    const { size } = this.#options;
    const { length } = this.#batch!;
    if (this.#waiting[0]!.count > 1) {
      // So that the next batches are not rejected, too.
      size.bytesMax = Math.min(size.bytesMax, Math.ceil(length / 2));
      this.#batch = undefined;
      return;
    }
    this.#tooLarge.push({ index: this.#index, bytes: length });
    this.#next();
  }

  #next(): number {
    const { count } = this.#waiting.shift()!;
    this.#index += count;
    this.#batch = undefined;
    return count;
  }

  #split(records: RecordsBuilder): void {
    const { codec, size } = this.#options;
    // The compressed size of a batch is known only then.
    const bytesMax = codec === "none" ? size.bytesMax : Math.ceil(records.bytes / 2);
    this.#waiting.splice(0, 1, ...splitRecords(records, bytesMax));
  }
}
