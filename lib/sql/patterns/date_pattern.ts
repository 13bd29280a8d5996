/**
 * The datetime patterns of `date_format`, `to_timestamp` and similar functions: a run of the same letter is a
 * field, everything else is literal. They are Java's, except for letters that Spark accepts and few need
 * (eras, zone names, optional sections): those are rejected, like the ones that Spark rejects.
 */

/** A field, with its letter and the length of its run, or literal text. */
export type PatternPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly letter: string; readonly width: number };

/** Whether a pattern is used to format or to parse times. */
export type PatternUse = "write" | "read";

/** The supported letters, with the maximum length of their runs. */
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

/** Spark formats these, but does not parse them. */
const WRITTEN_ONLY = "EQ";

const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*|[[\]{}#']|[^A-Za-z'[\]{}#]+/g;

/**
 * The parts of a pattern, or what is wrong with it, as the end of a sentence.
 *
 * @example
 * ```ts
 * import { deepEqual, equal } from "assert";
 * deepEqual(parseDatePattern("HH'h'", "read"), [
 *   { kind: "field", letter: "H", width: 2 },
 *   { kind: "text", text: "h" },
 * ]);
 * equal(
 *   parseDatePattern("YYYY", "write"),
 *   "does not support the pattern letter Y; supported: y M L d D E Q a H h k K m s S X x Z",
 * );
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
      return "has an unterminated quote in its datetime pattern";
    } else if (/[[\]{}#]/.test(token)) {
      return `does not support ${token} in a datetime pattern; quote it to use it as literal text`;
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
    return `does not support the pattern letter ${letter}; supported: ${letters.join(" ")}`;
  }
  if (width > most) {
    return `supports at most ${letter.repeat(most)} in a datetime pattern, not ${letter.repeat(width)}`;
  }
  return undefined;
}

/**
 * In a run of digits only one number may have variable length: it gets what the fixed-length numbers after it
 * leave. With a second one, Java parses nothing.
 */
function runProblem(parts: readonly PatternPart[]): string | undefined {
  let isOpen = false;
  for (const part of parts) {
    if (part.kind === "text" || !isNumber(part)) isOpen = false;
    else if (!hasVariableLength(part)) continue;
    else if (isOpen) {
      return `cannot parse ${
        part.letter.repeat(part.width)
      } directly after another number of variable length`;
    } else isOpen = true;
  }
  return undefined;
}

type Field = PatternPart & { readonly kind: "field" };

function isNumber({ letter, width }: Field): boolean {
  return !"aXxZ".includes(letter) && (!"ML".includes(letter) || width <= 2);
}

function hasVariableLength({ letter, width }: Field): boolean {
  return letter === "y" || letter === "D"
    ? width !== (letter === "y" ? 2 : 3)
    : letter === "S" || width === 1;
}
