/**
 * Intervals as text, as Spark casts them to a STRING and back: `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '1 02:00' DAY TO
 * MINUTE`, and `1 years 2 days` of the calendar.
 */
import { getOrInsert } from "../../base/collections/get_or_insert.ts";
import { type CalendarInterval, parseCalendarInterval } from "../../base/text/interval.ts";
import type { DataType, Value } from "../data_type.ts";
import {
  fieldsOfInterval,
  INTERVAL_FIELDS,
  type IntervalField,
  isMonths,
  isSqlInterval,
  type MonthInterval,
  type TimeInterval,
} from "../types/interval_types.ts";
import { withoutControls } from "./trimmed.ts";

/** Microseconds in the fields from a day on. */
export const FIELD_MICROS = {
  DAY: 86_400_000_000n,
  HOUR: 3_600_000_000n,
  MINUTE: 60_000_000n,
  SECOND: 1_000_000n,
} as const;

export const MONTHS_PER_YEAR = 12;
const MICRO_DIGITS = 6;
/** What stands before a field that is not the first. */
const SEPARATORS: Readonly<Record<IntervalField, string>> = {
  YEAR: "",
  MONTH: "-",
  DAY: "",
  HOUR: " ",
  MINUTE: ":",
  SECOND: ":",
};

/** The value of an interval of SQL. */
export type SqlIntervalValue = number | bigint;

/**
 * An interval as a literal.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(intervalText(-13, "INTERVAL YEAR TO MONTH"), "INTERVAL '-1-1' YEAR TO MONTH");
 * equal(intervalText(93_784_001_000n, "INTERVAL DAY TO SECOND"), "INTERVAL '1 02:03:04.001' DAY TO SECOND");
 * ```
 */
export function intervalText(value: SqlIntervalValue, type: MonthInterval | TimeInterval): string {
  const isNegative = value < 0;
  const fields = isMonths(type)
    ? monthFields(Math.abs(Number(value)), type)
    : timeFields(isNegative ? -(value as bigint) : value as bigint, type);
  return `INTERVAL '${isNegative ? "-" : ""}${fields}' ${type.slice("INTERVAL ".length)}`;
}

function monthFields(months: number, type: MonthInterval): string {
  if (type === "INTERVAL MONTH") return String(months);
  const years = Math.floor(months / MONTHS_PER_YEAR);
  return type === "INTERVAL YEAR" ? String(years) : `${years}-${months % MONTHS_PER_YEAR}`;
}

function timeFields(micros: bigint, type: TimeInterval): string {
  const [first, last] = fieldsOfInterval(type) as [keyof typeof FIELD_MICROS, keyof typeof FIELD_MICROS];
  const names = Object.keys(FIELD_MICROS) as (keyof typeof FIELD_MICROS)[];
  let [rest, text] = [micros, ""];
  for (const name of names.slice(names.indexOf(first), names.indexOf(last) + 1)) {
    const count = String(rest / FIELD_MICROS[name]);
    text += (name === first ? "" : SEPARATORS[name]) + (name === "DAY" ? count : count.padStart(2, "0"));
    rest %= FIELD_MICROS[name];
  }
  const fraction = String(rest).padStart(MICRO_DIGITS, "0").replace(/0+$/, "");
  return last === "SECOND" && rest !== 0n ? `${text}.${fraction}` : text;
}

/** The largest counts of fields that are not the first. */
const LARGEST: Readonly<Record<IntervalField, number>> = {
  YEAR: Infinity,
  MONTH: 11,
  DAY: Infinity,
  HOUR: 23,
  MINUTE: 59,
  SECOND: 59,
};

/** The fields of a type, and what its texts match. */
interface IntervalForm {
  readonly fields: readonly IntervalField[];
  readonly pattern: RegExp;
}

const forms = new Map<MonthInterval | TimeInterval, IntervalForm>();

function formOf(type: MonthInterval | TimeInterval): IntervalForm {
  const [first, last] = fieldsOfInterval(type);
  const fields = INTERVAL_FIELDS.slice(INTERVAL_FIELDS.indexOf(first), INTERVAL_FIELDS.indexOf(last) + 1);
  const digits = fields.map((field) =>
    `${field === first ? "" : SEPARATORS[field]}(\\d+${field === "SECOND" ? "(?:\\.\\d{1,9})?" : ""})`
  );
  return { fields, pattern: new RegExp(`^([+-]?)${digits.join("")}$`) };
}

