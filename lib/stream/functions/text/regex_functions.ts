/** The regular expression functions, matched by RE2 in linear time. */
import { RE2JS } from "re2js";
import { PATTERN_LENGTH_MAX, PATTERNS_MAX } from "../../../base/bounds.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import { LruCache } from "../../../base/collections/lru_cache.ts";
import type { Value } from "../../../records/data_type.ts";
import { re2Pattern } from "../../../sql/patterns/java_regex.ts";
import { regexProblem } from "../../../sql/patterns/pattern.ts";
import { type Implementation, strict } from "../implementation.ts";
import { replaceMatches } from "./regex_replacement.ts";

type Matcher = ReturnType<RE2JS["matcher"]>;

/** Compiled patterns. They may come from records, but most queries have only a few. */
const compiled = new LruCache<string, RE2JS>(PATTERNS_MAX);

function compiledPattern(pattern: string): RE2JS {
  let known = compiled.get(pattern);
  if (known === undefined) {
    const problem = regexProblem(pattern);
    if (problem !== undefined) throw new SfcrimeError("QUERY_FAILED", `The regular expression ${problem}.`);
    known = RE2JS.compile(re2Pattern(pattern));
    if (pattern.length <= PATTERN_LENGTH_MAX) compiled.set(pattern, known);
  }
  return known;
}

function matcherOf(pattern: string, text: string): Matcher {
  return compiledPattern(pattern).matcher(text);
}

/** Splits as Java does, but keeps trailing empty strings; an empty pattern splits into characters. */
export function splitText(text: string, pattern: string, limit = -1): string[] {
  if (pattern === "" && text !== "") {
    const characters = [...text];
    return limit > 0 && limit < characters.length ? characters.slice(0, limit) : characters;
  }
  const matcher = matcherOf(pattern, text);
  const parts: string[] = [];
  let at = 0;
  while ((limit <= 0 || parts.length < limit - 1) && matcher.find()) {
    // An empty match at the beginning is skipped.
    if (matcher.end() === 0) continue;
    parts.push(text.slice(at, matcher.start()));
    at = matcher.end();
  }
  parts.push(text.slice(at));
  return parts;
}

function requireGroup(matcher: Matcher, group: number, name: string): void {
  const count = matcher.groupCount();
  if (group >= 0 && group <= count) return;
  throw new SfcrimeError(
    "QUERY_FAILED",
    `${name}: expected a group index between 0 and ${count}, but got ${group}.`,
  );
}

function extract(text: string, pattern: string, group = 1): string {
  const matcher = matcherOf(pattern, text);
  if (!matcher.find()) return "";
  requireGroup(matcher, group, "regexp_extract");
  return matcher.group(group) ?? "";
}

function extractAll(text: string, pattern: string, group = 1): Value {
  const matcher = matcherOf(pattern, text);
  const found: string[] = [];
  while (matcher.find()) {
    requireGroup(matcher, group, "regexp_extract_all");
    found.push(matcher.group(group) ?? "");
  }
  return found;
}

/** Replaces every match from a position on, counted in UTF-16 units from 1, as in Spark. */
function replace(text: string, pattern: string, other: string, position = 1): string {
  const start = position - 1;
  if (start < 0) throw new SfcrimeError("QUERY_FAILED", "regexp_replace requires a position of at least 1.");
  if (start > 0 && start >= text.length) return text;
  return text.slice(0, start) + replaceMatches(text.slice(start), compiledPattern(pattern), other);
}

function count(text: string, pattern: string): number {
  const matcher = matcherOf(pattern, text);
  let found = 0;
  while (matcher.find()) found++;
  return found;
}

/** By their name in plans. */
export const REGEX_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  split: strict(splitText),
  regexp_extract: strict(extract),
  regexp_extract_all: strict(extractAll),
  regexp_replace: strict(replace),
  regexp_count: strict(count),
  regexp_substr: strict((text: string, pattern: string) => {
    const matcher = matcherOf(pattern, text);
    // An empty match counts as none, as in Spark.
    return matcher.find() ? matcher.group(0) || null : null;
  }),
  regexp_instr: strict((text: string, pattern: string) => {
    const matcher = matcherOf(pattern, text);
    // UTF-16 units, as in Spark.
    return matcher.find() ? matcher.start() + 1 : 0;
  }),
};
