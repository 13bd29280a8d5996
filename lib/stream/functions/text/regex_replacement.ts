/** `regexp_replace`: in the replacement, as in Java, `$1` is a group and `\` escapes. */
import type { RE2JS } from "re2js";
import { SfcrimeError } from "../../../base/errors.ts";
import { boundedText } from "../../values/text_bound.ts";

type Matcher = ReturnType<RE2JS["matcher"]>;

/**
 * Replaces all matches of a pattern.
 *
 * @throws {SfcrimeError} QUERY_FAILED, for a reference to a group that does not exist.
 */
export function replaceMatches(text: string, pattern: RE2JS, replacement: string): string {
  const matcher = pattern.matcher(text);
  let [result, at] = ["", 0];
  while (matcher.find()) {
    result = boundedText(result + text.slice(at, matcher.start()) + expanded(replacement, matcher));
    at = matcher.end();
  }
  return result + text.slice(at);
}

/** An escaped character, a reference to a group, or an invalid `\` or `$`. */
const SPECIAL = /\\(.?)|\$(?:(\d+)|\{(\w+)\})?/gsu;

function expanded(replacement: string, matcher: Matcher): string {
  return replacement.replace(SPECIAL, (whole, escaped?: string, digits?: string, name?: string) => {
    if (escaped) return escaped;
    if (digits !== undefined) return numberedGroup(digits, matcher);
    if (name !== undefined) return matcher.group(name) ?? "";
    const problem = whole === "$" ? "has a $ without a group; use \\$" : "ends with a \\; use \\\\";
    throw new SfcrimeError("QUERY_FAILED", `regexp_replace: the replacement '${replacement}' ${problem}.`);
  });
}

/** The number takes as many digits as form the index of an existing group. */
function numberedGroup(digits: string, matcher: Matcher): string {
  const count = matcher.groupCount();
  let length = 1;
  while (length < digits.length && Number(digits.slice(0, length + 1)) <= count) length++;
  const group = Number(digits.slice(0, length));
  if (group <= count) return (matcher.group(group) ?? "") + digits.slice(length);
  throw new SfcrimeError(
    "QUERY_FAILED",
    `regexp_replace: expected a group index between 0 and ${count}, but got ${group}.`,
  );
}
