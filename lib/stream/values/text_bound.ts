/**
 * Bounds the length of strings that expressions make. In Spark the bound is the size of a JVM array, two
 * gigabytes; here rows pass through several threads, so a single value must not use up their memory.
 */
import { TEXT_LENGTH_MAX } from "../../base/bounds.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { formatCount } from "../../base/text/format.ts";

/** @throws {SfcrimeError} QUERY_FAILED if a string would be too long; call this before making it. */
export function requireTextLength(length: number): void {
  if (length <= TEXT_LENGTH_MAX) return;
  throw new SfcrimeError(
    "QUERY_FAILED",
    `A string of ${formatCount(length)} characters is too long; the limit is ${
      formatCount(TEXT_LENGTH_MAX)
    }.`,
    { hint: "Limit the length with least() or CASE WHEN." },
  );
}

/** Checks the length of a string. @throws {SfcrimeError} QUERY_FAILED if it is too long. */
export function boundedText(text: string): string {
  requireTextLength(text.length);
  return text;
}

/** Joins strings. @throws {SfcrimeError} QUERY_FAILED if the result would be too long. */
export function boundedJoin(parts: readonly unknown[], separator: string): string {
  const own = parts.reduce<number>((sum, part) => sum + (typeof part === "string" ? part.length : 0), 0);
  requireTextLength(own + separator.length * Math.max(0, parts.length - 1));
  return parts.join(separator);
}
