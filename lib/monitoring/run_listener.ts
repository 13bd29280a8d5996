/**
 * The events of a run, as in Spark's `StreamingQueryListener`: first the start; then the steps and the progress of
 * each batch, with changes of status in between; last the end.
 */
import type { OutageNews } from "../broker/outages/outage_watch.ts";
import type { KeptHistory } from "./history/kept_history.ts";
import type { IdleQueries } from "./idleness.ts";
import type { SourceSample } from "./key_sample.ts";
import type { LateRecords } from "./late_rows/late_record.ts";
import type { BatchProgress } from "./progress/batch_progress.ts";
import type { CurrentRows } from "./view/current_rows.ts";
import type { RecordSample } from "./view/record_sample.ts";

/** A query of a run. */
export interface StartedQuery {
  readonly query: string;
  /** The same in every run of a query with a checkpoint. */
  readonly queryId: string;
  /** Its sink, for people. */
  readonly sink: string;
  /** The history in its checkpoint, if it has one. */
  readonly history?: KeptHistory | undefined;
  /** Reads its current rows; absent if the run keeps none for that. */
  readonly rows?: CurrentRows;
  /** Ends the query after its current batch; the other queries go on. */
  readonly stop?: () => void;
}

/** The queries of a run. */
export interface StartedRun {
  /** Unique to this run. */
  readonly runId: string;
  readonly queries: readonly StartedQuery[];
}

/** A step of a batch, by the numbers of `docs/semantics.md`, that is done. */
export interface BatchStep {
  readonly query: string;
  readonly batchId: number;
  readonly step: 1 | 2 | 3 | 4;
}

/** The current status of a query, with the fields of Spark's `StreamingQueryStatus`. */
export interface StreamingQueryStatus {
  readonly message: string;
  /** Whether the last check of the sources found new data. */
  readonly isDataAvailable: boolean;
  /** Whether a trigger is active, from checking the sources to the commit. */
  readonly isTriggerActive: boolean;
}

/** The status of a query that has changed. */
export interface QueryStatus {
  readonly query: string;
  readonly status: StreamingQueryStatus;
}

/** The first late and malformed records of a batch. */
export interface BadRecords {
  readonly query: string;
  readonly batchId: number;
  readonly late: readonly RecordSample[];
  readonly malformed: readonly RecordSample[];
}

/** What a worker thread has done since the start of the run. */
export interface WorkerCounts {
  readonly worker: number;
  readonly records: number;
  /** How long it was computing, without waiting for the broker or for others to take its rows. */
  readonly busyMs: number;
}

/** The work of all worker threads. */
export interface WorkerReport {
  /** By the monotonic clock of the coordinator. */
  readonly monotonicMs: number;
  readonly workers: readonly WorkerCounts[];
}

/** The age of what is not yet read of a partition. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Now minus the timestamp of the oldest record that is not yet read; 0 if there is none. */
  readonly lagMs: number;
}

/** How far queries that share their batches are behind in time. */
export interface LagReport {
  readonly queries: readonly string[];
  readonly partitions: readonly PartitionLag[];
}

/**
 * A listener of a run; all methods are optional. The run waits for a promise that a method returns, and fails with an
 * error that a method throws.
 */
export interface RunListener {
  /** It is certain that the queries run; nothing has been read. A run that is refused has no events. */
  started?(run: StartedRun): void | Promise<void>;
  /** The status of a query has changed. */
  status?(change: QueryStatus): void;
  /** A step of a batch is done; the next one waits. All late records of a batch are reported before step 2. */
  step?(done: BatchStep): void | Promise<void>;
  /**
   * Records of the current batch are late: at least once, as a batch that runs again reports them again. Without this
   * method, late rows are only counted.
   */
  late?(late: LateRecords): void | Promise<void>;
  /** A worker has looked at some of the first records. */
  sampled?(sample: SourceSample): void;
  /** A batch that is about to be committed has late or malformed records. Without this method, none are collected. */
  badRecords?(records: BadRecords): void;
  /** What the workers have done; after each batch. Without this method, it is not measured. */
  worked?(report: WorkerReport): void;
  /**
   * The lag in time, of all partitions; before the progress of a batch, and from time to time. Without this method, it
   * is not looked up.
   */
  lagged?(lag: LagReport): void;
  /** A batch is committed; the next one waits. */
  progress?(progress: BatchProgress): void | Promise<void>;
  /** There has been nothing to read for a while; called from time to time. */
  idle?(idle: IdleQueries): void;
  /** A single query was stopped, and everything of it is closed; the others go on. */
  stopped?(stopped: { readonly query: string }): void;
  /** Kafka does not respond, or responds again. */
  outage?(news: OutageNews): void;
  /** The run has ended, and everything is closed; `failure` has the error if there was one. */
  ended?(failure?: { readonly error: unknown }): void;
}

/** Passes each event to several listeners, in order. */
export function listenerBus(listeners: readonly RunListener[]): RunListener {
  const each = async (call: (listener: RunListener) => void | Promise<void>) => {
    for (const listener of listeners) await call(listener);
  };
  const wants = (event: keyof RunListener) => listeners.some((listener) => listener[event] !== undefined);
  return {
    started: (run) => each((listener) => listener.started?.(run)),
    status: (change) => listeners.forEach((listener) => listener.status?.(change)),
    step: (done) => each((listener) => listener.step?.(done)),
    ...(wants("late") ? { late: (late) => each((listener) => listener.late?.(late)) } : {}),
    sampled: (sample) => listeners.forEach((listener) => listener.sampled?.(sample)),
    ...(wants("badRecords")
      ? { badRecords: (records) => listeners.forEach((listener) => listener.badRecords?.(records)) }
      : {}),
    ...(wants("worked")
      ? { worked: (report) => listeners.forEach((listener) => listener.worked?.(report)) }
      : {}),
    ...(wants("lagged") ? { lagged: (lag) => listeners.forEach((listener) => listener.lagged?.(lag)) } : {}),
    progress: (progress) => each((listener) => listener.progress?.(progress)),
    idle: (idle) => listeners.forEach((listener) => listener.idle?.(idle)),
    stopped: (stopped) => listeners.forEach((listener) => listener.stopped?.(stopped)),
    outage: (news) => listeners.forEach((listener) => listener.outage?.(news)),
    ended: (failure) => listeners.forEach((listener) => listener.ended?.(failure)),
  };
}
