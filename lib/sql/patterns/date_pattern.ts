/**
 * The datetime patterns of `date_format`, `to_timestamp` and similar functions: a run of the same letter is a
 * field, what is in brackets may be missing where a text is parsed, everything else is literal. They are Java's, with the
 * letters and lengths that Spark accepts.
 */

/** A field, with its letter and the length of its run, literal text, or an optional section. */
export type PatternPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly letter: string; readonly width: number }
  | { readonly kind: "optional"; readonly parts: readonly PatternPart[] };

/** Whether a pattern is used to format or to parse times. */
export type PatternUse = "write" | "read";

/** The supported letters, with the lengths of their runs: up to a number, or some. */
const WIDTHS: Readonly<Record<string, number | readonly number[]>> = {
  G: 4,
  y: 6,
  M: 4,
  L: 4,
  d: 2,
  D: 3,
  E: 4,
  F: 1,
  Q: 4,
  q: 4,
  a: 1,
  H: 2,
  h: 2,
  k: 2,
  K: 2,
  m: 2,
  s: 2,
  S: 9,
  V: [2],
  z: 4,
  O: [1, 4],
  X: 5,
  x: 5,
  Z: 5,
};

/** Spark formats these, but does not parse them. */
const WRITTEN_ONLY = "EFQq";

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
 *   "does not support the pattern letter Y; supported: G y M L d D E F Q q a H h k K m s S V z O X x Z",
 * );
 * ```
 */
export function parseDatePattern(pattern: string, use: PatternUse): readonly PatternPart[] | string {
  const sections: PatternPart[][] = [[]];
  for (const [token, quoted, letter] of pattern.matchAll(TOKEN)) {
    const parts = sections.at(-1)!;
    if (letter !== undefined) {
      const problem = letterProblem(letter, token.length, use);
      if (problem !== undefined) return problem;
      parts.push({ kind: "field", letter, width: token.length });
    } else if (quoted !== undefined) {
      parts.push({ kind: "text", text: quoted === "" ? "'" : quoted.replaceAll("''", "'") });
    } else if (token === "[") {
      sections.push([]);
    } else if (token === "]") {
      if (sections.length === 1) return "has a ] without its [ in its datetime pattern";
      sections.pop();
      sections.at(-1)!.push({ kind: "optional", parts });
    } else if (token === "'") {
      return "has an unterminated quote in its datetime pattern";
    } else if (/[{}#]/.test(token)) {
      return `does not support ${token} in a datetime pattern; quote it to use it as literal text`;
    } else {
      parts.push({ kind: "text", text: token });
    }
  }
  // What is not closed ends with the pattern.
  const whole = sections.reduceRight<readonly PatternPart[]>(
    (inner, outer) => inner.length === 0 ? outer : [...outer, { kind: "optional", parts: inner }],
    [],
  );
  return (use === "read" ? runProblem(fieldsIn(whole)) : undefined) ?? whole;
}

/** All fields and texts, in order. */
function fieldsIn(parts: readonly PatternPart[]): readonly Exclude<PatternPart, { kind: "optional" }>[] {
  return parts.flatMap((part) => part.kind === "optional" ? fieldsIn(part.parts) : [part]);
}

/** Whether there is an era, so that years are those of it. */
export function hasEra(parts: readonly PatternPart[]): boolean {
  return fieldsIn(parts).some((part) => part.kind === "field" && part.letter === "G");
}

function letterProblem(letter: string, width: number, use: PatternUse): string | undefined {
  const widths = WIDTHS[letter];
  const letters = Object.keys(WIDTHS).filter((each) => use === "write" || !WRITTEN_ONLY.includes(each));
  if (widths === undefined || !letters.includes(letter)) {
    return `does not support the pattern letter ${letter}; supported: ${letters.join(" ")}`;
  }
  if (typeof widths === "number") {
    return width <= widths
      ? undefined
      : `supports at most ${letter.repeat(widths)} in a datetime pattern, not ${letter.repeat(width)}`;
  }
  if (widths.includes(width)) return undefined;
  const known = widths.map((each) => letter.repeat(each)).join(" or ");
  return `supports ${known} in a datetime pattern, not ${letter.repeat(width)}`;
}

/**
 * In a run of digits only one number may have variable length: it gets what the fixed-length numbers after it
 * leave. With a second one, Java parses nothing.
 */
function runProblem(parts: ReturnType<typeof fieldsIn>): string | undefined {
  let isOpen = false;
  for (const part of parts) {
    if (part.kind === "text" || !isNumber(part)) isOpen = false;
    // A fraction takes as many digits as it can.
    else if (part.letter === "S" && !isOpen) continue;
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
  return !"GaVzOXxZ".includes(letter) && (!"ML".includes(letter) || width <= 2);
}

function hasVariableLength({ letter, width }: Field): boolean {
  return letter === "y" || letter === "D"
    ? width !== (letter === "y" ? 2 : 3)
    : letter === "S" || width === 1;
}
