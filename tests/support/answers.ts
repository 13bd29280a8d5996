/** Compares what two engines answered to the same scenario. */
import type { Answers, BatchAnswer, QueryAnswer, Scenario } from "./stream_scenario.ts";

/** How far apart two doubles may be, relative to the larger one, where a query adds them up: in any order. */
const DOUBLE_TOLERANCE = 1e-12;
const ADDING_UP = /\b(?:sum|avg|mean|std|stddev\w*|var\w*)\(/i;

/** Where the answers differ, a line each; empty where they do not. */
export function differences({ queries }: Scenario, ours: Answers, theirs: Answers): string[] {
  return Object.entries(queries).flatMap(([name, { sql }]) => {
    const comparison = {
      sorted: /\border\s+by\b/i.test(sql),
      tolerance: ADDING_UP.test(sql) ? DOUBLE_TOLERANCE : 0,
    };
    return queryDifferences(ours[name]!, theirs[name]!, comparison).map((line) => `${name}: ${line}`);
  });
}

/** How rows are compared. */
interface Comparison {
  /** Whether their order counts. */
  readonly sorted: boolean;
  readonly tolerance: number;
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
  { sorted, tolerance }: Comparison,
): string[] {
  const areEqual: RowsEqual = (left, right) => rowsEqual(left, right, tolerance);
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

const DOUBLE = /-?\d+\.\d+(?:E-?\d+)?/g;

/** Whether two rows are the same, but for what doubles may differ by. */
function rowsEqual(left: string, right: string, tolerance: number): boolean {
  if (left === right) return true;
  if (left.replace(DOUBLE, "#") !== right.replace(DOUBLE, "#")) return false;
  const theirs = right.match(DOUBLE) ?? [];
  return (left.match(DOUBLE) ?? []).every((text, index) => numbersEqual(text, theirs[index]!, tolerance));
}

function numbersEqual(ours: string, theirs: string, tolerance: number): boolean {
  const [left, right] = [Number(ours), Number(theirs)];
  if (Math.abs(left - right) <= tolerance * Math.max(Math.abs(left), Math.abs(right))) return true;
  return isFloatInFull(ours) && isFloatInFull(theirs) && Math.fround(left) === Math.fround(right);
}

/** Java before 19 writes more digits of a large FLOAT than tell it from others. */
function isFloatInFull(text: string): boolean {
  return Math.abs(Number(text)) >= 1e7 && text.replace(/E.*|\D/g, "").length <= 9;
}
