/**
 * The formats of dates and times that `date_format`, `to_timestamp` and their like take: runs of a letter stand for
 * a field, all else for itself. They are Java's, but for the letters that Spark takes and few need (eras, zones by
 * their names, optional parts): those are refused, as are the ones that Spark refuses.
 */

/** A field, by its letter and how often it stands in a row, or text that stands for itself. */
export type PatternPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly letter: string; readonly width: number };

/** Whether times are written or read by a format. */
export type PatternUse = "write" | "read";

/** The letters that are known, and how often each may stand in a row. */
const WIDTH_MAX: Readonly<Record<string, number>> = {
  y: 6,
  M: 4,
  L: 4,
  d: 2,
  D: 3,
  E: 4,
  Q: 4,
  a: 1,
  H: 2,
  h: 2,
  k: 2,
  K: 2,
  m: 2,
  s: 2,
  S: 9,
  X: 5,
  x: 5,
  Z: 3,
};

/** Spark writes these, but does not read them. */
const WRITTEN_ONLY = "EQ";

const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*|[[\]{}#']|[^A-Za-z'[\]{}#]+/g;

/**
 * The parts of a format, or what is wrong with it, as the end of a sentence.
 *
 * @example
 * ```ts
 * import { deepEqual, equal } from "assert";
 * deepEqual(parseDatePattern("HH'h'", "read"), [
 *   { kind: "field", letter: "H", width: 2 },
 *   { kind: "text", text: "h" },
 * ]);
 * equal(parseDatePattern("YYYY", "write"), "takes no Y in a format; its letters are y M L d D E Q a H h k K m s S X x Z");
 * ```
 */
export function parseDatePattern(pattern: string, use: PatternUse): readonly PatternPart[] | string {
  const parts: PatternPart[] = [];
  for (const [token, quoted, letter] of pattern.matchAll(TOKEN)) {
    if (letter !== undefined) {
      const problem = letterProblem(letter, token.length, use);
      if (problem !== undefined) return problem;
      parts.push({ kind: "field", letter, width: token.length });
    } else if (quoted !== undefined) {
      parts.push({ kind: "text", text: quoted === "" ? "'" : quoted.replaceAll("''", "'") });
    } else if (token === "'") {
      return "takes no format with a quote that is not closed";
    } else if (/[[\]{}#]/.test(token)) {
      return `takes no ${token} in a format; quote it where it stands for itself`;
    } else {
      parts.push({ kind: "text", text: token });
    }
  }
  return (use === "read" ? runProblem(parts) : undefined) ?? parts;
}

function letterProblem(letter: string, width: number, use: PatternUse): string | undefined {
  const most = WIDTH_MAX[letter];
  const letters = Object.keys(WIDTH_MAX).filter((each) => use === "write" || !WRITTEN_ONLY.includes(each));
  if (most === undefined || !letters.includes(letter)) {
    return `takes no ${letter} in a format; its letters are ${letters.join(" ")}`;
  }
  if (width > most) return `takes at most ${letter.repeat(most)} in a format, not ${letter.repeat(width)}`;
  return undefined;
}

/**
 * In a run of digits only one number may have any length: it takes what those of a fixed length behind it leave. With
 * a second one Java reads nothing.
 */
function runProblem(parts: readonly PatternPart[]): string | undefined {
  let isOpen = false;
  for (const part of parts) {
    if (part.kind === "text" || !isNumber(part)) isOpen = false;
    else if (!hasAnyLength(part)) continue;
    else if (isOpen) {
      return `reads no ${part.letter.repeat(part.width)} directly behind another number of any length`;
    } else isOpen = true;
  }
  return undefined;
}

type Field = PatternPart & { readonly kind: "field" };

function isNumber({ letter, width }: Field): boolean {
  return !"aXxZ".includes(letter) && (!"ML".includes(letter) || width <= 2);
}

function hasAnyLength({ letter, width }: Field): boolean {
  return letter === "y" || letter === "D"
    ? width !== (letter === "y" ? 2 : 3)
    : letter === "S" || width === 1;
}
