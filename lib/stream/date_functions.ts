/** The date and time functions. A date is in days since the epoch, a time in microseconds. */
import type { TimeZone } from "../base/time_zone.ts";
import { type Value } from "../records/data_type.ts";
import {
  dateOfDays,
  daysOfDate,
  MICROS_PER_MILLI,
  MICROS_PER_SECOND,
  SECONDS_PER_DAY,
} from "../records/timestamp.ts";
import { DATE_FORMAT_FUNCTIONS } from "./date_format_functions.ts";
import { EPOCH_FUNCTIONS } from "./epoch_functions.ts";
import { chainable, type Implementation, strict } from "./implementation.ts";

const [SECONDS_PER_MINUTE, SECONDS_PER_HOUR, DAYS_PER_WEEK] = [60, 3_600, 7];
/** The epoch was a Thursday, three days after Monday. */
const WEEKDAY_OF_EPOCH = 3;

function floorModulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

/** Days since Monday. */
function weekday(days: number): number {
  return floorModulo(days + WEEKDAY_OF_EPOCH, DAYS_PER_WEEK);
}

function firstOfYear(year: number): number {
  return daysOfDate(year, 1, 1)!;
}

/** The ISO 8601 week: the first one contains the first Thursday of the year. */
function weekOfYear(days: number): number {
  const thursday = days - weekday(days) + WEEKDAY_OF_EPOCH;
  return Math.floor((thursday - firstOfYear(dateOfDays(thursday).year)) / DAYS_PER_WEEK) + 1;
}

/** The first day of the unit that contains a day; undefined for other units. */
function truncatedDays(days: number, unit: string): number | undefined {
  const { year, month } = dateOfDays(days);
  switch (unit.toUpperCase()) {
    case "YEAR":
    case "YYYY":
    case "YY":
      return firstOfYear(year);
    case "QUARTER":
      return daysOfDate(year, month - (month - 1) % 3, 1);
    case "MONTH":
    case "MM":
    case "MON":
      return daysOfDate(year, month, 1);
    case "WEEK":
      return days - weekday(days);
    default:
      return undefined;
  }
}

/** Units up to a day, in microseconds. */
const SMALL_UNITS: Readonly<Record<string, number>> = {
  DAY: SECONDS_PER_DAY * MICROS_PER_SECOND,
  DD: SECONDS_PER_DAY * MICROS_PER_SECOND,
  HOUR: SECONDS_PER_HOUR * MICROS_PER_SECOND,
  MINUTE: SECONDS_PER_MINUTE * MICROS_PER_SECOND,
  SECOND: MICROS_PER_SECOND,
  MILLISECOND: MICROS_PER_MILLI,
  MICROSECOND: 1,
};

function localSeconds(micros: number, zone: TimeZone): number {
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  return seconds + zone.offsetAtUtc(seconds);
}

/** Cuts off what is below a unit. The offset stays, where it is one of the earlier time. */
function cutOff(micros: number, unitMicros: number, zone: TimeZone): number {
  const offset = zone.offsetAtUtc(Math.floor(micros / MICROS_PER_SECOND));
  const cut = micros - floorModulo(micros + offset * MICROS_PER_SECOND, unitMicros);
  const seconds = Math.floor(cut / MICROS_PER_SECOND);
  if (unitMicros <= MICROS_PER_SECOND || zone.offsetAtUtc(seconds) === offset) return cut;
  return zone.utcOfLocal(seconds + offset) * MICROS_PER_SECOND;
}

function dateTrunc(unit: string, micros: number, zone: TimeZone): number | null {
  const small = SMALL_UNITS[unit.toUpperCase()];
  if (small !== undefined) return cutOff(micros, small, zone);
  const days = Math.floor(localSeconds(micros, zone) / SECONDS_PER_DAY);
  const first = truncatedDays(days, unit);
  return first === undefined ? null : zone.utcOfLocal(first * SECONDS_PER_DAY) * MICROS_PER_SECOND;
}

function ofDate(compute: (days: number) => number): Implementation {
  return strict(compute);
}

/** A function of a time in the time zone of the query. */
function ofTime(compute: (micros: number, zone: TimeZone) => Value): Implementation {
  return (args, call, zone) => strict((micros: number) => compute(micros, zone))(args, call, zone);
}

function secondOfDay(micros: number, zone: TimeZone): number {
  return floorModulo(localSeconds(micros, zone), SECONDS_PER_DAY);
}

/** By their name in plans. */
export const DATE_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  year: ofDate((days) => dateOfDays(days).year),
  quarter: ofDate((days) => Math.ceil(dateOfDays(days).month / 3)),
  month: ofDate((days) => dateOfDays(days).month),
  day: ofDate((days) => dateOfDays(days).day),
  dayofweek: ofDate((days) => (weekday(days) + 1) % DAYS_PER_WEEK + 1),
  weekday: ofDate(weekday),
  dayofyear: ofDate((days) => days - firstOfYear(dateOfDays(days).year) + 1),
  weekofyear: ofDate(weekOfYear),
  hour: ofTime((micros, zone) => Math.floor(secondOfDay(micros, zone) / SECONDS_PER_HOUR)),
  minute: ofTime((micros, zone) => Math.floor(secondOfDay(micros, zone) / SECONDS_PER_MINUTE) % 60),
  second: ofTime((micros, zone) => secondOfDay(micros, zone) % SECONDS_PER_MINUTE),
  date_trunc: (args, call, zone) =>
    strict((unit: string, micros: number) => dateTrunc(unit, micros, zone))(args, call, zone),
  trunc: strict((days: number, unit: string) => truncatedDays(days, unit) ?? null),
  // Rounded towards zero, as Java divides integers.
  unix_timestamp: strict((micros: number) => BigInt(Math.trunc(micros / MICROS_PER_SECOND))),
  ...EPOCH_FUNCTIONS,
  ...DATE_FORMAT_FUNCTIONS,
  // 32 bits, which wrap around on overflow in Java.
  date_add: chainable((days: number, more: number) => (days + more) | 0),
  date_sub: chainable((days: number, less: number) => (days - less) | 0),
  datediff: strict((end: number, start: number) => end - start),
};
