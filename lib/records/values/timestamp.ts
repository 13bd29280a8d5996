/**
 * Parses and formats timestamps and dates by the rules of Spark's casts, which `from_json` follows without a
 * format: `2018-12-31T23:57:00.000`, `2018-12-31 23:57`, `2018-12-31`, `2018`, one or two digits for all
 * fields except the year, a zone at the end. The default is the time zone of the session.
 */
import { type TimeZone, timeZoneOf, UTC } from "../../base/time_zone.ts";
import {
  floorModulo,
  isTimestamp,
  type Micros,
  MICROS_PER_MILLI,
  MICROS_PER_SECOND,
  microsOfSeconds,
  secondsOf,
} from "./micros.ts";
import { withoutBlanks, withoutControls } from "./trimmed.ts";

/** Seconds in a day. */
export const SECONDS_PER_DAY = 86_400;

/** A reader of days since the epoch, from one of times in UTC. */
export function daysBy(read: (text: string) => Micros | null): (text: string) => number | null {
  return (text) => {
    const time = read(text);
    return time === null ? null : Math.floor(secondsOf(time) / SECONDS_PER_DAY);
  };
}

/** The fields of a parsed timestamp. */
interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  micros: number;
  /** The text after the time, or undefined if there is none. */
  zone: string | undefined;
}

