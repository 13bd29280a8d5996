/**
 * Groups that a cluster would lose. Where a UNION ALL has the same groups twice, Spark computes what they are made of
 * once, and takes the second ones for those of no stream: their watermark stays at 1970, so that in append mode they are
 * never returned, and in every mode never leave the state.
 */
import type { QueryPlan } from "../../sql/plan.ts";

/** Whether two aggregations of a plan group the same rows in the same way. */
export function repeatsGroups({ branches, operators }: QueryPlan): boolean {
  const made = operators.map(() => "");
  const seen = new Set<string>();
  for (const [index, { to: _to, ...operator }] of operators.entries()) {
    const inputs = [
      ...branches.filter(({ to }) => to?.operator === index).map(({ to: _to, ...branch }) =>
        JSON.stringify(branch)
      ),
      ...operators.flatMap(({ to }, other) => to?.operator === index ? [made[other]!] : []),
    ];
    made[index] = JSON.stringify([operator, ...inputs]);
    if (operator.kind === "aggregate" && seen.has(made[index])) return true;
    seen.add(made[index]);
  }
  return false;
}
