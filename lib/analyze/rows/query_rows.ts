/** What is kept of a query so that its current rows can be read: its state as it is, or the rows that it emitted last. */
import type { Clock } from "../../base/clock.ts";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import type { RowsKind } from "../../monitoring/view/current_rows.ts";
import type { RowFormat } from "../../sinks/sink.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { RecentRows } from "./recent_rows.ts";
import { RowReads, type RowsNow } from "./row_reads.ts";
import { aggregatesOf } from "../../sql/planning/plan_sources.ts";

/** The options of what is kept. */
export interface QueryRowsOptions {
  readonly plan: QueryPlan;
  /** The format of the rows in chunks of workers. */
  readonly format: RowFormat;
  /** The state as rows of the result, between two batches. */
  readonly state: () => RowsNow;
  readonly clock: Clock;
  /** The last committed batch; −1 if there is none. */
  readonly batchId: number;
}

/** See the module's description. */
export class QueryRows {
  readonly reads: RowReads;
  /** Takes the rows that are emitted, if the state is not the result. */
  readonly recent: RecentRows | undefined;
  /** Whether workers have to hand over rows that their sink does not need. */
  readonly keepsLast: boolean;

  constructor({ plan, format, state, clock, batchId }: QueryRowsOptions) {
    const kind = kindOf(plan);
    const recent = kind === "recent"
      ? new RecentRows({
        schema: plan.output,
        zone: timeZoneOf(plan.timeZone) ?? UTC,
        query: plan.name,
        format,
      })
      : undefined;
    const now = recent === undefined ? state : () => {
      const rows = recent.rows();
      return { rows, size: rows.length };
    };
    this.recent = recent;
    this.reads = new RowReads({ plan, kind, now, clock, batchId });
    this.keepsLast = recent !== undefined && format.kind === "values" &&
      format.rowsMax < Number.MAX_SAFE_INTEGER;
  }
}

function kindOf(plan: QueryPlan): RowsKind {
  const { outputMode } = plan;
  if (aggregatesOf(plan).length === 0 || outputMode === "append") return "recent";
  return outputMode === "complete" ? "result" : "state";
}
