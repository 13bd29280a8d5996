/** Batches that ended in the same minute or hour, thinned to sums and extremes. */
import type { Measure, Phase } from "./batch_point.ts";

/** The values of a measure in a bucket. */
export interface Spread {
  /** The number of batches that have the measure; their mean is `sum / count`. */
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
}

/** See the module's description. A measure that no batch has is null. */
export interface Bucket extends Readonly<Record<Measure, Spread | null>> {
  /** The start of the minute or hour, in milliseconds since the epoch. */
  readonly sinceMs: number;
  /** Its length: a minute or an hour. */
  readonly spanMs: number;
  readonly batches: number;
  /** How many of the batches are the first of a run: there may be a gap before each of them. */
  readonly runStarts: number;
  readonly lastBatchId: number;
  /** The sums of the durations of the phases, in milliseconds. */
  readonly phases: Readonly<Record<Phase, number>>;
  /** The watermark of the last batch; null if there is none. */
  readonly watermarkMs: number | null;
}
