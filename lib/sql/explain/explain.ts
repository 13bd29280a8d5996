/**
 * A plan as indented text, in the order of processing: what is read from each stream, how rows are processed,
 * how groups are built and evicted, and what is emitted.
 */
import { formatDuration } from "../../base/text/duration.ts";
import { typeName } from "../../records/data_type.ts";
import { expressionText } from "../expressions/naming/expression_text.ts";
import type {
  AggregatePlan,
  Branch,
  Expression,
  OperatorPlan,
  OutputMode,
  QueryPlan,
  RowStep,
  SelectPlan,
  SortKey,
  StreamJoinPlan,
  TablePlan,
} from "../plan.ts";
import { isGrouped, isJoined } from "../planning/plan_sources.ts";
import {
  generatorText,
  groupRowNames,
  inputNames,
  joinTexts,
  pipelineNames,
  setsText,
  slotNames,
  type TableColumns,
  tablesOf,
} from "../planning/slot_names.ts";

/** The plan as lines, each with a line break. */
export function explainPlan(plan: QueryPlan, declared: TableColumns): string {
  const tables = tablesOf(plan, declared);
  const { name, outputMode, timeZone, branches, operators, output } = plan;
  const columns = output.map((column) => `${column.name} ${typeName(column.type)}`).join(", ");
  const lines = [
    `query ${name}, output mode ${outputMode}, time zone ${timeZone}`,
    ...(plan.tables ?? []).flatMap((table) => explainTable(table, tables)).map(indented),
    ...branches.flatMap((branch) => explainBranch(branch, slotNames(branch, tables), tables).map(indented)),
  ];
  for (const branch of branches) {
    if (!isGrouped(plan, branch) && !isJoined(plan, branch)) {
      lines.push(`  ${emitText(branch.output, slotNames(branch, tables))}`);
    }
  }
  operators.forEach((operator, index) => {
    const names = inputNames(plan, index, tables);
    lines.push(...explainOperator(operator, { outputMode, names, tables }).map(indented));
  });
  lines.push(`  as ${columns}`);
  return lines.map((line) => `${line}\n`).join("");
}

function explainOperator(
  operator: OperatorPlan,
  { outputMode, names, tables }: {
    readonly outputMode: OutputMode;
    readonly names: readonly string[];
    readonly tables: TableColumns;
  },
): string[] {
  switch (operator.kind) {
    case "deduplicate":
      return [];
    case "aggregate":
      return explainAggregate(outputMode, operator.aggregate, names);
    case "stream join":
      return explainJoin(operator.join, names);
    case "select":
      return explainSelect(operator.select, names, tables);
    case "limit":
      return [`limit ${operator.rowsMax}, across all batches`];
  }
}

function explainSelect(select: SelectPlan, input: readonly string[], tables: TableColumns): string[] {
  const { steps, sort, limit, offset, output } = select;
  const names = pipelineNames(select, input, tables);
  return [
    ...steps.map((step) => stepText(step, names, tables)),
    ...(sort.length === 0 ? [] : [`order by ${sortText(sort, names)}`]),
    ...(offset === undefined ? [] : [`offset ${offset}`]),
    ...(limit === undefined ? [] : [`limit ${limit}`]),
    emitText(output, names),
  ];
}

function emitText(output: readonly Expression[], names: readonly string[]): string {
  return `emit ${output.map((expression) => text(expression, names)).join(", ")}`;
}

const indented = (line: string) => `  ${line}`;
const text = expressionText;

function explainBranch(branch: Branch, names: readonly string[], tables: TableColumns): string[] {
  const { stream, columns, early = [], computed = [], watermark, deduplication, steps } = branch;
  const lines = [`read ${columns.map(({ name, type }) => `${name} ${typeName(type)}`).join(", ")}`];
  for (const condition of early) lines.push(`filter ${text(condition, names)}, before the watermark`);
  for (const { name, expression } of computed) lines.push(`compute ${name} = ${text(expression, names)}`);
  if (watermark !== undefined) {
    lines.push(`watermark ${watermark.column}, delay ${formatDuration(watermark.delayMs)}`);
  }
  if (deduplication !== undefined) {
    lines.push(`deduplicate by ${deduplication.keys.map((slot) => names[slot]).join(", ")}`);
  }
  lines.push(...steps.map((step) => stepText(step, names, tables)));
  return [`stream ${stream}`, ...lines.map(indented)];
}

