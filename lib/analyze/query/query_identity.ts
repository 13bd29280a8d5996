/** The identity of a query, as stored in its checkpoint. */
import { UTC } from "../../base/time_zone.ts";
import type { QueryIdentity } from "../../checkpoint/identity.ts";
import { type DataType, typeName } from "../../records/data_type.ts";
import { selectionText, type TopicSelection } from "../../config/values/topic_selection.ts";
import type { Sink } from "../../sinks/sink.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { PlannedQuery } from "../../plan/plan_analysis.ts";
import { QueryState } from "./query_state.ts";

/** The identity of a planned query that reads the given topics, and writes to the given sink. */
export function identityOf(
  { plan, catalog }: PlannedQuery,
  { selections, sink: { description, place } }: {
    readonly selections: readonly TopicSelection[];
    readonly sink: Pick<Sink, "description" | "place">;
  },
): QueryIdentity {
  const { branches, timeZone } = plan;
  const { operators } = new QueryState(plan, UTC);
  const joined = branches.flatMap(({ steps }) =>
    steps.flatMap((step) => step.kind === "join" ? step.table : [])
  );
  return {
    query: plan.name,
    sql: plan.sql,
    outputMode: plan.outputMode,
    reads: selections.map(selectionText).sort(),
    state: operators.map(({ description }) => description),
    layout: [
      ...operators.map(({ keyTypes, valueTypes }) => `${typesText(keyTypes)}: ${typesText(valueTypes)}`),
      ...windowLengths(plan),
    ],
    declared: {
      timeZone,
      streams: only(catalog.streams, branches.map(({ stream }) => stream)),
      tables: only(catalog.tables, joined),
    },
    sink: { description, ...(place === undefined ? {} : { place }) },
  };
}

function only<T>(sources: ReadonlyMap<string, T>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries([...sources].filter(([name]) => names.includes(name)));
}

/** State identifies a window by its start, so it cannot contain windows of different lengths. */
function windowLengths({ branches, aggregate }: QueryPlan): string[] {
  if (aggregate === undefined) return [];
  const windows = branches.flatMap(({ steps }) => steps.filter((step) => step.kind === "window"));
  return [...new Set(windows.map(({ sizeMicros }) => `windows of ${sizeMicros} µs`))];
}

function typesText(types: readonly DataType[]): string {
  return `(${types.map(typeName).join(", ")})`;
}
