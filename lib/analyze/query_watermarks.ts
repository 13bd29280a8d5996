/**
 * The watermarks of one query from batch to batch. Two of them act in a batch: rows are late by the one before, groups
 * leave by the present one. What raises it between two batches, a silent stream or a flush, may not be there when a
 * batch runs again; so those that a batch runs with are logged, and restored.
 */
import type { KeptWatermark, Standing } from "../checkpoint/checkpoint_file.ts";
import type { BatchWatermarks } from "../stream/state_operator.ts";
import { type EventTimeSummary, WatermarkTracker } from "../stream/watermark.ts";

/** See the module's description. */
export class QueryWatermarks {
  readonly #tracker: WatermarkTracker;
  /** The watermark that the last batch ran with: rows of the next one are late by it. */
  #lateMs: number | undefined;
  /** Whether the watermark has moved since the last batch ran. */
  #moved = false;

  constructor(...options: ConstructorParameters<typeof WatermarkTracker>) {
    this.#tracker = new WatermarkTracker(...options);
    this.#lateMs = this.#tracker.currentMs;
  }

  /** Those that the next batch runs with. */
  get next(): BatchWatermarks {
    return { lateMs: this.#lateMs, evictionMs: this.#tracker.currentMs };
  }

  /** Whether the watermark has moved since the last batch, also by the silence of a stream. */
  hasMoved(monotonicMs: number): boolean {
    if (this.#tracker.passTime(monotonicMs)) this.#moved = true;
    return this.#moved;
  }

  /** Moves on to a time that lies ahead. */
  raise(ms: number): void {
    if (this.#tracker.raise(ms)) this.#moved = true;
  }

  /** Moves on after a batch that ran with the given watermarks, by what it has seen, by branch. */
  advance(
    seen: readonly EventTimeSummary[],
    { ranWith, monotonicMs }: { readonly ranWith: BatchWatermarks; readonly monotonicMs: number },
  ): void {
    this.#lateMs = ranWith.evictionMs;
    this.#moved = this.#tracker.advance(seen, monotonicMs);
  }

  /** For the checkpoint. */
  get kept(): KeptWatermark {
    return {
      currentMs: this.#tracker.currentMs ?? 0,
      byBranchMs: this.#tracker.byBranchMs,
      lateMs: this.#lateMs,
      moved: this.#moved,
    };
  }

  /** Goes on from a checkpoint; a batch that runs again gets those that it ran with. */
  restore({ watermark, pending }: Pick<Standing, "watermark" | "pending">): void {
    if (watermark !== undefined) {
      this.#tracker.restore(watermark.currentMs, watermark.byBranchMs);
      this.#lateMs = watermark.lateMs;
      this.#moved = watermark.moved;
    }
    if (pending?.watermarks === undefined) return;
    this.#lateMs = pending.watermarks.lateMs;
    this.#tracker.raise(pending.watermarks.evictionMs ?? 0);
  }
}
