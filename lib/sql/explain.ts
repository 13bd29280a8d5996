/**
 * A plan as indented text, in the order in which a batch goes through it: what is read of each stream, what is
 * done with a row, how groups are made and leave, and what is given out.
 */
import { formatDuration } from "../base/duration.ts";
import { typeName } from "../records/data_type.ts";
import { expressionText } from "./expression_text.ts";
import type { AggregatePlan, Branch, Expression, QueryPlan, RowStep } from "./plan.ts";
import { groupRowNames, slotNames, tableColumn, type TableColumns } from "./slot_names.ts";

/** The plan as lines, each ended. */
export function explainPlan(plan: QueryPlan, tables: TableColumns): string {
  const { name, outputMode, timeZone, branches, aggregate, output } = plan;
  const rowNames = branches.map((branch) => slotNames(branch, tables));
  const columns = output.map((column) => `${column.name} ${typeName(column.type)}`).join(", ");
  const lines = [
    `query ${name}, output mode ${outputMode}, time zone ${timeZone}`,
    ...branches.flatMap((branch, index) => explainBranch(branch, rowNames[index]!, tables).map(indented)),
  ];
  const outputs = aggregate === undefined
    ? branches.map(({ output }, index) => output.map((expression) => text(expression, rowNames[index]!)))
    : [];
  outputs.forEach((expressions) => lines.push(`  give ${expressions.join(", ")}`));
  if (aggregate !== undefined) {
    lines.push(...explainAggregate(plan, aggregate, tables).map(indented));
  }
  if (plan.rowsMax !== undefined) lines.push(`  limit ${plan.rowsMax}, over all batches`);
  lines.push(`  as ${columns}`);
  return lines.map((line) => `${line}\n`).join("");
}

const indented = (line: string) => `  ${line}`;
const text = expressionText;

function explainBranch(branch: Branch, names: readonly string[], tables: TableColumns): string[] {
  const { stream, columns, early = [], watermark, deduplication, steps } = branch;
  const lines = [`read ${columns.map(({ name, type }) => `${name} ${typeName(type)}`).join(", ")}`];
  for (const condition of early) lines.push(`keep where ${text(condition, names)}, before the watermark`);
  if (watermark !== undefined) {
    lines.push(`watermark: ${watermark.column}, late by up to ${formatDuration(watermark.delayMs)}`);
  }
  if (deduplication !== undefined) {
    lines.push(`once for each ${deduplication.keys.map((slot) => names[slot]).join(", ")}`);
  }
  lines.push(...steps.map((step) => explainStep(step, names, tables)));
  return [`stream ${stream}`, ...lines.map(indented)];
}

function explainStep(step: RowStep, names: readonly string[], tables: TableColumns): string {
  switch (step.kind) {
    case "filter":
      return `keep where ${text(step.condition, names)}`;
    case "window": {
      const { sizeMicros, slideMicros, startMicros } = step;
      const slide = slideMicros === sizeMicros ? "" : ` every ${micros(slideMicros)}`;
      const start = startMicros === 0
        ? ""
        : `, beginning at ${startMicros < 0 ? "-" : ""}${micros(Math.abs(startMicros))}`;
      return `window of ${micros(sizeMicros)}${slide}${start}, by ${text(step.time, names)}`;
    }
    case "session window":
      return `session with a gap of ${micros(step.gapMicros)}, by ${text(step.time, names)}`;
    case "join": {
      const keys = step.tableKeys.map((column, index) =>
        `${text(step.rowKeys[index]!, names)} = ${tableColumn(step, column, tables)}`
      );
      const more = step.condition === undefined ? [] : [text(step.condition, names)];
      return `${step.type} JOIN ${step.table} on ${[...keys, ...more].join(" AND ")}`;
    }
  }
}

function explainAggregate(plan: QueryPlan, aggregate: AggregatePlan, tables: TableColumns): string[] {
  const { keys, eviction } = aggregate;
  const { keys: keyNames, calls: callNames } = groupRowNames(aggregate, plan.branches[0]!, tables);
  const names = [...keyNames, ...callNames];
  const { having, output, sort, limit } = plan.finish!;
  const lines = [
    keys.length === 0 ? "one group of all rows" : `group by ${keyNames.join(", ")}`,
    ...callNames.map((call) => `  compute ${call}`),
  ];
  if (plan.outputMode !== "complete") lines.push(`  ${leaving(keyNames, eviction)}`);
  if (having !== undefined) lines.push(`keep groups where ${text(having, names)}`);
  if (sort.length > 0) {
    const orders = sort.map(({ expression, descending, nullsFirst }) =>
      `${text(expression, names)}${descending ? " DESC" : ""} NULLS ${nullsFirst ? "FIRST" : "LAST"}`
    );
    lines.push(`order by ${orders.join(", ")}`);
  }
  if (limit !== undefined) lines.push(`limit ${limit}`);
  lines.push(`give ${output.map((expression: Expression) => text(expression, names)).join(", ")}`);
  return lines;
}

function leaving(keyNames: readonly string[], eviction: AggregatePlan["eviction"]): string {
  if (eviction === undefined) return "groups are kept for ever";
  const key = keyNames[eviction.key]!;
  return `a group leaves when the watermark reaches ${eviction.of === "time" ? key : `the end of ${key}`}`;
}

function micros(duration: number): string {
  return formatDuration(duration / 1_000);
}
