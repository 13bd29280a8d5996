/** The columns of a result that identify the group of a row. */
import type { Expression, QueryPlan } from "../../sql/plan.ts";
import { resultGroups } from "../../sql/planning/plan_sources.ts";

/** A grouping key, as a column of the result. */
export interface GroupKeyColumn {
  /** The index of the column in the result. */
  readonly column: number;
  /** The field of the key that the column shows, if not the whole key: the start or the end of a window. */
  readonly field: number | undefined;
}

/**
 * The columns for the grouping keys of a query, one per key; undefined if one is missing, or if its rows are
 * no groups. A window is identified by its start or by its end, since all windows of a query have the same
 * length; a session only by its start.
 */
export function groupKeyOf(plan: QueryPlan): GroupKeyColumn[] | undefined {
  const groups = resultGroups(plan);
  if (groups === undefined) return undefined;
  const { aggregate, output } = groups;
  const isWindow = (key: number) =>
    aggregate.sessionKey === key || aggregate.windows?.some((window) => window.key === key) === true;
  const columnOf = (key: number, field: number | undefined): GroupKeyColumn | undefined => {
    if (field !== undefined && !isWindow(key)) return undefined;
    const column = output.findIndex((expression) => shows(expression, key, field));
    return column < 0 ? undefined : { column, field };
  };
  const columns = aggregate.keys.map((_type, key) => {
    const isSession = aggregate.sessionKey === key;
    return columnOf(key, undefined) ?? columnOf(key, 0) ?? (isSession ? undefined : columnOf(key, 1));
  });
  const found = columns.filter((column) => column !== undefined);
  return found.length === columns.length ? found : undefined;
}

/** Whether an expression over the rows of groups is a key, or a field of one. */
function shows(expression: Expression, key: number, field: number | undefined): boolean {
  if (expression.kind === "slot") return field === undefined && expression.slot === key;
  if (expression.kind !== "field" || field !== expression.index) return false;
  return expression.argument.kind === "slot" && expression.argument.slot === key;
}
