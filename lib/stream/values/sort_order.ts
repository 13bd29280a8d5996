/** The order of ORDER BY, compiled. */
import type { Row } from "../../records/data_type.ts";
import type { Expression, SortKey } from "../../sql/plan.ts";
import type { Evaluate } from "../expression.ts";
import { compareOf } from "./compare.ts";

/** Compares rows by the keys, the first of which decides most; undefined if there are none. */
export function compileOrder(
  sort: readonly SortKey[],
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
