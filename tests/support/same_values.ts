/**
 * Compares values that two engines wrote as text.
 *
 * Numbers are compared exactly, but by value: Java before 19 writes some DOUBLEs and most large FLOATs with more
 * digits than they need, so that one value has two texts.
 */

/** How the values of a column are compared. */
export interface ValueComparison {
  /** The type, as Spark's `simpleString` has it. */
  readonly type: string;
  /** How far apart two numbers may be, relative to the larger one; 0 where they have to be the same. */
  readonly tolerance: number;
}

/** Whether two rows, as JSON with the columns c0, c1 …, have the same values. */
export function sameRows(left: string, right: string, columns: readonly ValueComparison[]): boolean {
  if (left === right) return true;
  const [ours, theirs] = [valuesOf(left), valuesOf(right)];
  const names = Object.keys(ours);
  return names.join() === Object.keys(theirs).join() &&
    names.every((name) => sameValues(ours[name], theirs[name], columns[Number(name.slice(1))]!));
}

/** The values of a row. Numbers stay texts, so that no digit is lost; texts have a quote before them. */
function valuesOf(row: string): Record<string, unknown> {
  const revive = (_key: string, value: unknown, context?: { source: string }) =>
    typeof value === "number" ? context!.source : typeof value === "string" ? `"${value}` : value;
  return JSON.parse(row, revive) as Record<string, unknown>;
}

/** Whether two values of a type are the same; arrays and structs by their parts. */
function sameValues(left: unknown, right: unknown, comparison: ValueComparison): boolean {
  if (typeof left === "string" && typeof right === "string") return sameTexts(left, right, comparison);
  if (!isObject(left) || !isObject(right)) return left === right;
  const names = Object.keys(left);
  return names.join() === Object.keys(right).join() &&
    names.every((name) => sameValues(left[name], right[name], comparison));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const FLOATING = /-?\d+\.\d+(?:E-?\d+)?/g;

/**
 * Whether two texts have the same numbers in them, and are equal otherwise.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * const float = { type: "float", tolerance: 0 };
 * equal(sameTexts("1.2345679E8", "1.23456792E8", float), true);
 * equal(sameTexts("1.2345679E8", "1.23456792E8", { ...float, type: "double" }), false);
 * ```
 */
export function sameTexts(left: string, right: string, comparison: ValueComparison): boolean {
  if (left === right) return true;
  if (left.replace(FLOATING, "#") !== right.replace(FLOATING, "#")) return false;
  const theirs = right.match(FLOATING) ?? [];
  return (left.match(FLOATING) ?? []).every((ours, index) => sameNumbers(ours, theirs[index]!, comparison));
}

function sameNumbers(ours: string, theirs: string, { type, tolerance }: ValueComparison): boolean {
  if (ours === theirs) return true;
  if (type.includes("decimal")) return false;
  const [left, right] = [Number(ours), Number(theirs)];
  if (Object.is(left, right)) return true;
  if (tolerance > 0 && Math.abs(left - right) <= tolerance * Math.max(Math.abs(left), Math.abs(right))) {
    return true;
  }
  // The type of a number within a text is not known.
  const isFloat = type.includes("float") || (type.includes("string") && isLongFloat(ours, theirs));
  return isFloat && Object.is(Math.fround(left), Math.fround(right));
}

/** Whether the second text may be what Java before 19 writes for the large FLOAT of the first one. */
function isLongFloat(ours: string, theirs: string): boolean {
  const [short, long] = [digitsOf(ours), digitsOf(theirs)];
  return Math.abs(Number(theirs)) >= 1e7 && short < long && long <= 9;
}

function digitsOf(text: string): number {
  return text.replace(/E.*|\D/g, "").length;
}
