/**
 * Records that came with the answers to waits for records, for readers of the same process: a small batch of records
 * that have just arrived takes one request instead of two.
 *
 * A reader gets them only for a range of the topic with that ID that they contain as a whole, and only for a short
 * time; it fetches any other range itself. So they are what the reader would have fetched.
 */
import { LOOK_AGAIN_MS, PREFETCHED_BYTES_MAX } from "../base/bounds.ts";
import type { Clock } from "../base/clock.ts";
import { endOfWholeBatches } from "./record_batch/batch_header.ts";
import type { AbortedTransaction } from "./record_batch/decode.ts";

/** What a server has answered for a partition. */
export interface AnsweredPartition {
  /** The ID of the topic. */
  readonly topicId: string;
  readonly partition: number;
  /** The offset that was asked for. */
  readonly from: number;
  /** The end offset of the partition, as the server knew it. */
  readonly end: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches; the last one may be truncated. */
  readonly records: Uint8Array;
}

/** A range that a reader asks for. */
export interface WantedRange {
  /** Without an ID it is not clear which topic is meant, so nothing is found. */
  readonly topicId?: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** Whole record batches, and what was aborted in them. */
export type PrefetchedBatches = Pick<AnsweredPartition, "aborted"> & { readonly bytes: Uint8Array };

/** The records of an answer. */
interface Prefetched extends PrefetchedBatches {
  readonly from: number;
  readonly to: number;
  /** When they came, by the monotonic clock. */
  readonly atMs: number;
}

/** See the module's description. */
export class PrefetchedRecords {
  readonly #clock: Clock;
  readonly #byPartition = new Map<string, Prefetched>();
  #isWanted = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * How many bytes of records a wait should ask for. Undefined before a reader has asked for records, and after there
   * were more of them than fit, as the batches are not small then.
   */
  get bytesMax(): number | undefined {
    return this.#isWanted ? PREFETCHED_BYTES_MAX : undefined;
  }

  /**
   * Keeps the records of an answer to a wait that asked for so many, in place of earlier ones.
   *
   * @throws {SfcrimeError} CORRUPT if they have an unsupported format.
   */
  put(answers: readonly AnsweredPartition[]): void {
    const atMs = this.#clock.monotonicMs();
    for (const [key, { atMs: then }] of this.#byPartition) {
      if (atMs - then > LOOK_AGAIN_MS) this.#byPartition.delete(key);
    }
    for (const { topicId, partition, from, end, aborted, records } of answers) {
      const { nextOffset, bytes } = endOfWholeBatches(records, from);
      if (nextOffset < end) this.#isWanted = false;
      const to = Math.min(nextOffset, end);
      const key = keyOf(topicId, partition);
      if (to > from) {
        this.#byPartition.set(key, { from, to, bytes: records.subarray(0, bytes), aborted, atMs });
      }
    }
  }

  /** The records of a range, if they were prefetched; they are then forgotten. */
  take({ topicId, partition, from, to }: WantedRange): PrefetchedBatches | undefined {
    if (topicId === undefined) return undefined;
    this.#isWanted = true;
    const key = keyOf(topicId, partition);
    const found = this.#byPartition.get(key);
    this.#byPartition.delete(key);
    if (found === undefined || this.#clock.monotonicMs() - found.atMs > LOOK_AGAIN_MS) return undefined;
    return found.from <= from && to <= found.to ? found : undefined;
  }
}

function keyOf(topicId: string, partition: number): string {
  return `${topicId}-${partition}`;
}
