/** The options of an analysis. */
import type { Clock } from "../base/clock.ts";
import type { Output } from "../base/files/output.ts";
import type { Broker, BrokerAddress } from "../broker/broker.ts";
import type { NewTopicOptions } from "../broker/topics/new_topic.ts";
import type { Outages } from "../broker/outages/outages.ts";
import type { StartingOffsets, TimestampStrategy } from "../config/values/values.ts";
import type { Sink } from "../sinks/sink.ts";
import type { QueryPlan } from "../sql/plan.ts";
import type { WatermarkPolicy } from "../stream/time/watermark.ts";
import type { RateLimits } from "../plan/rate_limits.ts";
import type { IdleQueries } from "../monitoring/idleness.ts";
import type { LateRows } from "../monitoring/late_rows.ts";
import type { PlannedAnalysis } from "../plan/plan_analysis.ts";
import type { BatchProgress } from "../monitoring/progress.ts";
import type { BatchStep } from "./query/query_batch.ts";
import type { OnStatus } from "../monitoring/query_status.ts";
import type { WorkerThread } from "./workers/worker_thread.ts";

/** See the module's description. */
export interface AnalyzeOptions {
  readonly broker: Broker;
  /** The address that each worker connects to. */
  readonly address: BrokerAddress;
  readonly planned: PlannedAnalysis;
  readonly startingOffsets: StartingOffsets;
  /** What to do if a partition has no record at or after the starting time; fails by default. */
  readonly timestampStrategy?: TimestampStrategy;
  readonly limits: RateLimits;
  /** The memory limit for the state of one query; unlimited by default. */
  readonly stateBytesMax?: number;
  readonly workerCount: number;
  /** Whether rows of NDJSON include their query and batch even if there is only one query. */
  readonly withBatch: boolean;
  readonly output: Output;
  readonly clock: Clock;
  /** Ends the run after the current batches. */
  readonly signal: AbortSignal;
  /** Called after each batch; the next batch waits for it. */
  readonly onProgress: (progress: BatchProgress) => void | Promise<void>;
  /** The checkpoint directory of each query; a query without one starts from scratch. */
  readonly checkpoints?: ReadonlyMap<string, string>;
  /**
   * Whether a query may resume from a checkpoint even if it has changed in a way that its state does not
   * allow.
   */
  readonly acceptChangedQuery?: boolean;
  /**
   * Whether a stateless query resumes after the last batch of its sink if that is ahead of its checkpoint.
   */
  readonly resumeAfterSink?: boolean;
  /** The options for topics that sinks create; one partition and one replica by default. */
  readonly sinkTopics?: NewTopicOptions;
  /** Whether records that were deleted before they were read are an error; true by default. */
  readonly failOnDataLoss?: boolean;
  /** Which of several streams decides the watermark; the slowest one by default. */
  readonly watermarkPolicy?: WatermarkPolicy;
  /** The time without records after which a stream stops holding back the watermark. */
  readonly idleTimeoutMs?: number;
  /** Rows whose event time is further ahead of the clock than this are dropped; none by default. */
  readonly eventTimeAheadMsMax?: number;
  /** Whether a run that ends by its trigger emits the groups that are still open. */
  readonly flushAtEnd?: boolean;
  /** Opens the output for late records, once it is certain that the queries run. */
  readonly openLateRows?: () => Promise<LateRows>;
  /** Called when the status of a query changes. */
  readonly onStatus?: OnStatus;
  /** Called from time to time while there is nothing to read. */
  readonly onIdle?: (idle: IdleQueries) => void;
  /** Called after each step of a batch. */
  readonly onStep?: (query: string, batchId: number, step: BatchStep) => void;
  /** Creates the sink of a query, instead of the one in the settings. */
  readonly makeSink?: (plan: QueryPlan) => Sink;
  /** Collects the outages of Kafka that workers report. */
  readonly outages?: Outages;
  /** Creates a worker thread, instead of the default. */
  readonly spawn?: () => WorkerThread;
}
