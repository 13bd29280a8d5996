/** Turns group rows into rows of the result: HAVING, ORDER BY, LIMIT, and the expressions of SELECT. */
import type { Row } from "../../records/data_type.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { Expression, FinishPlan } from "../../sql/plan.ts";
import type { BatchWatermarks } from "../time/watermark.ts";
import { compareOf } from "../values/compare.ts";
import { type Operator, type OperatorInput, type OperatorOutput, wrongInput } from "./operator.ts";
import { compileExpression, type Evaluate } from "../expression.ts";

/** Makes the error to throw from an error in an expression over a group row. */
export type GroupFailure = (error: unknown, groupRow: Readonly<Row>) => unknown;

/** See the module's description. It takes rows; without ORDER BY, each is computed when it is read. */
export class FinishGroupsOperator implements Operator {
  readonly #having: Evaluate | undefined;
  readonly #output: readonly Evaluate[];
  /** Whether the columns of the result are the first ones of a group row, in their order. */
  readonly #keepsColumns: boolean;
  readonly #order: ((left: Row, right: Row) => number) | undefined;
  readonly #rowsMax: number;

  constructor(plan: FinishPlan, zone: TimeZone, failure: GroupFailure) {
    const compile = (expression: Expression) => guarded(compileExpression(expression, zone), failure);
    this.#having = plan.having === undefined ? undefined : compile(plan.having);
    this.#output = plan.output.map(compile);
    this.#keepsColumns = plan.output.every((expression, index) =>
      expression.kind === "slot" && expression.slot === index
    );
    this.#order = compileOrder(plan, compile);
    this.#rowsMax = plan.limit ?? Infinity;
  }

  begin(watermarks: BatchWatermarks): BatchWatermarks {
    return watermarks;
  }

  *process(input: OperatorInput): Iterable<Row> {
    if (input.kind !== "rows") throw wrongInput("finish", input);
    const having = this.#having;
    const kept = having === undefined
      ? input.rows
      : Iterator.from(input.rows).filter((row) => having(row) === true);
    const sorted = this.#order === undefined ? kept : [...kept].sort(this.#order);
    let left = this.#rowsMax;
    for (const row of sorted) {
      if (left-- <= 0) return;
      yield this.#keepsColumns && row.length === this.#output.length ? row : this.#resultOf(row);
    }
  }

  finish(): OperatorOutput {
    return { rows: [] };
  }

  #resultOf(row: Row): Row {
    const result: Row = [];
    for (let index = 0; index < this.#output.length; index++) result.push(this.#output[index]!(row));
    return result;
  }
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
