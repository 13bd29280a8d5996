/**
 * The history of a query in its checkpoint. A batch is added in the transaction that commits it, so the history has
 * exactly the committed batches, also after a kill. How long the commit took is known only after it: that is entered
 * with the next batch, or at the end.
 *
 * The file is thinned by the rules of {@link QueryHistory}, but only every so many batches, and from what it holds
 * itself: so nothing has to be read at the start, and the history of a run that nobody looks at takes no memory. A
 * reader thins the rest.
 */
import {
  HISTORY_BATCHES_MAX,
  HISTORY_HOURS_MAX,
  HISTORY_MINUTES_MAX,
  HISTORY_THINNED_BATCHES,
  RECENT_PROGRESS_MAX,
} from "../../base/bounds.ts";
import { SfcrimeError } from "../../base/errors.ts";
import type { HistoryTable } from "../../checkpoint/history_table.ts";
import { type ErrorView, errorView } from "../error_view.ts";
import type { BatchProgress } from "../progress/batch_progress.ts";
import type { HistorySnapshot } from "./history_snapshot.ts";
import { type Measured, readBucket, readError, readPoint, readProgress } from "./kept_texts.ts";
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
import { pointOf } from "./point_of.ts";
import { QueryHistory } from "./query_history.ts";

/** The levels of buckets in the file. */
const [MINUTES, HOURS, EARLIER] = [1, 2, 3];

/** Adds the batches of a run to the history in a checkpoint; there may be only one writer. */
export class KeptHistory {
  readonly #table: HistoryTable;
  /** The first entry, and the next one. */
  #first: number;
  #next: number;
  /** When the last batch ended. */
  #atMs: number;
  /** What was measured since the last batch was added, until the file has that. */
  #measured: Measured | undefined;

  constructor(table: HistoryTable) {
    const { first, last } = table.range ?? { first: 1, last: 0 };
    this.#table = table;
    [this.#first, this.#next] = [first, last + 1];
    const [row] = table.rows(last);
    this.#atMs = row === undefined ? -Infinity : readPoint(row, table.path).atMs;
  }

  /** A run has begun: the error that ended the one before it is over. */
  begin(): void {
    this.#table.removeFailure();
  }

  /** Adds a batch; must be called in the transaction of its commit, whose duration is not part of it yet. */
  add(progress: BatchProgress): void {
    this.#writeMeasured();
    const point = pointOf(progress);
    this.#table.add({
      entry: this.#next++,
      point: JSON.stringify({ ...point, atMs: Math.max(this.#atMs, point.atMs) }),
      progress: JSON.stringify(progress),
    });
    if (this.#next - this.#first >= HISTORY_BATCHES_MAX + HISTORY_THINNED_BATCHES) this.#thin();
  }

  /** Notes the last batch, with the duration of its commit. */
  measured({ triggeredAtMs, durationMs, sinceTriggerMs, durations }: BatchProgress): void {
    // The clock may have been set back.
    this.#atMs = Math.max(this.#atMs, triggeredAtMs + durationMs);
    this.#measured = { atMs: this.#atMs, durationMs, sinceTriggerMs, durations, lagMs: null };
  }

  /** Notes the lag in time of that batch. */
  lagged(lagMs: number | null): void {
    this.#measured &&= { ...this.#measured, lagMs };
  }

  /** Everything so far. @throws {SfcrimeError} CHECKPOINT if it is corrupt. */
  snapshot(): HistorySnapshot {
    return keptSnapshot(this.#table);
  }

  /** Notes the error that ends the run. */
  failed(error: unknown, atMs: number): void {
    this.#try(() => this.#table.putFailure({ error: JSON.stringify(errorView(error)), atMs }));
  }

  /** Enters what was noted last. */
  close(): void {
    this.#try(() => this.#writeMeasured());
  }

  /** The batches are there, and a run must not fail for what is noted besides. */
  #try(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof SfcrimeError)) throw error;
    }
  }

  #writeMeasured(): void {
    if (this.#measured !== undefined) this.#table.measure(this.#next - 1, JSON.stringify(this.#measured));
    this.#measured = undefined;
  }

  /** Thins the batches that are more than the history has in full. */
  #thin(): void {
    const table = this.#table;
    const kept = this.#next - HISTORY_BATCHES_MAX;
    const minutes = lastOf(table, MINUTES);
    for (const row of table.rows(this.#first, kept)) {
      const batch = readPoint(row, table.path);
      addPoint(bucketAt(minutes, batch.atMs, MINUTE_MS), batch);
    }
    putAll(table, MINUTES, minutes);
    table.removeBefore(kept);
    table.removeProgressBefore(this.#next - RECENT_PROGRESS_MAX);
    this.#first = kept;

    const taken = table.takeOldest(MINUTES, HISTORY_MINUTES_MAX);
    if (taken.length === 0) return;
    const hours = lastOf(table, HOURS);
    for (const { bucket } of taken) {
      const minute = packed(readBucket(bucket, table.path));
      addBucket(bucketAt(hours, sinceMsOf(minute), HOUR_MS), minute);
    }
    putAll(table, HOURS, hours);

    const [earlier, ...rest] = [
      ...lastOf(table, EARLIER),
      ...table.takeOldest(HOURS, HISTORY_HOURS_MAX).map(({ bucket }) =>
        packed(readBucket(bucket, table.path))
      ),
    ];
    if (earlier === undefined) return;
    rest.forEach((hour) => addBucket(earlier, hour));
    putAll(table, EARLIER, [earlier]);
  }
}

function lastOf(table: HistoryTable, level: number): PackedBucket[] {
  const last = table.lastBucket(level);
  return last === undefined ? [] : [packed(readBucket(last.bucket, table.path))];
}

function putAll(table: HistoryTable, level: number, buckets: readonly PackedBucket[]): void {
  for (const bucket of buckets) {
    table.putBucket({ level, sinceMs: sinceMsOf(bucket), bucket: JSON.stringify(unpacked(bucket)) });
  }
}

/** The history in a checkpoint. @throws {SfcrimeError} CHECKPOINT if it is corrupt. */
export function keptSnapshot(table: HistoryTable): HistorySnapshot {
  const { first = 1, last = 0 } = table.range ?? {};
  const bucketsOf = (level: number) =>
    table.buckets(level).map(({ bucket }) => readBucket(bucket, table.path));
  const history = QueryHistory.of({
    sequence: first - 1,
    batches: [],
    minutes: bucketsOf(MINUTES),
    hours: bucketsOf(HOURS),
    earlier: bucketsOf(EARLIER)[0] ?? null,
  });
  for (const row of table.rows(first, last + 1)) history.add(readPoint(row, table.path));
  return history.snapshot();
}

/** The progress of the latest batches in a checkpoint, oldest first. @throws {SfcrimeError} CHECKPOINT */
export function keptProgress(table: HistoryTable): BatchProgress[] {
  const { last } = table.range ?? { last: 0 };
  return table.rows(last + 1 - RECENT_PROGRESS_MAX, last + 1)
    .flatMap((row) => readProgress(row, table.path) ?? []);
}

/** An error that ended a run, and when. */
export interface KeptFailure {
  readonly error: ErrorView;
  readonly atMs: number;
}

/** The error that ended the last run; undefined if none did. @throws {SfcrimeError} CHECKPOINT if it is corrupt. */
export function keptFailure(table: HistoryTable): KeptFailure | undefined {
  const { failure } = table;
  return failure && { error: readError(failure, table.path), atMs: failure.atMs };
}
