/** Names for the slots of a plan, to show expressions to users. */
import { expressionText } from "../expressions/expression_text.ts";
import type { AggregateCall, AggregatePlan, Branch } from "../plan.ts";

/** The column names of static tables, by table. */
export type TableColumns = Readonly<Record<string, readonly string[]>>;

/** Names by slot of the row of a branch: stream columns by name, table columns as `table.column`. */
export function slotNames({ columns, steps, width }: Branch, tables: TableColumns): string[] {
  const names = columns.map(({ name }) => name);
  for (const step of steps) {
    if (step.kind === "window") names[step.slot] = "window";
    if (step.kind === "session window") names[step.slot] = "session_window";
    if (step.kind === "join") {
      step.columns.forEach((column, index) =>
        names[step.firstSlot + index] = tableColumn(step, column, tables)
      );
    }
  }
  return Array.from({ length: width }, (_none, slot) => names[slot] ?? `#${slot}`);
}

/** A column of a static table, with the name of the table. */
export function tableColumn(
  { table }: { readonly table: string },
  column: number,
  tables: TableColumns,
): string {
  return `${table}.${tables[table]?.[column] ?? column}`;
}

/** Names by slot of a group row: the keys, then the aggregates. */
export interface GroupRowNames {
  readonly keys: readonly string[];
  readonly calls: readonly string[];
}

/** The expressions of a group row, in terms of the first branch. */
export function groupRowNames(
  { keys, calls }: AggregatePlan,
  branch: Branch,
  tables: TableColumns,
): GroupRowNames {
  const rowNames = slotNames(branch, tables);
  const stage = branch.output.map((expression) => expressionText(expression, rowNames));
  return { keys: stage.slice(0, keys.length), calls: calls.map((call) => callText(call, stage)) };
}

function callText({ name, args, filter }: AggregateCall, stage: readonly string[]): string {
  const of = args.length === 0 ? "*" : args.map((slot) => stage[slot]).join(", ");
  return `${name}(${of})${filter === undefined ? "" : ` where ${stage[filter]}`}`;
}
