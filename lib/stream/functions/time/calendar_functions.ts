/** The functions of dates by the calendar, and those that make dates and times of their parts. */
import { SfcrimeError } from "../../../base/errors.ts";
import type { TimeZone } from "../../../base/time_zone.ts";
import type { Value } from "../../../records/data_type.ts";
import {
  floorModulo,
  type Micros,
  MICROS_PER_SECOND,
  microsOfSeconds,
  secondsOf,
} from "../../../records/values/micros.ts";
import {
  dateOfDays,
  dateValue,
  daysInMonth,
  daysOfDate,
  SECONDS_PER_DAY,
} from "../../../records/values/timestamp.ts";
import { fitTimestamp } from "../../values/fit.ts";
import { MONTHS, shortName, WEEKDAYS } from "../../time/date_text.ts";
import { localDateTime, requireZone, weekday } from "../../time/local_time.ts";
import { type Implementation, strict } from "../implementation.ts";

const DAYS_PER_WEEK = 7;

/** The place of a name in the week, from Monday on; undefined if it is none. */
function placeOfDay(name: string): number | undefined {
  const written = name.toLowerCase();
  const place = WEEKDAYS.findIndex((day) => {
    const known = day.toLowerCase();
    return [known, known.slice(0, 3), known.slice(0, 2)].includes(written);
  });
  return place < 0 ? undefined : place;
}

/** The first such day of the week after a date. */
function nextDay(days: number, name: string): number {
  const place = placeOfDay(name);
  if (place === undefined) {
    throw new SfcrimeError("QUERY_FAILED", `next_day: ${JSON.stringify(name)} is not a day of the week.`);
  }
  return days + 1 + floorModulo(place - weekday(days) - 1, DAYS_PER_WEEK);
}

function lastDay(days: number): number {
  const { year, month, day } = dateOfDays(days);
  return days - day + daysInMonth(year, month);
}

const [MONTHS_PER_YEAR, DAYS_PER_MONTH, EIGHT_DIGITS] = [12, 31, 1e8];

/** Months of 31 days, but whole ones between the same days of two months, or between their last days. */
function monthsBetween(end: Micros, start: Micros, { zone, isRounded }: {
  readonly zone: TimeZone;
  readonly isRounded: boolean;
}): number {
  const [a, b] = [end, start].map((time) => {
    const { days } = localDateTime(time, zone);
    const { year, month, day } = dateOfDays(days);
    const sinceMidnight = secondsOf(time) - zone.utcOfLocal(days * SECONDS_PER_DAY);
    const isLast = day === daysInMonth(year, month);
    return {
      months: year * MONTHS_PER_YEAR + month,
      seconds: day * SECONDS_PER_DAY + sinceMidnight,
      day,
      isLast,
    };
  }) as [MonthPlace, MonthPlace];
  const months = a.months - b.months;
  if (a.day === b.day || (a.isLast && b.isLast)) return months;
  const exact = months + (a.seconds - b.seconds) / (DAYS_PER_MONTH * SECONDS_PER_DAY);
  return isRounded ? Math.floor(exact * EIGHT_DIGITS + 0.5) / EIGHT_DIGITS : exact;
}

interface MonthPlace {
  readonly months: number;
  readonly seconds: number;
  readonly day: number;
  readonly isLast: boolean;
}

const MINUTE_MICROS = 60 * MICROS_PER_SECOND;

/** The seconds have six decimal places; 60 of them are the next minute. */
function makeTimestamp(parts: readonly number[], micros: number, zone: TimeZone): Micros | undefined {
  const [year, month, day, hour, minute] = parts as [number, number, number, number, number];
  const days = daysOfDate(year, month, day);
  const areValid = days !== undefined && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 &&
    micros >= 0 &&
    micros <= MINUTE_MICROS;
  if (!areValid) return undefined;
  const seconds = days * SECONDS_PER_DAY + hour * 3_600 + minute * 60 +
    Math.floor(micros / MICROS_PER_SECOND);
  return fitTimestamp(microsOfSeconds(zone.utcOfLocal(seconds), micros % MICROS_PER_SECOND));
}

function made(name: string, otherwise: () => Value): Implementation {
  return (args, call, zone) =>
    strict((...values: Value[]) => {
      const parts = values.slice(0, 5).map(Number);
      const own = values[6] === undefined ? zone : requireZone(values[6] as string, name);
      return makeTimestamp(parts, Number(values[5]), own) ?? otherwise();
    })(args, call, zone);
}

function failed(name: string): never {
  throw new SfcrimeError(
    "QUERY_FAILED",
    `${name}: the parts are not those of a ${name === "make_date" ? "date" : "time"}.`,
    name === "make_date" ? {} : { hint: "Use try_make_timestamp to get NULL instead." },
  );
}

/** By their name in plans. */
export const CALENDAR_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  next_day: strict(nextDay),
  last_day: strict(lastDay),
  months_between: (args, call, zone) =>
    strict((end: Micros, start: Micros, isRounded = true) => monthsBetween(end, start, { zone, isRounded }))(
      args,
      call,
      zone,
    ),
  dayname: strict((days: number) => shortName(WEEKDAYS[weekday(days)]!)),
  monthname: strict((days: number) => shortName(MONTHS[dateOfDays(days).month - 1]!)),
  unix_date: strict((days: number) => days),
  date_from_unix_date: strict((days: number) => days),
  make_date: strict((year: number, month: number, day: number): Value =>
    dateValue(year, month, day) ?? failed("make_date")
  ),
  make_timestamp: made("make_timestamp", () => failed("make_timestamp")),
  try_make_timestamp: made("try_make_timestamp", () => null),
  make_timestamp_ntz: made("make_timestamp_ntz", () => failed("make_timestamp_ntz")),
  try_make_timestamp_ntz: made("try_make_timestamp_ntz", () => null),
};
