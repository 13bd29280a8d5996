/** A batch as charts show it: the figures of its progress, in one flat object. */

/**
 * The measures of a batch that are drawn over time, under which its buckets have them as well. Counts (rows) are of
 * the batch; sizes (state, lag) are as the batch left them.
 */
export const MEASURES = [
  "inputRows",
  "inputRowsPerSecond",
  "processedRowsPerSecond",
  "durationMs",
  "watermarkGapMs",
  "stateRows",
  "stateRowsUpdated",
  "stateBytes",
  "rowsDroppedByWatermark",
  "lateRows",
  "rowsAhead",
  "malformed",
  "outputRows",
  "lagRecords",
  "lagMs",
] as const;

/** The name of a measure. */
export type Measure = typeof MEASURES[number];

/** The measures that a batch may be without. */
export const OPTIONAL_MEASURES = ["inputRowsPerSecond", "watermarkGapMs", "lagMs"] as const;

/** The name of one of these. */
export type OptionalMeasure = typeof OPTIONAL_MEASURES[number];

/** The phases of a batch, by Spark's names. */
export const PHASES = ["latestOffset", "walCommit", "addBatch", "commitOffsets"] as const;

/** The name of a phase. */
export type Phase = typeof PHASES[number];

/** The values of a batch; null where there is none. */
export type Measures =
  & { readonly [Name in Exclude<Measure, OptionalMeasure>]: number }
  & { readonly [Name in OptionalMeasure]: number | null };

/**
 * See the module's description. Rates are as in Spark's progress: `inputRowsPerSecond` is null if the clock has not
 * moved since the previous trigger. `watermarkGapMs` is null for a query without a watermark, and before there is one;
 * it is Spark's Global Watermark Gap: the time of the trigger minus the watermark that the batch ran with. `lagRecords`
 * were available, and not yet read, when the batch was triggered; `lagMs` is the age of the oldest of them, null if
 * unknown. State and dropped rows are sums over the operators.
 */
export interface BatchPoint extends Measures {
  readonly batchId: number;
  /**
   * When the batch ended, in milliseconds since the epoch, by the clock of the coordinator. It does not go back from
   * batch to batch, even if the clock is set back.
   */
  readonly atMs: number;
  /** When the batch was triggered, by the same clock. */
  readonly triggeredAtMs: number;
  /** Whether this is the first batch of a run: there may be a gap before it. */
  readonly startsRun: boolean;
  /** The durations of its phases, in milliseconds. */
  readonly phases: Readonly<Record<Phase, number>>;
  /** The watermark that the batch ran with; null if there is none. */
  readonly watermarkMs: number | null;
}