const DATE_PART = /^([+-]?)(\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](.*))?)?)?$/s;
const TIME_PART = /^(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?([^\d:.].*)?$/s;

/**
 * Parses a timestamp, or returns null where Spark returns NULL.
 *
 * In Spark, a time without a date (`23:57`) is on the day on which the query runs; as this gives another
 * result every day, it is null here.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * import { UTC } from "../../base/time_zone.ts";
 * equal(parseTimestamp("2018-12-31T23:57:00.000", UTC), 1546300620000000);
 * equal(parseTimestamp(" 2018-12-31 ", UTC), 1546214400000000);
 * equal(parseTimestamp("31/12/2018", UTC), null);
 * ```
 */
export function parseTimestamp(text: string, zone: TimeZone): Micros | null {
  return parseTime(text, (written) => written === undefined ? zone : timeZoneOf(normalZone(written)));
}

/** Parses a timestamp without a time zone: one that is written, and valid, is ignored, as in Spark. */
export function parseLocalTimestamp(text: string): Micros | null {
  return parseTime(
    text,
    (written) => written === undefined || timeZoneOf(normalZone(written)) !== undefined ? UTC : undefined,
  );
}

/** Parses a timestamp without a time zone in a record, where none may be written, as in Spark. */
export function parseUnzonedTimestamp(text: string): Micros | null {
  return parseTime(text, (written) => written === undefined ? UTC : undefined);
}

/** @param zoneOf The zone of the fields, by the text of one that is written; undefined if it is invalid. */
function parseTime(
  text: string,
  zoneOf: (written: string | undefined) => TimeZone | undefined,
): Micros | null {
  const fields = readFields(withoutControls(text));
  if (fields === undefined) return null;
  const writtenZone = zoneOf(fields.zone);
  if (writtenZone === undefined) return null;
  const days = daysOfDate(fields.year, fields.month, fields.day);
  if (days === undefined || fields.hour > 23 || fields.minute > 59 || fields.second > 59) {
    return null;
  }
  const localSeconds = days * SECONDS_PER_DAY + fields.hour * 3_600 + fields.minute * 60 +
    fields.second;
  const time = microsOfSeconds(writtenZone.utcOfLocal(localSeconds), fields.micros);
  return isTimestamp(time) ? time : null;
}

/** Parses a date to days since the epoch (anything after it is ignored), or to null. */
export function parseDate(text: string): number | null {
  const match = /^([+-]?)(\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?$/s.exec(withoutControls(text));
  if (match === null) return null;
  const year = Number(match[2]) * (match[1] === "-" ? -1 : 1);
  return dateValue(year, Number(match[3] ?? 1), Number(match[4] ?? 1)) ?? null;
}

function readFields(text: string): Fields | undefined {
  const date = DATE_PART.exec(text);
  if (date === null) return undefined;
  const fields: Fields = {
    year: Number(date[2]) * (date[1] === "-" ? -1 : 1),
    month: Number(date[3] ?? 1),
    day: Number(date[4] ?? 1),
    hour: 0,
    minute: 0,
    second: 0,
    micros: 0,
    zone: undefined,
  };
  const rest = date[5];
  if (rest === undefined) return fields;
  const time = TIME_PART.exec(rest);
  // A zone may only follow the seconds, so minutes and seconds are required before one.
  if (time === null || (time[5] !== undefined && time[3] === undefined)) return undefined;
  fields.hour = Number(time[1]);
  fields.minute = Number(time[2] ?? 0);
  fields.second = Number(time[3] ?? 0);
  fields.micros = Number((time[4] ?? "").slice(0, 6).padEnd(6, "0"));
  fields.zone = time[5] === undefined ? undefined : withoutBlanks(time[5]);
  return fields;
}

/** Normalizes `+1:5` to `+01:05`, as Spark does before it looks up a zone. */
export function normalZone(zone: string): string {
  const match = /^((?:UTC|GMT|UT)?[+-])(\d{1,2}):(\d{1,2})(:\d{2})?$/.exec(zone);
  if (match === null) return zone;
  return `${match[1]}${match[2]!.padStart(2, "0")}:${match[3]!.padStart(2, "0")}${match[4] ?? ""}`;
}

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days since the epoch of a date in the proleptic Gregorian calendar, or undefined if it does not exist. */
export function daysOfDate(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const leapDay = month > 2 && isLeapYear(year) ? 1 : 0;
  return before * 365 + leapDays + DAYS_BEFORE_MONTH[month - 1]! + leapDay + day - 1 - EPOCH_DAY;
}

/** The same as a DATE, which has 32 bits; undefined also if it needs more. */
export function dateValue(year: number, month: number, day: number): number | undefined {
  const days = daysOfDate(year, month, day);
  return days === undefined || days !== (days | 0) ? undefined : days;
}

/** Days from the first day of year 1 to the epoch. */
const EPOCH_DAY = 719_162;

/** The number of days in a month, counted from 1. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The parts of a date. */
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Year, month and day of a day since the epoch, by the algorithm of Howard Hinnant. */
export function dateOfDays(days: number): DateParts {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra -
    (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/** A date as text: `2018-12-31`. */
export function dateText(days: number): string {
  const { year, month, day } = dateOfDays(days);
  return `${yearText(year)}-${two(month)}-${two(day)}`;
}

/** A timestamp in a zone, split for printing. */
function localParts(time: Micros, zone: TimeZone) {
  const utcSeconds = secondsOf(time);
  const offsetSeconds = zone.offsetAtUtc(utcSeconds);
  const localSeconds = utcSeconds + offsetSeconds;
  const days = Math.floor(localSeconds / SECONDS_PER_DAY);
  return {
    days,
    secondOfDay: localSeconds - days * SECONDS_PER_DAY,
    micros: floorModulo(time, MICROS_PER_SECOND),
    offsetSeconds,
  };
}

/**
 * A timestamp as Spark's console and a cast to STRING print it.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * import { UTC } from "../../base/time_zone.ts";
 * equal(timestampText(1546300620000000, UTC), "2018-12-31 23:57:00");
 * equal(timestampText(1546300620120000, UTC), "2018-12-31 23:57:00.12");
 * ```
 */
export function timestampText(time: Micros, zone: TimeZone): string {
  const { days, secondOfDay, micros } = localParts(time, zone);
  const fraction = micros === 0 ? "" : `.${String(micros).padStart(6, "0").replace(/0+$/, "")}`;
  return `${dateText(days)} ${timeText(secondOfDay)}${fraction}`;
}

/**
 * A timestamp as Spark's `to_json` writes it: ISO 8601 with milliseconds and the zone offset.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * import { UTC } from "../../base/time_zone.ts";
 * equal(timestampIso(1546300620000000, UTC), "2018-12-31T23:57:00.000Z");
 * ```
 */
export function timestampIso(time: Micros, zone: TimeZone): string {
  const { days, secondOfDay, micros, offsetSeconds } = localParts(time, zone);
  const millis = String(Math.floor(micros / MICROS_PER_MILLI)).padStart(3, "0");
  return `${dateText(days)}T${timeText(secondOfDay)}.${millis}${offsetText(offsetSeconds)}`;
}

function timeText(secondOfDay: number): string {
  return `${two(Math.floor(secondOfDay / 3_600))}:${two(Math.floor(secondOfDay / 60) % 60)}:${
    two(secondOfDay % 60)
  }`;
}

function offsetText(offsetSeconds: number): string {
  if (offsetSeconds === 0) return "Z";
  const total = Math.abs(offsetSeconds);
  const minutes = Math.floor(total / 60);
  // Only local mean times, from before time zones, have seconds.
  const seconds = total % 60 === 0 ? "" : `:${two(total % 60)}`;
  return `${offsetSeconds < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}${seconds}`;
}

function yearText(year: number): string {
  if (year > 9_999) return `+${year}`;
  return year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
