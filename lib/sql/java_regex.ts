/**
 * Java's regular expressions as RE2 reads them. Where both accept a pattern they mean the same, but for what ends a
 * line: to Java that is also a carriage return, U+0085, U+2028 and U+2029, and `$` holds before the last one of a
 * text, too. And to Java `\s` is a vertical tab as well.
 */

const LINE_END = "(?:\\r\\n|[\\n\\r\\x{85}\\x{2028}\\x{2029}])";

const OUTSIDE: Readonly<Record<string, string>> = {
  ".": "[^\\n\\r\\x{85}\\x{2028}\\x{2029}]",
  "$": `${LINE_END}?\\z`,
  "\\Z": `${LINE_END}?\\z`,
  "\\s": "[\\t-\\r ]",
  "\\S": "[^\\t-\\r ]",
};

const INSIDE: Readonly<Record<string, string>> = { "\\s": "\\t-\\r " };

/**
 * The pattern for RE2. One with flags of its own, such as `(?s)`, is left as it is.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(re2Pattern("^[.$]\\.x"), "^[.$]\\.x");
 * equal(re2Pattern("[\\s]\\s"), "[\\t-\\r ][\\t-\\r ]");
 * ```
 */
export function re2Pattern(pattern: string): string {
  if (/\(\?[a-z-]*[sm]/i.test(pattern)) return pattern;
  let isInside = false;
  return pattern.replace(/\\Q.*?(?:\\E|$)|\\.|[^\\]/gsu, (token) => {
    const replaced = (isInside ? INSIDE : OUTSIDE)[token];
    if (!isInside && token === "[") isInside = true;
    else if (isInside && token === "]") isInside = false;
    return replaced ?? token;
  });
}
