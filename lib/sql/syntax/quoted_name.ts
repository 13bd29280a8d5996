/** Names as a statement quotes them. */

/**
 * A name in backquotes, whatever it consists of.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(quotedName("a`b"), "`a``b`");
 * ```
 */
export function quotedName(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
