/** The options of a running query. */
import type { LocalHost } from "../../base/host.ts";
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import type { Sink } from "../../sinks/sink.ts";
import type { PlannedQuery } from "../../plan/analysis_plan.ts";
import type { TableColumns } from "../../sql/planning/slot_names.ts";
import type { RunListener } from "../../monitoring/run_listener.ts";

/** See the module's description. */
export interface QueryRunOptions {
  readonly planned: PlannedQuery;
  readonly sink: Sink;
  /** Without one, every run starts from scratch. */
  readonly checkpoint: Checkpoint | undefined;
  /** Whether to resume after the last batch of the sink if that is ahead of the checkpoint. */
  readonly resumesAfterSink?: boolean;
  readonly host: LocalHost;
  /** The column names of static tables, for messages. */
  readonly tableColumns?: TableColumns;
  /** Hears of each step. */
  readonly listener?: RunListener;
}
