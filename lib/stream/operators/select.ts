/** A SELECT over the rows of an operator: filters, joins with tables and windows, ORDER BY, LIMIT, and its expressions. */
import type { Row, RowConsumer, Value } from "../../records/data_type.ts";
import type { Expression, SelectPlan } from "../../sql/plan.ts";
import { usesBatchTime, withBatchTime } from "../../sql/functions/time/batch_time.ts";
import type { BatchWatermarks } from "../time/watermark.ts";
import { type BranchContext, compileSteps } from "../branch.ts";
import { Draws, RowIdentity } from "../functions/random/draws.ts";
import { fieldOf, type GroupColumn } from "../groups/group_column.ts";
import { type GroupResult, GroupRows } from "./grouping/group_rows.ts";
import { type Operator, type OperatorInput, type OperatorOutput, wrongInput } from "./operator.ts";
import { compileOrder } from "../values/sort_order.ts";
import { compileExpression, type Evaluate } from "../expression.ts";

/** Makes the error to throw from an error in an expression over a row. */
export type RowFailure = (error: unknown, row: Readonly<Row>) => unknown;

/** What a SELECT needs in addition to its plan. */
export interface SelectContext extends BranchContext {
  readonly failure: RowFailure;
  /** What tells rows apart, if seeds are drawn for them. */
  readonly identity?: RowIdentity;
}

/** Where the seeds of rows are drawn from, and how the rows are told apart. */
interface SelectDraws {
  readonly draws: Draws;
  readonly identity: RowIdentity;
}

function drawsOf({ uniqueSlots }: SelectPlan): SelectDraws {
  return { draws: new Draws(), identity: new RowIdentity(uniqueSlots) };
}

/** See the module's description. It takes rows; without ORDER BY, each is computed when it is read. */
export class SelectOperator implements Operator {
  /** As it was planned. */
  readonly #planned: SelectPlan;
  /** The same with the time of the batch in it. */
  #plan: SelectPlan;
  #context: SelectContext;
  readonly #usesTime: boolean;
  readonly #draws: SelectDraws | undefined;
  #steps: (row: Row) => readonly Row[];
  #output: readonly Evaluate[];
  /** Whether the columns of the result are the first ones of a row, in their order. */
  readonly #keepsColumns: boolean;
  /** Whether each row of the input is one of the output, in the same order. */
  readonly #keepsRows: boolean;
  /** Of groups, the columns of the input that the last ones had, and what the result makes of them. */
  #ofGroups: { readonly from: GroupResult; readonly result: GroupResult | undefined } | undefined;
  #order: ((left: Row, right: Row) => number) | undefined;
  readonly #rowsMax: number;
  readonly #offset: number;

  constructor(plan: SelectPlan, context: SelectContext) {
    this.#planned = plan;
    this.#plan = plan;
    this.#draws = plan.steps.some(({ kind }) => kind === "random") ? drawsOf(plan) : undefined;
    this.#context = { ...context, ...this.#draws };
    this.#usesTime = usesBatchTime(plan);
    [this.#steps, this.#output, this.#order] = compiled(plan, this.#context);
    this.#rowsMax = plan.limit ?? Infinity;
    this.#offset = plan.offset ?? 0;
    this.#keepsRows = plan.steps.length === 0 && !this.takesWhole;
    this.#keepsColumns = plan.output.every((expression, index) =>
      expression.kind === "slot" && expression.slot === index
    );
  }

  get takesWhole(): boolean {
    const { sort, limit, offset } = this.#plan;
    return sort.length > 0 || limit !== undefined || offset !== undefined;
  }

  /** Replaces the rows of static tables. */
  replaceTables(tables: BranchContext["tables"]): void {
    if (!this.#plan.steps.some(({ kind }) => kind === "join")) return;
    this.#context = { ...this.#context, tables };
    this.#steps = compileRowSteps(this.#plan, this.#context);
  }

  useTime(timeMs: number): void {
    if (!this.#usesTime) return;
    this.#plan = withBatchTime(this.#planned, timeMs);
    [this.#steps, this.#output, this.#order] = compiled(this.#plan, this.#context);
  }

  useDraws(place: string): void {
    this.#draws?.draws.usePlace(place);
    this.#draws?.identity.begin();
  }

  begin(watermarks: BatchWatermarks): BatchWatermarks {
    return watermarks;
  }

  process(input: OperatorInput): Iterable<Row> {
    if (input.kind !== "rows") throw wrongInput("select", input);
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
    const kept = this.#plan.steps.length === 0 ? rows : Iterator.from(rows).flatMap(this.#steps);
    const sorted = this.#order === undefined ? kept : [...kept].sort(this.#order);
    let left = this.#rowsMax;
    let skipped = 0;
    for (const row of sorted) {
      if (skipped++ < this.#offset) continue;
      if (left-- <= 0) return;
      yield this.#resultOf(row);
    }
  }

  /** The result of groups; undefined if some of its columns have to be computed. */
  #groupResultOf({ columns, rowOf }: GroupResult): GroupResult | undefined {
    const kept = this.#plan.output.map((expression) => columnOf(expression, columns));
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

/** The steps of a SELECT, the columns of its result, and the order of its rows, if it has one. */
function compiled(plan: SelectPlan, context: SelectContext) {
  const compile = (expression: Expression) => compileGuarded(expression, context);
  return [
    compileRowSteps(plan, context),
    plan.output.map(compile),
    compileOrder(plan.sort, compile),
  ] as const;
}

/** The rows that steps make of a row, which the caller may keep. */
function compileRowSteps({ steps, width }: SelectPlan, context: SelectContext): (row: Row) => readonly Row[] {
  if (steps.every(({ kind }) => kind === "filter")) {
    // They change nothing in a row.
    const conditions = steps.flatMap((step) =>
      step.kind === "filter" ? [compileGuarded(step.condition, context)] : []
    );
    return (row) => conditions.every((holds) => holds(row) === true) ? [row] : [];
  }
  let made: Row[] = [];
  const keep: RowConsumer = (row) => made.push([...row]);
  const run = compileSteps(steps, context, keep);
  const { draws, identity } = context;
  return (row) => {
    made = [];
    draws?.begin(identity!.wordsOf(row));
    const wide: Row = [...row, ...new Array<Value>(width - row.length).fill(null)];
    try {
      run(wide);
    } catch (error) {
      throw context.failure(error, wide);
    }
    return made;
  };
}

function compileGuarded(expression: Expression, { zone, failure }: SelectContext): Evaluate {
  const evaluate = compileExpression(expression, zone);
  return (row) => {
    try {
      return evaluate(row);
    } catch (error) {
      throw failure(error, row);
    }
  };
}
