/** The plan of an analysis, made from settings on the way that the program itself takes. */
import { loadSettings } from "../../lib/config/settings.ts";
import type { AnalysisPlan, PlannedQuery } from "../../lib/plan/analysis_plan.ts";
import { planAnalysis, type PlanRequest } from "../../lib/plan/plan_analysis.ts";
import type { QueryPlan } from "../../lib/sql/plan.ts";

/** A query that runs with what is the default, and writes nothing. */
export function plannedQuery(plan: QueryPlan): PlannedQuery {
  return {
    plan,
    declared: { streams: {}, tables: {} },
    reads: [],
    trigger: { kind: "once" },
    sink: { spec: { kind: "none" }, hasOthers: false, withBatch: false, partitionBy: [], tombstones: false },
    isUiOnly: false,
    checkpoint: undefined,
    start: { kind: "offsets", offsets: "earliest" },
    watermarks: { policy: "min", idleTimeoutMs: Infinity },
    eventTimeAheadMsMax: undefined,
    stateBytesMax: Infinity,
    flushAtEnd: false,
  };
}

/** The machine that plans are made for. */
export const MACHINE = { dataDir: ".sfcrime", processorCount: 2 };

/**
 * Plans queries.
 *
 * @param values Settings by `section.key`, as if they came from flags; the rest is by default.
 */
export async function planFrom(
  values: Readonly<Record<string, string>>,
  request: Partial<PlanRequest> = {},
): Promise<AnalysisPlan> {
  const flags = Object.entries(values).map(([setting, value]) => ({ setting, flag: setting, value }));
  const settings = loadSettings({ flags, properties: [], environment: {}, file: undefined });
  return await planAnalysis(settings, { ...MACHINE, ...request });
}
