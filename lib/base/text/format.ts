/** Formats numbers for people: grouped digits, binary sizes, rates, and plurals. */

/**
 * An integer with its digits in groups of three.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(formatCount(199_999), "199,999");
 * ```
 */
export function formatCount(value: number | bigint): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

const SIZE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/**
 * A number of bytes in the largest binary unit that fits, with one decimal.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(formatBytes(411), "411 B");
 * equal(formatBytes(3_821_472), "3.6 MiB");
 * ```
 */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // By the rounded value: 1023.96 KiB is shown as 1.0 MiB.
  while (Math.round(value * 10) >= 10_240 && unit < SIZE_UNITS.length - 1) {
    value /= 1_024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${SIZE_UNITS[unit]}`;
}

/** A rate per second, as an integer from 10 up; `-` if no time has passed. */
export function formatRate(count: number, elapsedMs: number): string {
  if (elapsedMs <= 0) return "-";
  const rate = (count * 1_000) / elapsedMs;
  return rate >= 9.95 ? formatCount(Math.round(rate)) : rate.toFixed(1);
}

/**
 * A count with its noun, singular or plural.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(plural(1, "call"), "1 call");
 * equal(plural(6802, "call"), "6,802 calls");
 * equal(plural(2, "query", "queries"), "2 queries");
 * ```
 */
export function plural(count: number, singular: string, pluralForm = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : pluralForm}`;
}