/** A query over static tables, which is computed first. */
function explainTable(plan: TablePlan, tables: TableColumns): string[] {
  const { name, branches, operators } = plan;
  const lines = branches.flatMap((branch) => {
    const { table, columns, steps, output, to } = branch;
    const names = slotNames(branch, tables);
    const isGrouped = to !== undefined && operators[to.operator]!.kind === "aggregate";
    return [
      table === undefined
        ? "read one row"
        : `read ${names.slice(0, columns.length).join(", ") || `rows of ${table}`}`,
      ...steps.map((step) => stepText(step, names, tables)),
      ...(isGrouped ? [] : [emitText(output, names)]),
    ];
  });
  operators.forEach((operator, index) => {
    const names = inputNames(plan, index, tables);
    lines.push(...explainOperator(operator, { outputMode: "complete", names, tables }));
  });
  return [`table ${name}`, ...lines.map(indented)];
}

/** What a step does. */
export function stepText(step: RowStep, names: readonly string[], tables: TableColumns): string {
  switch (step.kind) {
    case "filter":
      return `filter ${text(step.condition, names)}`;
    case "window": {
      const { sizeMicros, slideMicros, startMicros } = step;
      const slide = slideMicros === sizeMicros ? "" : ` every ${micros(slideMicros)}`;
      const start = startMicros === 0
        ? ""
        : `, starting at ${startMicros < 0 ? "-" : ""}${micros(Math.abs(startMicros))}`;
      return `window of ${micros(sizeMicros)}${slide}${start}, on ${text(step.time, names)}`;
    }
    case "session window": {
      const gap = step.gap === undefined ? micros(step.gapMicros) : text(step.gap, names);
      return `session window with a gap of ${gap}, on ${text(step.time, names)}`;
    }
    case "expand":
      return `a row for each of the ${setsText(step, names)}`;
    case "generate":
      return `a row for each of ${generatorText(step, names)}`;
    case "random":
      return `draw seed ${step.draw} at random`;
    case "join": {
      const on = joinTexts(step, names, tables);
      const place = step.isEarly === true ? ", before the watermark" : "";
      return `${step.type} JOIN ${step.table}${on.length === 0 ? "" : ` on ${on.join(" AND ")}`}${place}`;
    }
  }
}

function explainAggregate(
  outputMode: OutputMode,
  aggregate: AggregatePlan,
  input: readonly string[],
): string[] {
  const { keys, calls } = groupRowNames(aggregate, input);
  return [
    keys.length === 0 ? "aggregate all rows as one group" : `group by ${keys.join(", ")}`,
    ...calls.map((call) => `  compute ${call}`),
    ...(outputMode === "complete" ? [] : [`  ${evictionText(keys, aggregate.eviction)}`]),
  ];
}

function explainJoin(join: StreamJoinPlan, names: readonly string[]): string[] {
  return [streamJoinText(join, names), ...streamJoinNotes(join, names).map(indented)];
}

/** A join of streams, with its condition. */
export function streamJoinText(
  { type, left, right, condition }: StreamJoinPlan,
  names: readonly string[],
): string {
  const [ofLeft, ofRight] = [names, names.slice(left.columns.length)];
  const all = [
    ...left.keys.map((slot, key) => `${ofLeft[slot]} = ${ofRight[right.keys[key]!]}`),
    ...(left.condition === undefined ? [] : [text(left.condition, ofLeft)]),
    ...(right.condition === undefined ? [] : [text(right.condition, ofRight)]),
    ...(condition === undefined ? [] : [text(condition, names)]),
  ];
  return `${type} JOIN of both on ${all.join(" AND ")}`;
}

/** Which rows of the inputs of a join are late, and when they are removed. */
export function streamJoinNotes({ left, right }: StreamJoinPlan, names: readonly string[]): string[] {
  const sides = [["left", left, names], ["right", right, names.slice(left.columns.length)]] as const;
  return sides.map(([side, { expiry }, own]) => {
    if (expiry === undefined) return `${side} rows are kept forever`;
    const time = expiry.of === "time" ? own[expiry.slot]! : `the end of ${own[expiry.slot]!}`;
    const offset = Math.min(...expiry.bounds.map(({ offsetMicros }) => offsetMicros));
    const shift = offset === 0 ? "" : ` ${offset < 0 ? "+" : "-"} ${micros(Math.abs(offset))}`;
    return `a ${side} row is removed when the watermark reaches ${time}${shift}`;
  });
}

/** The keys of an order. */
export function sortText(sort: readonly SortKey[], names: readonly string[]): string {
  return sort.map(({ expression, descending, nullsFirst }) =>
    `${text(expression, names)}${descending ? " DESC" : ""} NULLS ${nullsFirst ? "FIRST" : "LAST"}`
  ).join(", ");
}

/** When groups are removed from the state. */
export function evictionText(keyNames: readonly string[], eviction: AggregatePlan["eviction"]): string {
  if (eviction === undefined) return "groups are kept forever";
  const key = keyNames[eviction.key]!;
  return `a group is evicted when the watermark reaches ${
    eviction.of === "time" ? key : `the end of ${key}`
  }`;
}

function micros(duration: number): string {
  return formatDuration(duration / 1_000);
}
