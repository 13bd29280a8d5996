/**
 * Intervals as Spark writes them in text: `2 years 5 months`, `1 day 2 hours`, or a literal, `interval '1 2:3:4' day
 * to second`. Months and days are kept apart from the rest: how long they are depends on the calendar.
 */

/** An interval of the calendar. */
export interface CalendarInterval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

type Field = "months" | "days" | "micros";

const UNITS: Readonly<Record<string, readonly [field: Field, size: bigint]>> = {
  year: ["months", 12n],
  month: ["months", 1n],
  week: ["days", 7n],
  day: ["days", 1n],
  hour: ["micros", 3_600_000_000n],
  minute: ["micros", 60_000_000n],
  second: ["micros", 1_000_000n],
  millisecond: ["micros", 1_000n],
  microsecond: ["micros", 1n],
};

const PART = /([+-]?)\s*(?:(\d+)(?:\.(\d{0,9}))?|\.(\d{1,9}))\s+([a-z]+)(?:\s+|$)/iy;
const [MICRO_DIGITS, INT_BITS, LONG_BITS] = [6, 32, 64];

/**
 * The interval in a text of numbers and units, after `interval` or not, as Spark casts one to an INTERVAL; undefined
 * if it is none.
 *
 * @example
 * ```ts
 * import { deepEqual, equal } from "assert";
 * deepEqual(parseCalendarInterval("2 years 5 months -1 day"), { months: 29, days: -1, micros: 0n });
 * equal(parseCalendarInterval("10s"), undefined);
 * ```
 */
export function parseCalendarInterval(text: string): CalendarInterval | undefined {
  const parts = text.trim().replace(/^interval\s+/i, "");
  const sums = { months: 0n, days: 0n, micros: 0n };
  for (let at = 0; at < parts.length || at === 0; at = PART.lastIndex) {
    PART.lastIndex = at;
    const [whole, sign, count = "0", fraction, bareFraction, word = ""] = PART.exec(parts) ?? [];
    if (whole === undefined) return undefined;
    const unit = word.toLowerCase().replace(/(?<=.)s$/, "");
    const [field, size] = (Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined) ?? [];
    const digits = fraction ?? bareFraction;
    if (field === undefined || size === undefined || (digits !== undefined && unit !== "second")) {
      return undefined;
    }
    const length = BigInt(count) * size +
      BigInt((digits ?? "").slice(0, MICRO_DIGITS).padEnd(MICRO_DIGITS, "0"));
    sums[field] += sign === "-" ? -length : length;
  }
  const { months, days, micros } = sums;
  const fits = BigInt.asIntN(INT_BITS, months) === months && BigInt.asIntN(INT_BITS, days) === days &&
    isLong(micros);
  return fits ? { months: Number(months), days: Number(days), micros } : undefined;
}

function isLong(value: bigint): boolean {
  return BigInt.asIntN(LONG_BITS, value) === value;
}

const LITERAL = /^interval\s*([+-]?)\s*(['"])(.*)\2\s*([a-z]+)\s+to\s+([a-z]+)$/is;
/** Numbers and units after `interval`, where the numbers may be quoted. */
const QUOTED = /(['"])\s*([+-]?[\d.]+)\s*\1/g;
const RANGE_UNITS = ["year", "month", "day", "hour", "minute", "second"];
/** Before each unit but the first one, and how many of it there can be. */
const SEPARATORS: Readonly<Record<string, readonly [before: string, max: number]>> = {
  month: ["-", 11],
  hour: [" ", 23],
  minute: [":", 59],
  second: [":", 59],
};

/**
 * The interval in a text that is one, or a literal of one, as Spark reads a duration; undefined if it is none, or too
 * long for one.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(parseInterval("interval '1 2:3' day to minute"), { months: 0, days: 1, micros: 7_380_000_000n });
 * ```
 */
export function parseInterval(text: string): CalendarInterval | undefined {
  const interval = intervalIn(text.trim());
  return interval !== undefined && isLong(intervalMicros(interval)) ? interval : undefined;
}

function intervalIn(literal: string): CalendarInterval | undefined {
  if (!/^interval\b/i.test(literal)) return parseCalendarInterval(literal);
  const [range, sign, , fields, from, to] = LITERAL.exec(literal) ?? [];
  if (range !== undefined) {
    const parts = rangeParts(fields!, from!.toLowerCase(), to!.toLowerCase());
    return parts === undefined ? undefined : parseCalendarInterval(sign === "-" ? negated(parts) : parts);
  }
  const plain = literal.replace(/^interval\s*/i, "");
  const quoted = /^([+-]?)\s*(['"])(.*)\2$/s.exec(plain);
  const isWhole = quoted !== null && /[a-z]/i.test(quoted[3]!) && !/['"]/.test(quoted[3]!);
  const parts = isWhole ? quoted[3]! : plain.replace(QUOTED, "$2");
  const parsed = parseCalendarInterval(parts);
  const isMixed = parsed !== undefined && parsed.months !== 0 && (parsed.days !== 0 || parsed.micros !== 0n);
  return isMixed ? undefined : parsed;
}

/** `1 2:3` from day to minute as `1 day 2 hour 3 minute`. */
function rangeParts(text: string, from: string, to: string): string | undefined {
  const units = RANGE_UNITS.slice(RANGE_UNITS.indexOf(from), RANGE_UNITS.indexOf(to) + 1);
  if (units.length < 2 || (from === "year") !== (to === "month")) return undefined;
  const fraction = to === "second" ? "(?:\\.\\d{1,9})?" : "";
  const fields = units.map((_unit, index) => `${index === 0 ? "" : SEPARATORS[units[index]!]![0]}(\\d+`);
  const match = new RegExp(`^([+-]?)${fields.join(")")}${fraction})$`).exec(text.trim());
  if (match === null) return undefined;
  const [, sign, ...counts] = match;
  const fits = counts.every((count, index) =>
    index === 0 || Math.floor(Number(count)) <= SEPARATORS[units[index]!]![1]
  );
  const parts = counts.map((count, index) => `${count} ${units[index]}`).join(" ");
  return !fits ? undefined : sign === "-" ? negated(parts) : parts;
}

/** The parts with the opposite sign; they have either none or that of the whole. */
function negated(parts: string): string {
  return parts.split(/(?<=[a-z]) /).map((part) => part.startsWith("-") ? part.slice(1) : `-${part}`).join(
    " ",
  );
}

const [MICROS_PER_DAY, DAYS_PER_MONTH, MICROS_PER_MILLI] = [86_400_000_000n, 31n, 1_000n];

/** The length of an interval in microseconds, as Spark takes it where it needs one: a month has 31 days. */
export function intervalMicros({ months, days, micros }: CalendarInterval): bigint {
  return (BigInt(months) * DAYS_PER_MONTH + BigInt(days)) * MICROS_PER_DAY + micros;
}

/**
 * The delay of a watermark in milliseconds, without what is less than one.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(delayMsOf({ months: 1, days: 0, micros: 1_999n }), 31 * 86_400_000 + 1);
 * ```
 */
export function delayMsOf(interval: CalendarInterval): number {
  return Number(intervalMicros(interval) / MICROS_PER_MILLI);
}
