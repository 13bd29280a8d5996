/** The functions of text. Positions and lengths count characters, as Spark does, not UTF-16 units. */
import { RE2JS } from "re2js";
import { SfcrimeError } from "../base/errors.ts";
import type { Value } from "../records/data_type.ts";
import { re2Pattern } from "../sql/java_regex.ts";
import { regexProblem } from "../sql/pattern.ts";
import { type Implementation, strict } from "./implementation.ts";

/** From a position that counts from 1, or from the end where it is negative. */
function substring(text: string, position: number, length = Infinity): string {
  const characters = [...text];
  const start = position > 0 ? position - 1 : position < 0 ? characters.length + position : 0;
  return characters.slice(Math.max(0, start), Math.max(0, start + Math.max(0, length))).join("");
}

function padding(text: string, length: number, pad: string): { readonly text: string; readonly pad: string } {
  const characters = [...text];
  if (length <= characters.length || pad === "") {
    return { text: characters.slice(0, Math.max(0, length)).join(""), pad: "" };
  }
  const missing = length - characters.length;
  const pads = [...pad];
  return { text, pad: Array.from({ length: missing }, (_, index) => pads[index % pads.length]).join("") };
}

/** Without some characters at its ends; spaces where none are named, and no other white space, as in Spark. */
function trimmed(
  text: string,
  { characters = " ", start = false, end = false }: {
    readonly characters?: string;
    readonly start?: boolean;
    readonly end?: boolean;
  },
): string {
  const unwanted = new Set(characters);
  const all = [...text];
  let [from, to] = [0, all.length];
  while (start && from < to && unwanted.has(all[from]!)) from++;
  while (end && to > from && unwanted.has(all[to - 1]!)) to--;
  return all.slice(from, to).join("");
}

/** Where a text stands in another, from 1; 0 where it does not. */
function locate(part: string, text: string, from = 1): number {
  if (from < 1) return 0;
  const characters = [...text];
  const before = characters.slice(0, from - 1).join("");
  if (part === "") return 1;
  const found = text.indexOf(part, before.length);
  return found < 0 ? 0 : [...text.slice(0, found)].length + 1;
}

/** Compiled patterns; most queries have a few. */
const compiled = new Map<string, RE2JS>();
const PATTERNS_MAX = 1_000;

function patternOf(pattern: string): RE2JS {
  let known = compiled.get(pattern);
  if (known === undefined) {
    const problem = regexProblem(pattern);
    if (problem !== undefined) throw new SfcrimeError("QUERY_FAILED", `The regular expression ${problem}.`);
    if (compiled.size >= PATTERNS_MAX) compiled.clear();
    known = RE2JS.compile(re2Pattern(pattern));
    compiled.set(pattern, known);
  }
  return known;
}

/** As Java splits, with empty texts at the end kept; an empty pattern splits into characters. */
function split(text: string, pattern: string, limit = -1): Value {
  if (pattern === "") {
    const characters = [...text];
    return limit > 0 && limit < characters.length ? characters.slice(0, limit) : characters;
  }
  const matcher = patternOf(pattern).matcher(text);
  const parts: string[] = [];
  let at = 0;
  while ((limit <= 0 || parts.length < limit - 1) && matcher.find()) {
    // A match of nothing at the very beginning splits nothing off.
    if (matcher.end() === 0) continue;
    parts.push(text.slice(at, matcher.start()));
    at = matcher.end();
  }
  parts.push(text.slice(at));
  return parts;
}

function regexpExtract(text: string, pattern: string, group = 1): string {
  const matcher = patternOf(pattern).matcher(text);
  if (!matcher.find()) return "";
  if (group < 0 || group > matcher.groupCount()) {
    throw new SfcrimeError(
      "QUERY_FAILED",
      `regexp_extract: the expression has ${matcher.groupCount()} groups, so there is no group ${group}.`,
    );
  }
  return matcher.group(group) ?? "";
}

/** By the name that plans call them by. */
export const STRING_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  substring: strict(substring),
  left: strict((text: string, length: number) => substring(text, 1, length)),
  right: strict((text: string, length: number) => length <= 0 ? "" : substring(text, -length)),
  ltrim: strict((first: string, text?: string) =>
    text === undefined ? trimmed(first, { start: true }) : trimmed(text, { start: true, characters: first })
  ),
  rtrim: strict((first: string, text?: string) =>
    text === undefined ? trimmed(first, { end: true }) : trimmed(text, { end: true, characters: first })
  ),
  btrim: strict((text: string, characters?: string) =>
    trimmed(text, { start: true, end: true, ...(characters === undefined ? {} : { characters }) })
  ),
  lpad: strict((text: string, length: number, pad = " ") => {
    const padded = padding(text, length, pad);
    return padded.pad + padded.text;
  }),
  rpad: strict((text: string, length: number, pad = " ") => {
    const padded = padding(text, length, pad);
    return padded.text + padded.pad;
  }),
  replace: strict((text: string, part: string, other = "") =>
    part === "" ? text : text.replaceAll(part, () => other)
  ),
  reverse: strict((text: string) => [...text].reverse().join("")),
  initcap: strict((text: string) =>
    text.toLowerCase().replace(
      /(^| )([^ ])/gu,
      (_match, space: string, first: string) => space + first.toUpperCase(),
    )
  ),
  repeat: strict((text: string, times: number) => text.repeat(Math.max(0, times))),
  instr: strict((text: string, part: string) => locate(part, text)),
  locate: strict(locate),
  startswith: strict((text: string, part: string) => text.startsWith(part)),
  endswith: strict((text: string, part: string) => text.endsWith(part)),
  contains: strict((text: string, part: string) => text.includes(part)),
  concat_ws: ([separator, ...args]) => (row) => {
    const between = separator!(row);
    if (between === null) return null;
    return args.map((arg) => arg(row)).filter((text) => text !== null).join(between as string);
  },
  split: strict(split),
  regexp_extract: strict(regexpExtract),
  regexp_replace: strict((text: string, pattern: string, other: string) =>
    patternOf(pattern).matcher(text).replaceAll(other)
  ),
};
