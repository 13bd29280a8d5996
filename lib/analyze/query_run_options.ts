/** What one query runs with. */
import type { Clock } from "../base/clock.ts";
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import type { Sink } from "../sinks/sink.ts";
import type { QueryPlan } from "../sql/plan.ts";
import type { TableColumns } from "../sql/slot_names.ts";
import type { WatermarkOptions } from "../stream/watermark.ts";
import type { BatchStep } from "./query_batch.ts";

/** See the module's description. */
export interface QueryRunOptions {
  readonly plan: QueryPlan;
  readonly sink: Sink;
  /** Without one, every run starts afresh. */
  readonly checkpoint: Checkpoint | undefined;
  /** Whether to go on after what the sink holds, where that is more than the checkpoint knows of. */
  readonly resumesAfterSink?: boolean;
  readonly clock: Clock;
  /** The names of the columns of static tables, for what is told to people. */
  readonly tableColumns?: TableColumns;
  /** The slowest stream decides where it is absent. */
  readonly watermarks?: WatermarkOptions;
  /** Rows whose event time is further ahead of the clock are left out. All count where it is absent. */
  readonly eventTimeAheadMsMax?: number;
  /** Is told when a step is done. */
  readonly onStep?: (query: string, batchId: number, step: BatchStep) => void;
}
