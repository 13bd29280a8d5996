/** The patterns of `to_char` and `to_number`: digits in groups, with a point, a currency sign and what tells the sign. */

/** A run of digits between separators. */
export interface DigitGroup {
  readonly count: number;
  /** Whether it begins with 0 and stands before the point: it always has all of its digits. */
  readonly isFull: boolean;
}

/**
 * A part of a pattern: digits, a point, `$`, the sign of any number (S) or of one below zero (MI), or the brackets around
 * one below zero (PR).
 */
export type NumberPart =
  | { readonly kind: "digits"; readonly groups: readonly DigitGroup[] }
  | { readonly kind: "point" | "dollar" | "sign" | "minus" | "open" | "close" };

/** A pattern of numbers, and the digits that they have at most. */
export interface NumberPattern {
  readonly parts: readonly NumberPart[];
  readonly precision: number;
  readonly scale: number;
}

const PATTERN =
  /^(?<before>MI|S)?(?<dollar>\$)?(?<whole>[09G,]*)(?<point>[.D])?(?<rest>[09]*)(?<after>PR|MI|S)?$/;
const SIGNS: Readonly<Record<string, "sign" | "minus">> = { S: "sign", MI: "minus" };

/**
 * The parts of a pattern, or what is wrong with it, as the end of a sentence.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * const pattern = parseNumberPattern("$99,999.00");
 * equal(typeof pattern === "string" ? pattern : `${pattern.precision},${pattern.scale}`, "7,2");
 * equal(parseNumberPattern("9,,9"), "does not support the pattern 9,,9: digits stand on both sides of a separator");
 * ```
 */
export function parseNumberPattern(written: string): NumberPattern | string {
  const problem = (reason: string) => `does not support the pattern ${written}: ${reason}`;
  const match = PATTERN.exec(written.toUpperCase());
  if (match === null) return problem("it is [MI|S][$][0 9 , G …][. D][0 9 …][MI|S|PR]");
  const { before, dollar, whole = "", point, rest = "", after } = match.groups!;
  const groups = whole === "" ? [] : whole.split(/[G,]/);
  if (groups.includes("")) return problem("digits stand on both sides of a separator");
  if (whole === "" && rest === "") return problem("it has no digits");
  if (before !== undefined && before === after) return problem(`it has ${before} twice`);
  const parts: NumberPart[] = [];
  if (after === "PR") parts.push({ kind: "open" });
  if (before !== undefined) parts.push({ kind: SIGNS[before]! });
  if (dollar !== undefined) parts.push({ kind: "dollar" });
  if (whole !== "") parts.push({ kind: "digits", groups: groups.map((group) => groupOf(group, true)) });
  if (point !== undefined) parts.push({ kind: "point" });
  if (rest !== "") parts.push({ kind: "digits", groups: [groupOf(rest, false)] });
  if (after !== undefined) parts.push({ kind: SIGNS[after] ?? "close" });
  const scale = rest.length;
  return { parts, precision: groups.join("").length + scale, scale };
}

function groupOf(digits: string, isWhole: boolean): DigitGroup {
  return { count: digits.length, isFull: isWhole && digits.startsWith("0") };
}
