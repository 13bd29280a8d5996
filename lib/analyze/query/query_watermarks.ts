/**
 * The watermarks of a query across batches. A batch has two of them: late rows are those behind the previous
 * one, groups are evicted by the current one. Whatever raises the watermark between two batches, an idle
 * stream or a flush, may not happen again when a batch is repeated; so the watermarks of a batch are logged,
 * and restored.
 */
import type { Standing, StoredWatermark } from "../../checkpoint/checkpoint_file.ts";
import {
  type BatchWatermarks,
  type EventTimeSummary,
  joinEventTimes,
  NO_EVENT_TIMES,
  WatermarkTracker,
} from "../../stream/time/watermark.ts";

/** See the module's description. */
export class QueryWatermarks {
  readonly #tracker: WatermarkTracker;
  /** The watermark of the last batch, which decides about late rows of the next one. */
  #lateMs: number | undefined;
  /**
   * Whether the watermark has moved since the last batch of this run, so that a batch without records may evict
   * state. After a restart it has not, as in Spark: eviction then waits for the next batch with records.
   */
  #moved = false;
  /** By branch: the event times of the batch so far. */
  #observed: readonly EventTimeSummary[];

  constructor(...options: ConstructorParameters<typeof WatermarkTracker>) {
    this.#tracker = new WatermarkTracker(...options);
    this.#lateMs = this.#tracker.currentMs;
    this.#observed = options[0].map(() => NO_EVENT_TIMES);
  }

  /** The watermarks of the next batch. */
  get next(): BatchWatermarks {
    return { lateMs: this.#lateMs, evictionMs: this.#tracker.currentMs };
  }

  /** Whether the watermark has moved since the last batch, including by an idle stream. */
  hasMoved(monotonicMs: number): boolean {
    if (this.#tracker.passTime(monotonicMs)) this.#moved = true;
    return this.#moved;
  }

  /** Begins a batch. */
  begin(): void {
    this.#observed = this.#observed.map(() => NO_EVENT_TIMES);
  }

  /** Adds event times of the batch, by branch. */
  observe(eventTimes: readonly EventTimeSummary[]): void {
    this.#observed = this.#observed.map((summary, branch) =>
      joinEventTimes(summary, eventTimes[branch] ?? NO_EVENT_TIMES)
    );
  }

  /** By branch: the event times of the batch so far. */
  get observed(): readonly EventTimeSummary[] {
    return this.#observed;
  }

  /** Raises the watermark to a time at which groups are final, even if it was there before a restart. */
  raise(ms: number): void {
    this.#tracker.raise(ms);
    this.#moved = true;
  }

  /** Advances the watermarks after a batch that ran with the given ones, by its event times. */
  advance({ evictionMs }: BatchWatermarks, monotonicMs: number): void {
    this.#lateMs = evictionMs;
    this.#moved = this.#tracker.advance(this.#observed, monotonicMs);
  }

  /** For the checkpoint. */
  get kept(): StoredWatermark {
    return {
      currentMs: this.#tracker.currentMs ?? 0,
      byBranchMs: this.#tracker.byBranchMs,
      lateMs: this.#lateMs,
    };
  }

  /** Restores the watermarks from a checkpoint; a batch that runs again gets the same ones as before. */
  restore({ watermark, pending }: Pick<Standing, "watermark" | "pending">): void {
    if (watermark !== undefined) {
      this.#tracker.restore(watermark.currentMs, watermark.byBranchMs);
      this.#lateMs = watermark.lateMs;
    }
    if (pending?.watermarks === undefined) return;
    this.#lateMs = pending.watermarks.lateMs;
    this.#tracker.raise(pending.watermarks.evictionMs ?? 0);
  }
}
