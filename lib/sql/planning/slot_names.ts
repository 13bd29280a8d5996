/** Names for the slots of a plan, to show expressions to users. */
import { expressionText } from "../expressions/naming/expression_text.ts";
import type {
  AggregateCall,
  AggregatePlan,
  Branch,
  ExpandStep,
  Expression,
  GenerateStep,
  JoinStep,
  Pipeline,
  QueryPlan,
  TableBranch,
} from "../plan.ts";
import { type AnyPlan, type Sources, sourcesOf } from "./plan_sources.ts";

/** The column names of static tables, by table. */
export type TableColumns = Readonly<Record<string, readonly string[]>>;

/** Names by slot of the row of a branch: stream columns by name, table columns as `table.column`. */
export function slotNames(branch: Branch | TableBranch, tables: TableColumns): string[] {
  return pipelineNames(branch, columnNames(branch, tables), tables);
}

/** The names of the columns of a branch, also of those that are computed. */
export function columnNames(branch: Branch | TableBranch, tables: TableColumns): string[] {
  if ("stream" in branch) return [...branch.columns, ...branch.computed ?? []].map(({ name }) => name);
  const { table, columns } = branch;
  return table === undefined ? [] : columns.map((column) => tableColumn({ table }, column, tables));
}

/** The column names of the tables of a plan, and of those that it computes of them. */
export function tablesOf(
  { tables: plans = [] }: Pick<QueryPlan, "tables">,
  tables: TableColumns,
): TableColumns {
  const derived = plans.map(({ name, output }) => [name, output.map((column) => column.name)] as const);
  return { ...tables, ...Object.fromEntries(derived) };
}

/** Names by slot of a row that goes through steps, with those of its input. */
export function pipelineNames(
  { steps, width }: Pipeline,
  input: readonly string[],
  tables: TableColumns,
): string[] {
  const names = [...input];
  for (const step of steps) {
    if (step.kind === "window") names[step.slot] = "window";
    if (step.kind === "session window") names[step.slot] = "session_window";
    if (step.kind === "expand") {
      step.keySlots.forEach((slot, key) => names[slot] = expressionText(step.keys[key]!, names));
      names[step.idSlot] = "grouping_id()";
      if (step.indexSlot !== undefined) names[step.indexSlot] = "the number of the set";
    }
    if (step.kind === "random") names[step.slot] = `seed ${step.draw}`;
    if (step.kind === "generate") generatedNames(step, names).forEach(([slot, name]) => names[slot] = name);
    if (step.kind === "join") {
      step.columns.forEach((column, index) =>
        names[step.firstSlot + index] = tableColumn(step, column, tables)
      );
      if (step.matchSlot !== undefined) {
        names[step.matchSlot] = `exists in ${step.table} (${joinTexts(step, names, tables).join(" AND ")})`;
      }
    }
  }
  return Array.from({ length: width }, (_none, slot) => names[slot] ?? `#${slot}`);
}

/** The conditions of a join with a table. */
export function joinTexts(step: JoinStep, names: readonly string[], tables: TableColumns): string[] {
  const { tableKeys, rowKeys, nullSafe, condition } = step;
  const keys = tableKeys.map((column, index) => {
    const equals = nullSafe?.includes(index) === true ? "<=>" : "=";
    return `${expressionText(rowKeys[index]!, names)} ${equals} ${tableColumn(step, column, tables)}`;
  });
  return condition === undefined ? keys : [...keys, expressionText(condition, names)];
}

/** `grouping sets (a, b), (a), ()` */
export function setsText({ keys, sets }: ExpandStep, names: readonly string[]): string {
  const texts = keys.map((key) => expressionText(key, names));
  return `grouping sets ${sets.map((set) => `(${set.map((key) => texts[key]).join(", ")})`).join(", ")}`;
}

/** `explode(items)` */
export function generatorText(
  { generator: { name, args, outer } }: GenerateStep,
  names: readonly string[],
): string {
  return `${name}${outer ? "_outer" : ""}(${args.map((arg) => expressionText(arg, names)).join(", ")})`;
}

/** The slots of a generator with their names: its text, with that of the column if there are several. */
function generatedNames(step: GenerateStep, names: readonly string[]): (readonly [number, string])[] {
  const text = generatorText(step, names);
  const { columns } = step.generator;
  return step.slots.map((
    slot,
    index,
  ) => [slot, columns.length === 1 ? text : `${text}.${columns[index]!.name}`]);
}

/** A column of a static table, with the name of the table. */
function tableColumn(
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

/** The expressions of a group row, in terms of the rows that are grouped. */
export function groupRowNames({ keys, calls }: AggregatePlan, stage: readonly string[]): GroupRowNames {
  return { keys: stage.slice(0, keys.length), calls: calls.map((call) => callText(call, stage)) };
}

/** Gives names to the slots of a row that goes through steps, like {@link pipelineNames}. */
export type Naming = typeof pipelineNames;

/**
 * Names for the input row of an operator, or, without one, of the result: in terms of its first source. Those of a join
 * of streams are the names of both inputs.
 */
export function inputNames(
  plan: AnyPlan,
  target: number | undefined,
  tables: TableColumns,
  naming: Naming = pipelineNames,
): string[] {
  const names = (port?: number) => namesOf(plan, sourcesOf(plan, target, port), { tables, naming });
  if (target === undefined || plan.operators[target]!.kind !== "stream join") return names();
  return ["left", "right"].flatMap((side, port) => names(port).map((name) => `${side}.${name}`));
}

function namesOf(
  plan: AnyPlan,
  { branches: [branch], operators: [index] }: Sources,
  { tables, naming }: { readonly tables: TableColumns; readonly naming: Naming },
): string[] {
  if (branch === undefined) return index === undefined ? [] : outputNames(plan, index, tables, naming);
  return textsOf(branch.output, naming(branch, columnNames(branch, tables), tables));
}

/** Names for the output row of an operator. */
function outputNames(plan: AnyPlan, index: number, tables: TableColumns, naming: Naming): string[] {
  const input = inputNames(plan, index, tables, naming);
  const operator = plan.operators[index]!;
  switch (operator.kind) {
    case "aggregate": {
      const { keys, calls } = groupRowNames(operator.aggregate, input);
      return [...keys, ...calls];
    }
    case "select":
      return textsOf(operator.select.output, naming(operator.select, input, tables));
    case "stream join": {
      const { type, left } = operator.join;
      return type === "LEFT SEMI" ? input.slice(0, left.columns.length) : input;
    }
    case "deduplicate":
    case "limit":
      return input;
  }
}

function textsOf(expressions: readonly Expression[], names: readonly string[]): string[] {
  return expressions.map((expression) => expressionText(expression, names));
}

function callText({ name, args, parameters = {}, filter }: AggregateCall, stage: readonly string[]): string {
  const constants = Object.entries(parameters).map(([name, value]) => `${name} => ${JSON.stringify(value)}`);
  const of = args.length === 0 ? "*" : [...args.map((slot) => stage[slot]), ...constants].join(", ");
  return `${name}(${of})${filter === undefined ? "" : ` where ${stage[filter]}`}`;
}
