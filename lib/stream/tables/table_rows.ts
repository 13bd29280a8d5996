/** Runs table plans: all rows of their tables at once, as one batch of everything. */
import type { Row } from "../../records/data_type.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { TableBranch, TablePlan, Target } from "../../sql/plan.ts";
import { type BranchContext, compileOutput, compileSteps } from "../branch.ts";
import { tableOperator } from "../operators/operators_of.ts";

/** The rows of tables by name. */
export type TableRows = BranchContext["tables"];

/** The tables with those that plans compute of them. @throws {SfcrimeError} QUERY_FAILED, if an expression fails */
export function withDerived(tables: TableRows, plans: readonly TablePlan[], zone: TimeZone): TableRows {
  const all = new Map(tables);
  for (const plan of plans) all.set(plan.name, rowsOfPlan(plan, { tables: all, zone }));
  return all;
}

function rowsOfPlan({ branches, operators }: TablePlan, context: BranchContext): readonly Row[] {
  const result: Row[] = [];
  /** By operator, and by port. */
  const inputs: Row[][][] = operators.map(() => []);
  const listAt = (to: Target | undefined) => to === undefined ? result : inputs[to.operator]![to.port] ??= [];
  for (const branch of branches) readTable(branch, context, listAt(branch.to));
  operators.forEach((planned, index) => {
    const operator = tableOperator(planned, context);
    const output = listAt(planned.to);
    operator.begin({ lateMs: undefined, evictionMs: undefined });
    inputs[index]!.forEach((rows, port) => {
      for (const row of operator.process({ kind: "rows", rows }, port)) output.push(row);
    });
    for (const row of operator.finish().rows) output.push(row);
  });
  return result;
}

/** Adds the rows that a branch makes of its table. */
function readTable(branch: TableBranch, context: BranchContext, rows: Row[]): void {
  const { table, columns, width, steps } = branch;
  const row: Row = new Array(width).fill(null);
  const run = compileSteps(steps, context, compileOutput(branch, context, (made) => rows.push([...made])));
  for (const record of table === undefined ? [[]] : context.tables.get(table)!) {
    columns.forEach((column, slot) => row[slot] = record[column]!);
    run(row);
  }
}
