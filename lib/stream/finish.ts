/** From group rows to the rows of the result: HAVING, ORDER BY, LIMIT, and the expressions of SELECT. */
import type { Row } from "../records/data_type.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { FinishPlan } from "../sql/plan.ts";
import { compareOf } from "./compare.ts";
import { compileExpression } from "./expression.ts";

/** Compiles the last steps of an aggregation. Without ORDER BY, rows are made as they are asked for. */
export function compileFinish(plan: FinishPlan, zone: TimeZone): (groups: Iterable<Row>) => Iterable<Row> {
  const having = plan.having === undefined ? undefined : compileExpression(plan.having, zone);
  const output = plan.output.map((expression) => compileExpression(expression, zone));
  const order = compileOrder(plan, zone);
  return function* (groups) {
    const kept = having === undefined ? groups : filtered(groups, (row) => having(row) === true);
    const sorted = order === undefined ? kept : [...kept].sort(order);
    let left = plan.limit ?? Infinity;
    for (const row of sorted) {
      if (left-- <= 0) return;
      yield output.map((evaluate) => evaluate(row));
    }
  };
}

function* filtered(rows: Iterable<Row>, isKept: (row: Row) => boolean): Iterable<Row> {
  for (const row of rows) if (isKept(row)) yield row;
}

/** The order of ORDER BY. Rows that are equal by it keep the order in which they came. */
function compileOrder({ sort }: FinishPlan, zone: TimeZone): ((left: Row, right: Row) => number) | undefined {
  if (sort.length === 0) return undefined;
  const keys = sort.map(({ expression, descending, nullsFirst }) => {
    const evaluate = compileExpression(expression, zone);
    const compare = compareOf(expression.type);
    const nullSign = nullsFirst ? -1 : 1;
    return (left: Row, right: Row): number => {
      const [a, b] = [evaluate(left), evaluate(right)];
      if (a === null || b === null) return a === b ? 0 : a === null ? nullSign : -nullSign;
      return descending ? compare(b, a) : compare(a, b);
    };
  });
  return (left, right) => {
    for (const key of keys) {
      const order = key(left, right);
      if (order !== 0) return order;
    }
    return 0;
  };
}
