/** The options of an analysis. */
import type { Clock } from "../base/clock.ts";
import type { Output } from "../base/files/output.ts";
import type { Broker, BrokerAddress } from "../broker/broker.ts";
import type { NewTopicOptions } from "../broker/topics/new_topic.ts";
import type { StartingOffsets, TimestampStrategy } from "../config/values/values.ts";
import type { Sink } from "../sinks/sink.ts";
import type { QueryPlan } from "../sql/plan.ts";
import type { WatermarkPolicy } from "../stream/time/watermark.ts";
import type { RateLimits } from "../plan/rate_limits.ts";
import type { RunListener } from "../monitoring/run_listener.ts";
import type { PlannedAnalysis } from "../plan/plan_analysis.ts";
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
  readonly listener?: RunListener;
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
  /** Creates the sink of a query, instead of the one in the settings. */
  readonly makeSink?: (plan: QueryPlan) => Sink;
  /** Creates a worker thread, instead of the default. */
  readonly spawn?: () => WorkerThread;
}
