/** What is known of a query at one moment, running or not, as plain data for people to look at. */
import type { PlanGraph } from "../../sql/explain/plan_graph.ts";
import type { OutputMode } from "../../sql/plan.ts";
import type { ErrorView } from "../error_view.ts";
import type { StreamingQueryStatus } from "../run_listener.ts";
import type { QueryTotals } from "../run_record.ts";
import type { RecordSample } from "./record_sample.ts";

/**
 * How a query is: `starting` until its first batch is committed, `behind` while its lag exceeds the limit, `failed`
 * once it has ended with an error, `ended` if it is not running for another reason.
 */
export type Health = "starting" | "running" | "behind" | "failed" | "ended";

/** A column of the result. */
export interface ColumnView {
  readonly name: string;
  /** As in SQL, such as `STRING`. */
  readonly type: string;
}

/** A partition, as the last batch left it. */
export interface PartitionView {
  readonly topic: string;
  readonly partition: number;
  /** The offsets of the last batch; `start` is null for the first batch of a query. */
  readonly start: number | null;
  readonly end: number;
  /** The end of the partition when the last batch was triggered. */
  readonly latest: number;
  /** Records between `end` and `latest`. */
  readonly lag: number;
  /** The age of the oldest record that is not yet read; null if unknown. */
  readonly lagMs: number | null;
}

/** A worker thread. */
export interface WorkerView {
  readonly id: number;
  readonly recordsPerSecond: number;
  /** The share of time in which it was busy, from 0 to 1. */
  readonly busyShare: number;
}

/** See the module's description. Times are by the clock of the coordinator, in milliseconds since the epoch. */
export interface QueryView {
  readonly name: string;
  /** The same in every run of a query with a checkpoint. */
  readonly queryId: string;
  /** Unique to the run; null for a query that is read from its checkpoint. */
  readonly runId: string | null;
  readonly sql: string;
  readonly outputMode: OutputMode;
  /** As in the settings; null if unknown. */
  readonly trigger: string | null;
  /** The sink, for people. */
  readonly sink: string;
  readonly columns: readonly ColumnView[];
  readonly isRunning: boolean;
  readonly status: StreamingQueryStatus;
  readonly health: Health;
  /** When the run started; null if unknown. */
  readonly startedAtMs: number | null;
  /** When the run ended; null while it is running, or if unknown. */
  readonly endedAtMs: number | null;
  /** The last committed batch; null if there is none. */
  readonly batchId: number | null;
  /** Sums over the batches of this run; for a query that is read from its checkpoint, over all that are known. */
  readonly totals: QueryTotals;
  /** As of the last batch; null if there is none. */
  readonly watermarkMs: number | null;
  readonly watermarkGapMs: number | null;
  /** Of the last batch with records, and 0 while the query waits for more; null if unknown. */
  readonly inputRowsPerSecond: number | null;
  /** Rows in state, of all operators; null if there is no batch. */
  readonly stateRows: number | null;
  readonly lagRecords: number | null;
  readonly lagMs: number | null;
  readonly partitions: readonly PartitionView[];
  readonly workers: readonly WorkerView[];
  /** The latest ones, newest first. */
  readonly lateSamples: readonly RecordSample[];
  readonly malformedSamples: readonly RecordSample[];
  readonly error: ErrorView | null;
  /** Null if unknown. */
  readonly plan: PlanGraph | null;
}
