/**
 * The history of a query, in bounded memory: the latest batches in full; those before them thinned to minutes, and
 * these to hours. A batch is in one of them, so their sums are those of all batches that there ever were. It knows no
 * clock: the time is that of the batches. What is thinned depends on the number of batches and minutes, not on their
 * age: a query with one batch a day keeps years of them in full.
 */
import { HISTORY_BATCHES_MAX, HISTORY_HOURS_MAX, HISTORY_MINUTES_MAX } from "../../base/bounds.ts";
import type { BatchPoint } from "./batch_point.ts";
import type { HistorySnapshot } from "./history_snapshot.ts";
import {
  addBucket,
  addPoint,
  bucketAt,
  HOUR_MS,
  MINUTE_MS,
  packed,
  type PackedBucket,
  sinceMsOf,
  unpacked,
} from "./packed_bucket.ts";

/** See the module's description. */
export class QueryHistory {
  #sequence = 0;
  readonly #batches: BatchPoint[] = [];
  readonly #minutes: PackedBucket[] = [];
  readonly #hours: PackedBucket[] = [];
  #earlier: PackedBucket | undefined;

  /** A history that goes on from a snapshot. */
  static of({ sequence, batches, minutes, hours, earlier }: HistorySnapshot): QueryHistory {
    const history = new QueryHistory();
    history.#hours.push(...hours.map(packed));
    history.#minutes.push(...minutes.map(packed));
    history.#earlier = earlier === null ? undefined : packed(earlier);
    for (const batch of batches) history.add(batch);
    history.#sequence = sequence;
    return history;
  }

  /** The number of batches that were ever added. */
  get sequence(): number {
    return this.#sequence;
  }

  /** The last batch; undefined if there is none. */
  get last(): BatchPoint | undefined {
    return this.#batches.at(-1);
  }

  /** The latest batches, oldest first. */
  recent(count: number): readonly BatchPoint[] {
    return this.#batches.slice(-count);
  }

  /** Adds a batch; one that seems to have ended before the last one, as the clock was set back, gets its time. */
  add(point: BatchPoint): void {
    const atMsMin = this.last?.atMs ?? -Infinity;
    this.#sequence++;
    this.#batches.push(point.atMs < atMsMin ? { ...point, atMs: atMsMin } : point);
    if (this.#batches.length > HISTORY_BATCHES_MAX) this.#thinBatch(this.#batches.shift()!);
  }

  /** A copy of everything. */
  snapshot(): HistorySnapshot {
    return {
      sequence: this.#sequence,
      batches: [...this.#batches],
      minutes: this.#minutes.map(unpacked),
      hours: this.#hours.map(unpacked),
      earlier: this.#earlier === undefined ? null : unpacked(this.#earlier),
    };
  }

  #thinBatch(point: BatchPoint): void {
    addPoint(bucketAt(this.#minutes, point.atMs, MINUTE_MS), point);
    if (this.#minutes.length <= HISTORY_MINUTES_MAX) return;
    const minute = this.#minutes.shift()!;
    addBucket(bucketAt(this.#hours, sinceMsOf(minute), HOUR_MS), minute);
    if (this.#hours.length <= HISTORY_HOURS_MAX) return;
    const hour = this.#hours.shift()!;
    if (this.#earlier === undefined) this.#earlier = hour;
    else addBucket(this.#earlier, hour);
  }
}
