/**
 * How long a text may be that an expression makes. Spark's own bound is the memory of a JVM's array, two gigabytes;
 * here a row goes through several threads, so one value must not take all that they have.
 */
import { TEXT_LENGTH_MAX } from "../base/bounds.ts";
import { SfcrimeError } from "../base/errors.ts";
import { formatCount } from "../base/format.ts";

/** @throws {SfcrimeError} QUERY_FAILED where a text would be too long; to be asked before it is made. */
export function requireTextLength(length: number): void {
  if (length <= TEXT_LENGTH_MAX) return;
  throw new SfcrimeError(
    "QUERY_FAILED",
    `A text would be ${formatCount(length)} characters long; at most ${
      formatCount(TEXT_LENGTH_MAX)
    } are possible.`,
    { hint: "Guard the length by least() or CASE WHEN." },
  );
}

/** A text that is not too long. @throws {SfcrimeError} QUERY_FAILED where it is. */
export function boundedText(text: string): string {
  requireTextLength(text.length);
  return text;
}

/** Joins texts. @throws {SfcrimeError} QUERY_FAILED where the whole would be too long. */
export function boundedJoin(parts: readonly unknown[], separator: string): string {
  const own = parts.reduce<number>((sum, part) => sum + (typeof part === "string" ? part.length : 0), 0);
  requireTextLength(own + separator.length * Math.max(0, parts.length - 1));
  return parts.join(separator);
}
