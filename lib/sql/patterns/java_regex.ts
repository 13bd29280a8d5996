/**
 * Translates Java's regular expressions to RE2. A pattern that both accept means the same, except for line
 * terminators: in Java these include a carriage return, U+0085, U+2028 and U+2029, and `$` also matches
 * before a final one. And in Java `\s` includes the vertical tab.
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
 * The pattern for RE2. A pattern with inline flags, such as `(?s)`, is left unchanged.
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
