/** The date and time functions. A date is in days since the epoch, a time in microseconds. */
import { parseCalendarInterval } from "../../../base/text/interval.ts";
import type { TimeZone } from "../../../base/time_zone.ts";
import { type Value } from "../../../records/data_type.ts";
import {
  floorModulo,
  type Micros,
  MICROS_PER_MILLI,
  MICROS_PER_SECOND,
  microsOfSeconds,
  secondsOf,
  subtract,
  wrapped,
} from "../../../records/values/micros.ts";
import { dateOfDays, daysOfDate, SECONDS_PER_DAY } from "../../../records/values/timestamp.ts";
import { DATE_FORMAT_FUNCTIONS } from "./date_format_functions.ts";
import { CALENDAR_FUNCTIONS } from "./calendar_functions.ts";
import { INTERVAL_FUNCTIONS } from "./interval_functions.ts";
import { EPOCH_FUNCTIONS } from "./epoch_functions.ts";
import { UNIT_FUNCTIONS } from "./unit_functions.ts";
import { weekday } from "../../time/local_time.ts";
import { fitTimestamp } from "../../values/fit.ts";
import { addMonths, plusInterval, plusMicros, plusMonths } from "../../time/time_shift.ts";
import { chainable, type Implementation, strict } from "../implementation.ts";

const [SECONDS_PER_MINUTE, SECONDS_PER_HOUR, DAYS_PER_WEEK] = [60, 3_600, 7];
/** The Thursday of a week is three days after its Monday. */
const THURSDAY = 3;

function firstOfYear(year: number): number {
  return daysOfDate(year, 1, 1)!;
}

/** The ISO 8601 week: the first one contains the first Thursday of the year. */
function weekOfYear(days: number): number {
  const thursday = days - weekday(days) + THURSDAY;
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

/** Units up to a day, in seconds. */
const CLOCK_UNITS: Readonly<Record<string, number>> = {
  DAY: SECONDS_PER_DAY,
  DD: SECONDS_PER_DAY,
  HOUR: SECONDS_PER_HOUR,
  MINUTE: SECONDS_PER_MINUTE,
};

/** Units up to a second, in microseconds. */
const SECOND_UNITS: Readonly<Record<string, number>> = {
  SECOND: MICROS_PER_SECOND,
  MILLISECOND: MICROS_PER_MILLI,
  MICROSECOND: 1,
};

function localSeconds(time: Micros, zone: TimeZone): number {
  const seconds = secondsOf(time);
  return seconds + zone.offsetAtUtc(seconds);
}

/** Cuts off what is below a unit of the clock. The offset stays, where it is one of the earlier time. */
function cutOff(time: Micros, unitSeconds: number, zone: TimeZone): number {
  const seconds = secondsOf(time);
  const offset = zone.offsetAtUtc(seconds);
  const cut = seconds - floorModulo(seconds + offset, unitSeconds);
  return zone.offsetAtUtc(cut) === offset ? cut : zone.utcOfLocal(cut + offset);
}

function dateTrunc(unit: string, time: Micros, zone: TimeZone): Micros | null {
  const name = unit.toUpperCase();
  const [micros, seconds] = [SECOND_UNITS[name], CLOCK_UNITS[name]];
  // Below the first TIMESTAMP, Spark's arithmetic wraps around.
  if (micros !== undefined) return wrapped(subtract(time, floorModulo(time, micros)));
  if (seconds !== undefined) return fitTimestamp(microsOfSeconds(cutOff(time, seconds, zone)));
  const days = Math.floor(localSeconds(time, zone) / SECONDS_PER_DAY);
  const first = truncatedDays(days, unit);
  return first === undefined ? null : fitTimestamp(microsOfSeconds(zone.utcOfLocal(first * SECONDS_PER_DAY)));
}

/** A function of a time in the time zone of the query. */
function ofTime(compute: (time: Micros, zone: TimeZone) => Value): Implementation {
  return (args, call, zone) => strict((time: Micros) => compute(time, zone))(args, call, zone);
}

function secondOfDay(time: Micros, zone: TimeZone): number {
  return floorModulo(localSeconds(time, zone), SECONDS_PER_DAY);
}

/** Adds the interval in a text; NULL if it is none. Rows that follow each other often have the same one. */
function plusText(zone: TimeZone): (time: Micros, text: string) => Micros | null {
  let known = "";
  let interval = parseCalendarInterval(known);
  return (time, text) => {
    if (text !== known) [known, interval] = [text, parseCalendarInterval(text)];
    return interval === undefined ? null : plusInterval(time, interval, zone);
  };
}

/** By their name in plans. */
export const DATE_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  year: strict((days: number) => dateOfDays(days).year),
  quarter: strict((days: number) => Math.ceil(dateOfDays(days).month / 3)),
  month: strict((days: number) => dateOfDays(days).month),
  day: strict((days: number) => dateOfDays(days).day),
  dayofweek: strict((days: number) => (weekday(days) + 1) % DAYS_PER_WEEK + 1),
  weekday: strict(weekday),
  dayofyear: strict((days: number) => days - firstOfYear(dateOfDays(days).year) + 1),
  weekofyear: strict(weekOfYear),
  hour: ofTime((time, zone) => Math.floor(secondOfDay(time, zone) / SECONDS_PER_HOUR)),
  minute: ofTime((time, zone) => Math.floor(secondOfDay(time, zone) / SECONDS_PER_MINUTE) % 60),
  second: ofTime((time, zone) => secondOfDay(time, zone) % SECONDS_PER_MINUTE),
  date_trunc: (args, call, zone) =>
    strict((unit: string, time: Micros) => dateTrunc(unit, time, zone))(args, call, zone),
  trunc: strict((days: number, unit: string) => truncatedDays(days, unit) ?? null),
  // Rounded towards zero, as Java divides integers.
  unix_timestamp: strict((time: Micros) =>
    typeof time === "number" ? BigInt(Math.trunc(time / MICROS_PER_SECOND)) : time / BigInt(MICROS_PER_SECOND)
  ),
  ...EPOCH_FUNCTIONS,
  ...CALENDAR_FUNCTIONS,
  ...UNIT_FUNCTIONS,
  ...INTERVAL_FUNCTIONS,
  add_months: strict(addMonths),
  plus_months: (args, call, zone) =>
    strict((time: Micros, months: number) => plusMonths(time, months, zone))(args, call, zone),
  plus_interval: (args, call, zone) => strict(plusText(zone))(args, call, zone),
  plus_micros: (args, call, zone) =>
    chainable((time: Micros, more: bigint) => plusMicros(time, more, zone))(args, call, zone),
  ...DATE_FORMAT_FUNCTIONS,
  // 32 bits, which wrap around on overflow in Java.
  date_add: chainable((days: number, more: number) => (days + more) | 0),
  date_sub: chainable((days: number, less: number) => (days - less) | 0),
  datediff: strict((end: number, start: number) => end - start),
};
