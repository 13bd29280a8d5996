/** Compares what two engines answered to the same scenario. */
import { sameRows, type ValueComparison } from "./same_values.ts";
import type { Answers, BatchAnswer, QueryAnswer, Scenario } from "./stream_scenario.ts";

/**
 * How far apart sums of DOUBLEs, and what is computed from them, may be, relative to the larger one, where they may be
 * added in another order: each addition rounds, and no engine promises the order of partitions. Deviations also round
 * in each step that merges them. Everything else has to be the same value.
 */
const SUM_TOLERANCE = 1e-12;

/** Where the answers differ, a line each; empty where they do not. */
export function differences({ queries }: Scenario, ours: Answers, theirs: Answers): string[] {
  return Object.entries(queries).flatMap(([name, { sql }]) => {
    const { columns, mergedSums = [] } = ours[name]!;
    const comparison = {
      sorted: isSorted(sql),
      columns: columns.map((column, index) => ({
        type: column.slice(column.lastIndexOf(" ") + 1),
        tolerance: mergedSums.includes(index) ? SUM_TOLERANCE : 0,
      })),
    };
    return queryDifferences(ours[name]!, theirs[name]!, comparison).map((line) => `${name}: ${line}`);
  });
}

/** Whether the rows of a query have an order. */
export function isSorted(sql: string): boolean {
  return /(?<!within\s+group\s*\(\s*)\border\s+by\b/i.test(sql);
}

/** How rows are compared. */
interface Comparison {
  /** Whether their order counts. */
  readonly sorted: boolean;
  readonly columns: readonly ValueComparison[];
}

function queryDifferences(ours: QueryAnswer, theirs: QueryAnswer, comparison: Comparison): string[] {
  if (ours.error !== undefined || theirs.error !== undefined) {
    const both = ours.error !== undefined && theirs.error !== undefined;
    return both ? [] : [`failed: here ${firstLine(ours.error)}, Spark ${firstLine(theirs.error)}`];
  }
  const lines = same("columns", ours.columns.join(", "), theirs.columns.join(", "));
  lines.push(...same("batches", String(ours.batches.length), String(theirs.batches.length)));
  ours.batches.forEach((batch, number) => {
    const other = theirs.batches[number];
    if (other === undefined) return;
    lines.push(...batchDifferences(batch, other, comparison).map((line) => `batch ${number}: ${line}`));
  });
  return lines;
}

function firstLine(error: string | undefined): string {
  return error === undefined ? "did not" : `with ${error.split("\n", 1)[0]}`;
}

function batchDifferences(
  ours: BatchAnswer,
  theirs: BatchAnswer,
  { sorted, columns }: Comparison,
): string[] {
  const areEqual: RowsEqual = (left, right) => sameRows(left, right, columns);
  return [
    ...same("run", String(ours.run ?? 0), String(theirs.run ?? 0)),
    ...same("watermark", String(ours.watermark), String(theirs.watermark)),
    ...same("state", JSON.stringify(ours.state), JSON.stringify(theirs.state)),
    ...(sorted ? orderedRows : unorderedRows)(ours.rows, theirs.rows, areEqual),
  ];
}

function same(what: string, ours: string, theirs: string): string[] {
  return ours === theirs ? [] : [`${what}: here ${ours}, Spark ${theirs}`];
}

type RowsEqual = (left: string, right: string) => boolean;

function orderedRows(ours: readonly string[], theirs: readonly string[], areEqual: RowsEqual): string[] {
  const isSame = ours.length === theirs.length && ours.every((row, index) => areEqual(row, theirs[index]!));
  return isSame ? [] : [`rows: here ${ours.join(" ")}, Spark ${theirs.join(" ")}`];
}

function unorderedRows(ours: readonly string[], theirs: readonly string[], areEqual: RowsEqual): string[] {
  const left = [...theirs];
  const extra = ours.filter((row) => {
    let at = left.indexOf(row);
    if (at < 0) at = left.findIndex((other) => areEqual(row, other));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [
    ...extra.map((row) => `row only here: ${row}`),
    ...left.map((row) => `row only of Spark: ${row}`),
  ];
}
