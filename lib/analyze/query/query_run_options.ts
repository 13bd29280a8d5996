/** The options of a running query. */
import type { LocalHost } from "../../base/host.ts";
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import type { Sink } from "../../sinks/sink.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { TableColumns } from "../../sql/planning/slot_names.ts";
import type { WatermarkOptions } from "../../stream/time/watermark.ts";
import type { RunListener } from "../../monitoring/run_listener.ts";

/** See the module's description. */
export interface QueryRunOptions {
  readonly plan: QueryPlan;
  readonly sink: Sink;
  /** Without one, every run starts from scratch. */
  readonly checkpoint: Checkpoint | undefined;
  /** Whether to resume after the last batch of the sink if that is ahead of the checkpoint. */
  readonly resumesAfterSink?: boolean;
  readonly host: LocalHost;
  /** The column names of static tables, for messages. */
  readonly tableColumns?: TableColumns;
  /** The memory limit for its state; unlimited by default. */
  readonly stateBytesMax?: number;
  /** By default the slowest stream decides. */
  readonly watermarks?: WatermarkOptions;
  /** Rows whose event time is further ahead of the clock than this are dropped; none by default. */
  readonly eventTimeAheadMsMax?: number | undefined;
  /** Hears of each step. */
  readonly listener?: RunListener;
}
