/**
 * Checks the patterns of LIKE and RLIKE. RLIKE is matched in linear time by RE2, whose patterns are Java's
 * without those that need backtracking; the few that both accept but interpret differently are rejected as
 * well.
 */
import { RE2JS } from "re2js";
import { messageOf } from "../../base/errors.ts";
import { re2Pattern } from "./java_regex.ts";

/** Why a LIKE pattern is invalid, as the end of a sentence; undefined if it is valid. */
export function likeProblem(pattern: string, escape: string): string | undefined {
  if ([...escape].length !== 1) return `requires a single character after ESCAPE, but got '${escape}'`;
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    if (characters[at] !== escape) continue;
    const escaped = characters[++at];
    if (escaped === undefined) {
      return `has an invalid pattern: it must not end with the escape character ${escape}`;
    }
    if (escaped !== "%" && escaped !== "_" && escaped !== escape) {
      return `has an invalid pattern: the escape character ${escape} must not precede ${escaped}, only %, _ or ${escape}`;
    }
  }
  return undefined;
}

/** Why an RLIKE pattern is invalid, as the end of a sentence; undefined if it is valid. */
export function regexProblem(pattern: string): string | undefined {
  if (nestsClasses(pattern)) {
    return "does not support nested character classes; merge them into one class";
  }
  try {
    RE2JS.compile(re2Pattern(pattern));
    return undefined;
  } catch (error) {
    const reason = messageOf(error).replace(/^error parsing regexp: /, "");
    return `has an unsupported pattern: ${reason} (backreferences and lookaround are not supported)`;
  }
}

/** In Java `[a[b]]` is a union and `&&` an intersection; in RE2 both are literal characters. */
function nestsClasses(pattern: string): boolean {
  let isInside = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === "\\") at++;
    else if (!isInside) isInside = character === "[";
    else if (character === "]") isInside = false;
    else if (character === "[" || pattern.startsWith("&&", at)) return true;
  }
  return false;
}
