/** By which columns of its result the group of a row is known. */
import type { Expression, QueryPlan } from "../sql/plan.ts";

/** One key of the groups, as the result shows it. */
export interface GroupKeyColumn {
  /** The column of the result. */
  readonly column: number;
  /** Which field of the key the column is, where it is not the whole: the start or the end of a window. */
  readonly field: number | undefined;
}

/**
 * The columns that make the keys of a query's groups, one for each key: undefined where one is missing, or the
 * query has no groups. A window is known by its start, and by its end, as all windows of a query are of one length;
 * a session by its start alone.
 */
export function groupKeyOf({ aggregate, finish }: QueryPlan): GroupKeyColumn[] | undefined {
  if (aggregate === undefined || finish === undefined) return undefined;
  const columnOf = (key: number, field: number | undefined): GroupKeyColumn | undefined => {
    const column = finish.output.findIndex((expression) => shows(expression, key, field));
    return column < 0 ? undefined : { column, field };
  };
  const columns = aggregate.keys.map((_type, key) => {
    const isSession = aggregate.sessionKey === key;
    return columnOf(key, undefined) ?? columnOf(key, 0) ?? (isSession ? undefined : columnOf(key, 1));
  });
  const found = columns.filter((column) => column !== undefined);
  return found.length === columns.length ? found : undefined;
}

/** Whether an expression over the rows of groups is a key, or a field of it. */
function shows(expression: Expression, key: number, field: number | undefined): boolean {
  if (expression.kind === "slot") return field === undefined && expression.slot === key;
  if (expression.kind !== "field" || field !== expression.index) return false;
  // Only windows are keys with fields.
  return expression.argument.kind === "slot" && expression.argument.slot === key;
}
