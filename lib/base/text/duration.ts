/**
 * Durations as people write them, in the short form (`500ms`, `1h30m`) or in Spark's (`10 seconds`, `1 hour
 * 30 minutes`). Inside the program a duration is an integer number of milliseconds.
 */
import { formatCount } from "./format.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
};

/** What {@link parseDuration} accepts, for messages. */
export const DURATION_FORMS = "a duration such as 500ms, 10s, 2m, 1h or '10 seconds'";

const PART = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*/i;

/**
 * The milliseconds of a duration, or undefined if the text is not a duration.
 *
 * Parts are added; a fraction is rounded to whole milliseconds. A number without a unit is rejected, except
 * zero.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(parseDuration("10s"), 10_000);
 * equal(parseDuration("1 hour 30 minutes"), 5_400_000);
 * equal(parseDuration("0"), 0);
 * equal(parseDuration("10"), undefined);
 * ```
 */
export function parseDuration(text: string): number | undefined {
  if (/^\s*0+\s*$/.test(text)) return 0;
  let rest = text.replace(/^\s*interval\s+/i, "");
  let totalMs = 0;
  let parts = 0;
  while (rest.length > 0) {
    const match = PART.exec(rest);
    if (match === null) return undefined;
    const unitMs = unitOf(match[2]!);
    if (unitMs === undefined) return undefined;
    totalMs += Number(match[1]) * unitMs;
    rest = rest.slice(match[0].length);
    parts++;
  }
  return parts > 0 && Number.isSafeInteger(Math.round(totalMs)) ? Math.round(totalMs) : undefined;
}

function unitOf(word: string): number | undefined {
  const lower = word.toLowerCase();
  return UNIT_MS[lower] ??
    (lower.length > 3 && lower.endsWith("s") ? UNIT_MS[lower.slice(0, -1)] : undefined);
}

/**
 * A duration for people, in the largest units that fit.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(formatDuration(450), "450 ms");
 * equal(formatDuration(2_500), "2.5 s");
 * equal(formatDuration(150_000), "2 min 30 s");
 * ```
 */
export function formatDuration(ms: number): string {
  // By the rounded value: 999.6 ms is shown as 1 s, and 59.96 s as 1 min.
  if (Math.round(ms) < 1_000) return `${Math.round(ms)} ms`;
  if (Math.round(ms / 100) < 600) return `${trimZeros((ms / 1_000).toFixed(1))} s`;
  const totalSeconds = Math.round(ms / 1_000);
  const [large, small, unit] = totalSeconds < 3_600
    ? [Math.floor(totalSeconds / 60), totalSeconds % 60, ["min", "s"] as const]
    : [Math.floor(totalSeconds / 3_600), Math.floor((totalSeconds % 3_600) / 60), ["h", "min"] as const];
  return small === 0 ? `${large} ${unit[0]}` : `${large} ${unit[0]} ${small} ${unit[1]}`;
}

const DAY_MS = 86_400_000;

/**
 * A span of time for people; from two days on, in days, as a watermark may be years behind. It may be negative.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(formatSpan(150_000), "2 min 30 s");
 * equal(formatSpan(-86_400_000 * 2_887), "-2,887 d");
 * ```
 */
export function formatSpan(ms: number): string {
  if (ms < 0) return `-${formatSpan(-ms)}`;
  return ms < 2 * DAY_MS ? formatDuration(ms) : `${formatCount(Math.floor(ms / DAY_MS))} d`;
}

function trimZeros(decimal: string): string {
  return decimal.replace(/\.0$/, "");
}
