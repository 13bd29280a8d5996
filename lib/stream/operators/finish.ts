/** Turns group rows into rows of the result: HAVING, ORDER BY, LIMIT, and the expressions of SELECT. */
import type { Row } from "../../records/data_type.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { Expression, FinishPlan } from "../../sql/plan.ts";
import { compareOf } from "../values/compare.ts";
import { compileExpression, type Evaluate } from "../expression.ts";

/** Makes the error to throw from an error in an expression over a group row. */
export type GroupFailure = (error: unknown, groupRow: Readonly<Row>) => unknown;

/** Compiles the last steps of an aggregation. Without ORDER BY, rows are computed on demand. */
export function compileFinish(
  plan: FinishPlan,
  zone: TimeZone,
  failure: GroupFailure,
): (groups: Iterable<Row>) => Iterable<Row> {
  const compile = (expression: Expression) => guarded(compileExpression(expression, zone), failure);
  const having = plan.having === undefined ? undefined : compile(plan.having);
  const output = plan.output.map(compile);
  const order = compileOrder(plan, compile);
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

function guarded(evaluate: Evaluate, failure: GroupFailure): Evaluate {
  return (row) => {
    try {
      return evaluate(row);
    } catch (error) {
      throw failure(error, row);
    }
  };
}

function* filtered(rows: Iterable<Row>, isKept: (row: Row) => boolean): Iterable<Row> {
  for (const row of rows) if (isKept(row)) yield row;
}

/** The ordering of ORDER BY. The sort is stable. */
function compileOrder(
  { sort }: FinishPlan,
  compile: (expression: Expression) => Evaluate,
): ((left: Row, right: Row) => number) | undefined {
  if (sort.length === 0) return undefined;
  const keys = sort.map(({ expression, descending, nullsFirst }) => {
    const evaluate = compile(expression);
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