/** What is between the quotes of a literal, with its fields; undefined if they do not fit, or it is too long. */
export function readIntervalFields(
  text: string,
  type: MonthInterval | TimeInterval,
): SqlIntervalValue | undefined {
  const { fields, pattern } = getOrInsert(forms, type, () => formOf(type));
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, sign, ...counts] = match;
  const fits = fields.every((field, index) =>
    index === 0 || Math.floor(Number(counts[index])) <= LARGEST[field]
  );
  if (!fits) return undefined;
  const size = fields.reduce((sum, field, index) => sum + lengthOf(counts[index]!, field), 0n);
  return fitted(sign === "-" ? -size : size, type);
}

/** The months or microseconds in a count of a field; what is less than a microsecond is dropped. */
function lengthOf(count: string, field: IntervalField): bigint {
  if (field === "YEAR") return BigInt(count) * BigInt(MONTHS_PER_YEAR);
  if (field === "MONTH") return BigInt(count);
  const [whole, fraction = ""] = count.split(".") as [string, string | undefined];
  return BigInt(whole) * FIELD_MICROS[field] +
    BigInt(fraction.slice(0, MICRO_DIGITS).padEnd(MICRO_DIGITS, "0"));
}

/** A length as a value of its type; undefined if it has too many bits. */
export function fitted(length: bigint, type: MonthInterval | TimeInterval): SqlIntervalValue | undefined {
  const bits = isMonths(type) ? 32 : 64;
  if (BigInt.asIntN(bits, length) !== length) return undefined;
  return isMonths(type) ? Number(length) : length;
}

const LITERAL = /^interval\s+([+-]?)'(.*)'\s+(.*)$/is;

/** The interval in a text, as CAST reads it: a literal, or what is between its quotes; undefined if there is none. */
export function parseSqlInterval(
  text: string,
  type: MonthInterval | TimeInterval,
): SqlIntervalValue | undefined {
  const whole = withoutControls(text);
  const [isLiteral, sign, quoted, fields] = LITERAL.exec(whole) ?? [];
  if (isLiteral === undefined) return readIntervalFields(whole, type);
  if (`INTERVAL ${fields!.toUpperCase().replaceAll(/\s+/g, " ")}` !== type) return undefined;
  const value = readIntervalFields(quoted!, type);
  if (value === undefined || sign !== "-") return value;
  return fitted(-BigInt(value), type);
}

/** An interval of the calendar as a value. */
export type CalendarValue = readonly [months: number, days: number, micros: bigint];

/** The calendar's interval of a value. */
export function calendarOf([months, days, micros]: CalendarValue): CalendarInterval {
  return { months, days, micros };
}

/** The calendar's interval in a text, as a value; undefined if it is none. */
export function parseCalendarValue(text: string): CalendarValue | undefined {
  const interval = parseCalendarInterval(text);
  return interval && [interval.months, interval.days, interval.micros];
}

/**
 * An interval of the calendar as text.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(calendarText([14, -3, 3_600_500_000n]), "1 years 2 months -3 days 1 hours 0.5 seconds");
 * ```
 */
export function calendarText([months, days, micros]: CalendarValue): string {
  const parts: string[] = [];
  const add = (count: number | bigint, unit: string) => {
    if (count !== 0 && count !== 0n) parts.push(`${count} ${unit}`);
  };
  add(Math.trunc(months / MONTHS_PER_YEAR), "years");
  add(months % MONTHS_PER_YEAR, "months");
  add(days, "days");
  const { HOUR, MINUTE, SECOND } = FIELD_MICROS;
  add(micros / HOUR, "hours");
  add(micros % HOUR / MINUTE, "minutes");
  const rest = micros % MINUTE;
  if (rest !== 0n) {
    const length = rest < 0n ? -rest : rest;
    const fraction = String(length % SECOND).padStart(MICRO_DIGITS, "0").replace(/0+$/, "");
    parts.push(`${rest < 0n ? "-" : ""}${length / SECOND}${fraction === "" ? "" : `.${fraction}`} seconds`);
  }
  return parts.length === 0 ? "0 seconds" : parts.join(" ");
}

/** An INTERVAL of any type as text. */
export function anyIntervalText(value: Value, type: DataType): string {
  return isSqlInterval(type)
    ? intervalText(value as SqlIntervalValue, type)
    : calendarText(value as CalendarValue);
}

/** The INTERVAL of any type in a text; undefined if there is none. */
export function parseAnyInterval(text: string, type: DataType): Value | undefined {
  return isSqlInterval(type) ? parseSqlInterval(text, type) : parseCalendarValue(text);
}
