/** The identity of a query, as stored in its checkpoint. */
import type { QueryIdentity } from "../../checkpoint/identity.ts";
import { type DataType, typeName } from "../../records/data_type.ts";
import { selectionText } from "../../config/values/topic_selection.ts";
import type { Sink } from "../../sinks/sink.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { aggregatesOf, stepsOf } from "../../sql/planning/plan_sources.ts";
import type { PlannedQuery } from "../../plan/analysis_plan.ts";
import { stateLayoutsOf } from "../../stream/operators/operators_of.ts";

/** The identity of a planned query that writes to the given sink. */
export function identityOf(
  { plan, declared, reads }: PlannedQuery,
  { description, place }: Pick<Sink, "description" | "place">,
): QueryIdentity {
  const states = stateLayoutsOf(plan);
  return {
    query: plan.name,
    sql: plan.sql,
    outputMode: plan.outputMode,
    reads: reads.map(selectionText).sort(),
    state: states.map(({ description }) => description),
    layout: [
      ...states.map(({ keyTypes, valueTypes }) => `${typesText(keyTypes)}: ${typesText(valueTypes)}`),
      ...windowLengths(plan),
    ],
    declared: { timeZone: plan.timeZone, ...declared },
    sink: { description, ...(place === undefined ? {} : { place }) },
  };
}

/** State identifies a window by its start, so it cannot contain windows of different lengths. */
function windowLengths(plan: QueryPlan): string[] {
  if (aggregatesOf(plan).length === 0) return [];
  const windows = stepsOf(plan).filter((step) => step.kind === "window");
  return [...new Set(windows.map(({ sizeMicros }) => `windows of ${sizeMicros} µs`))];
}

function typesText(types: readonly DataType[]): string {
  return `(${types.map(typeName).join(", ")})`;
}
