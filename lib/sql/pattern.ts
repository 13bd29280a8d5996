/**
 * What is wrong with the patterns of LIKE and RLIKE. RLIKE is matched in linear time by RE2, whose patterns are
 * Java's without those that need to go back; the few that both accept, but read otherwise, are refused, too.
 */
import { RE2JS } from "re2js";
import { messageOf } from "../base/errors.ts";
import { re2Pattern } from "./java_regex.ts";

/** Why a pattern of LIKE is none, as the end of a sentence; undefined where it is one. */
export function likeProblem(pattern: string, escape: string): string | undefined {
  if ([...escape].length !== 1) return `takes one character behind ESCAPE, not '${escape}'`;
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    if (characters[at] !== escape) continue;
    const escaped = characters[++at];
    if (escaped === undefined) return `takes no pattern that ends with the escape character ${escape}`;
    if (escaped !== "%" && escaped !== "_" && escaped !== escape) {
      return `takes %, _ or ${escape} behind the escape character ${escape}, not ${escaped}`;
    }
  }
  return undefined;
}

/** Why a pattern of RLIKE is none, as the end of a sentence; undefined where it is one. */
export function regexProblem(pattern: string): string | undefined {
  if (nestsClasses(pattern)) {
    return "takes no character class inside another one; write the characters into one class";
  }
  try {
    RE2JS.compile(re2Pattern(pattern));
    return undefined;
  } catch (error) {
    const reason = messageOf(error).replace(/^error parsing regexp: /, "");
    return `cannot use this pattern: ${reason} (there are no back references, and no look-around)`;
  }
}

/** In Java `[a[b]]` is a union and `&&` an intersection; to RE2 both are plain characters. */
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
