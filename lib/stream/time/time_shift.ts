/** Adds intervals to times: calendar months, days in a time zone, or shorter units. */
import type { CalendarInterval } from "../../base/text/interval.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import {
  add,
  floorModulo,
  type Micros,
  MICROS_PER_SECOND,
  microsOf,
  microsOfSeconds,
  secondsOf,
} from "../../records/values/micros.ts";
import { dateOfDays, daysInMonth, daysOfDate, SECONDS_PER_DAY } from "../../records/values/timestamp.ts";
import { fit, fitTimestamp } from "../values/fit.ts";

const MICROS_PER_DAY = BigInt(SECONDS_PER_DAY * MICROS_PER_SECOND);
const MONTHS_PER_YEAR = 12;

/** Adds months to a day; the last day of the month if that is shorter. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = dateOfDays(days);
  const count = year * MONTHS_PER_YEAR + month - 1 + months;
  const laterYear = Math.floor(count / MONTHS_PER_YEAR);
  const laterMonth = count - laterYear * MONTHS_PER_YEAR + 1;
  const later = daysOfDate(laterYear, laterMonth, Math.min(day, daysInMonth(laterYear, laterMonth)))!;
  return fit(BigInt(later), "INT") as number;
}

/** A time on another day, at the same local time; if that is ambiguous, with the previous offset. */
function onAnotherDay(micros: Micros, zone: TimeZone, move: (days: number) => number): Micros {
  const seconds = secondsOf(micros);
  const offset = zone.offsetAtUtc(seconds);
  const local = seconds + offset;
  const days = Math.floor(local / SECONDS_PER_DAY);
  const moved = local + (move(days) - days) * SECONDS_PER_DAY;
  const same = moved - offset;
  const utc = zone.offsetAtUtc(same) === offset ? same : zone.utcOfLocal(moved);
  return fitTimestamp(microsOfSeconds(utc, floorModulo(micros, MICROS_PER_SECOND)));
}

/** A time some calendar days later. */
export function plusDays(time: Micros, days: number, zone: TimeZone): Micros {
  return onAnotherDay(time, zone, (from) => from + days);
}

/** A time some calendar months later. */
export function plusMonths(time: Micros, months: number, zone: TimeZone): Micros {
  return onAnotherDay(time, zone, (days) => addMonths(days, months));
}

/** Days are calendar days in the time zone: the day of the change to daylight saving time has 23 hours. */
export function plusMicros(micros: Micros, more: bigint, zone: TimeZone): Micros {
  const days = Number(more / MICROS_PER_DAY);
  const moved = days === 0 ? micros : plusDays(micros, days, zone);
  return fitTimestamp(add(moved, Number(more % MICROS_PER_DAY)));
}

/** A time after an interval: its months first, then its days, then the rest. */
export function plusInterval(
  time: Micros,
  { months, days, micros }: CalendarInterval,
  zone: TimeZone,
): Micros {
  const later = months === 0 ? time : plusMonths(time, months, zone);
  const laterDay = days === 0 ? later : plusDays(later, days, zone);
  return fitTimestamp(microsOf(BigInt(laterDay) + micros));
}
