/** The plan of an analysis, made from settings on the way that the program itself takes. */
import { loadSettings } from "../../lib/config/settings.ts";
import type { AnalysisPlan } from "../../lib/plan/analysis_plan.ts";
import { planAnalysis, type PlanRequest } from "../../lib/plan/plan_analysis.ts";

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
