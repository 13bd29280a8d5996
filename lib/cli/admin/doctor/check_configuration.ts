/** Whether the settings and all queries are valid. */
import { plural } from "../../../base/text/format.ts";
import type { AnalysisPlan } from "../../../plan/analysis_plan.ts";
import { planAnalysis } from "../../../plan/plan_analysis.ts";
import type { CheckedContext } from "../../context.ts";
import { type AreaFinding, failureOf, good } from "./finding.ts";

/** See the module's description; there is no plan if something is wrong. */
export async function checkConfiguration(
  { settings, dataDir, error, invalid, io }: CheckedContext,
): Promise<{ readonly plan: AnalysisPlan | undefined; readonly findings: readonly AreaFinding[] }> {
  try {
    const plan = await planAnalysis(settings, {
      dataDir,
      hasUi: true,
      processorCount: io.processorCount,
      error,
      invalid,
      host: io.host,
    });
    const file = settings.file ?? "built-in defaults, no file";
    return { plan, findings: [good(`${file}, ${plural(plan.queries.length, "query", "queries")}`)] };
  } catch (thrown) {
    return { plan: undefined, findings: [failureOf(thrown)] };
  }
}
