/** Turns group rows into rows of the result: HAVING, ORDER BY, LIMIT, and the expressions of SELECT. */
import type { Row } from "../../records/data_type.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { Expression, FinishPlan } from "../../sql/plan.ts";
import type { BatchWatermarks } from "../time/watermark.ts";
import { fieldOf, type GroupColumn } from "../groups/group_column.ts";
import { type GroupResult, GroupRows } from "./group_rows.ts";
import { type Operator, type OperatorInput, type OperatorOutput, wrongInput } from "./operator.ts";
import { compileOrder } from "../values/sort_order.ts";
import { compileExpression, type Evaluate } from "../expression.ts";

/** Makes the error to throw from an error in an expression over a group row. */
export type GroupFailure = (error: unknown, groupRow: Readonly<Row>) => unknown;

/** See the module's description. It takes rows; without ORDER BY, each is computed when it is read. */
export class FinishGroupsOperator implements Operator {
  readonly #having: Evaluate | undefined;
  readonly #expressions: readonly Expression[];
  readonly #output: readonly Evaluate[];
  /** Whether the columns of the result are the first ones of a group row, in their order. */
  readonly #keepsColumns: boolean;
  /** Whether each row of the input is one of the output, in the same order. */
  readonly #keepsRows: boolean;
  /** Of groups, the columns of the input that the last ones had, and what the result makes of them. */
  #ofGroups: { readonly from: GroupResult; readonly result: GroupResult | undefined } | undefined;
  readonly #order: ((left: Row, right: Row) => number) | undefined;
  readonly #rowsMax: number;

  constructor(plan: FinishPlan, zone: TimeZone, failure: GroupFailure) {
    const compile = (expression: Expression) => guarded(compileExpression(expression, zone), failure);
    this.#having = plan.having === undefined ? undefined : compile(plan.having);
    this.#output = plan.output.map(compile);
    this.#order = compileOrder(plan.sort, compile);
    this.#rowsMax = plan.limit ?? Infinity;
    this.#keepsRows = plan.having === undefined && plan.sort.length === 0 && plan.limit === undefined;
    this.#expressions = plan.output;
    this.#keepsColumns = plan.output.every((expression, index) =>
      expression.kind === "slot" && expression.slot === index
    );
  }

  begin(watermarks: BatchWatermarks): BatchWatermarks {
    return watermarks;
  }

  process(input: OperatorInput): Iterable<Row> {
    if (input.kind !== "rows") throw wrongInput("finish", input);
    const { rows } = input;
    if (this.#keepsRows && rows instanceof GroupRows) {
      if (this.#ofGroups?.from !== rows.result) {
        this.#ofGroups = { from: rows.result, result: this.#groupResultOf(rows.result) };
      }
      if (this.#ofGroups.result !== undefined) return rows.with(this.#ofGroups.result);
    }
    return this.#rowsOf(rows);
  }

  *#rowsOf(rows: Iterable<Row>): Iterable<Row> {
    const having = this.#having;
    const kept = having === undefined ? rows : Iterator.from(rows).filter((row) => having(row) === true);
    const sorted = this.#order === undefined ? kept : [...kept].sort(this.#order);
    let left = this.#rowsMax;
    for (const row of sorted) {
      if (left-- <= 0) return;
      yield this.#resultOf(row);
    }
  }

  /** The result of groups; undefined if some of its columns have to be computed. */
  #groupResultOf({ columns, rowOf }: GroupResult): GroupResult | undefined {
    const kept = this.#expressions.map((expression) => columnOf(expression, columns));
    if (kept.includes(undefined)) return undefined;
    return {
      columns: kept as readonly GroupColumn[],
      rowOf: (group) => this.#resultOf(rowOf(group)),
    };
  }

  finish(): OperatorOutput {
    return { rows: [] };
  }

  #resultOf(row: Row): Row {
    if (this.#keepsColumns && row.length === this.#output.length) return row;
    const result: Row = [];
    for (let index = 0; index < this.#output.length; index++) result.push(this.#output[index]!(row));
    return result;
  }
}

/** The column of groups that an expression is; undefined if it is none. */
function columnOf(expression: Expression, columns: readonly GroupColumn[]): GroupColumn | undefined {
  if (expression.kind === "slot") return columns[expression.slot];
  if (expression.kind !== "field") return undefined;
  const column = columnOf(expression.argument, columns);
  return column && fieldOf(column, expression.index);
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
