/** The options of a running query. */
import type { KeptHistory } from "../../monitoring/history/kept_history.ts";
import type { LocalHost } from "../../base/host.ts";
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import type { RunListener } from "../../monitoring/run_listener.ts";
import type { PlannedQuery } from "../../plan/analysis_plan.ts";
import type { Row } from "../../records/data_type.ts";
import type { Sink } from "../../sinks/sink.ts";
import type { TableColumns } from "../../sql/planning/slot_names.ts";

/** The options of a running query. */
export interface QueryRunOptions {
  readonly planned: PlannedQuery;
  readonly sink: Sink;
  /** Without one, every run starts from scratch. */
  readonly checkpoint: Checkpoint | undefined;
  /** The history in that checkpoint. */
  readonly history?: KeptHistory | undefined;
  /** Whether to resume after the last batch of the sink if that is ahead of the checkpoint. */
  readonly resumesAfterSink?: boolean;
  readonly host: LocalHost;
  /** The rows of static tables, by name. */
  readonly tables?: ReadonlyMap<string, readonly Row[]>;
  /** The column names of static tables, for messages. */
  readonly tableColumns?: TableColumns;
  /** Hears of each step. */
  readonly listener?: RunListener | undefined;
  /** Whether its current rows can be read. */
  readonly keepsRows?: boolean | undefined;
}
