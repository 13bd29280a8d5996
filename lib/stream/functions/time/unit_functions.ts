/** The functions of units of time: differences and sums by them, parts that are not integers, other time zones. */
import { type TimeZone, UTC } from "../../../base/time_zone.ts";
import type { Value } from "../../../records/data_type.ts";
import {
  type Micros,
  MICROS_PER_MILLI,
  MICROS_PER_SECOND,
  microsOf,
} from "../../../records/values/micros.ts";
import { dateOfDays, SECONDS_PER_DAY } from "../../../records/values/timestamp.ts";
import { localDateTime, movedToZone, requireZone, weekday } from "../../time/local_time.ts";
import { plusMicros, plusMonths } from "../../time/time_shift.ts";
import { fit, fitTimestamp } from "../../values/fit.ts";
import { type Implementation, strict } from "../implementation.ts";

/** Units of a fixed length, in microseconds. */
const LENGTHS: Readonly<Record<string, bigint>> = {
  MICROSECOND: 1n,
  MILLISECOND: BigInt(MICROS_PER_MILLI),
  SECOND: BigInt(MICROS_PER_SECOND),
  MINUTE: 60n * BigInt(MICROS_PER_SECOND),
  HOUR: 3_600n * BigInt(MICROS_PER_SECOND),
  DAY: BigInt(SECONDS_PER_DAY * MICROS_PER_SECOND),
  DAYOFYEAR: BigInt(SECONDS_PER_DAY * MICROS_PER_SECOND),
  WEEK: 7n * BigInt(SECONDS_PER_DAY * MICROS_PER_SECOND),
};

/** Units of months. */
const MONTHS: Readonly<Record<string, bigint>> = { MONTH: 1n, QUARTER: 3n, YEAR: 12n };
const MONTHS_PER_YEAR = 12;

/** The unit of a call, which the analysis has checked. */
function unitOf({ args }: Parameters<Implementation>[1]): string {
  const unit = args[0]!;
  return unit.kind === "literal" ? String(unit.value) : "";
}

const timestampAdd: Implementation = (args, call, zone) => {
  const unit = unitOf(call);
  const [length, months] = [LENGTHS[unit], MONTHS[unit]];
  return strict((quantity: bigint, time: Micros): Value =>
    length !== undefined
      ? plusUnits(time, fit(quantity * length, "BIGINT") as bigint, { isClock: length < LENGTHS.DAY!, zone })
      : plusMonths(time, fit(quantity * months!, "INT") as number, zone)
  )(args.slice(1), call, zone);
};

/** Days and weeks are those of the calendar in the time zone, shorter units are not. */
function plusUnits(
  time: Micros,
  micros: bigint,
  { isClock, zone }: { readonly isClock: boolean; readonly zone: TimeZone },
): Micros {
  return isClock ? fitTimestamp(microsOf(BigInt(time) + micros)) : plusMicros(time, micros, zone);
}

/** Whole units between what clocks show at two times. */
const timestampDiff: Implementation = (args, call, zone) => {
  const unit = unitOf(call);
  const [length, months] = [LENGTHS[unit], MONTHS[unit]];
  return strict((start: Micros, end: Micros): Value => {
    const [from, to] = [start, end].map((time) => {
      const { days, secondOfDay, micros } = localDateTime(time, zone);
      const ofDay = BigInt(secondOfDay) * LENGTHS.SECOND! + BigInt(micros);
      return { days, micros: BigInt(days) * LENGTHS.DAY! + ofDay, ofDay };
    }) as [LocalMoment, LocalMoment];
    return length !== undefined
      ? (to.micros - from.micros) / length
      : BigInt(wholeMonths(from, to)) / months!;
  })(args.slice(1), call, zone);
};

interface LocalMoment {
  readonly days: number;
  readonly micros: bigint;
  readonly ofDay: bigint;
}

/** Months that have passed wholly, towards zero. */
function wholeMonths(from: LocalMoment, to: LocalMoment): number {
  const [a, b] = [dateOfDays(from.days), dateOfDays(to.days)];
  const months = (b.year - a.year) * MONTHS_PER_YEAR + b.month - a.month;
  const isBefore = b.day < a.day || (b.day === a.day && to.ofDay < from.ofDay);
  const isAfter = b.day > a.day || (b.day === a.day && to.ofDay > from.ofDay);
  if (months > 0 && isBefore) return months - 1;
  return months < 0 && isAfter ? months + 1 : months;
}

/** By their name in plans. */
export const UNIT_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  timestampadd: timestampAdd,
  timestampdiff: timestampDiff,
  "extract second": (args, call, zone) =>
    strict((time: Micros) => {
      const { secondOfDay, micros } = localDateTime(time, zone);
      return BigInt((secondOfDay % 60) * MICROS_PER_SECOND + micros);
    })(args, call, zone),
  "extract dayofweek_iso": strict((days: number) => weekday(days) + 1),
  // The year of the Thursday of the week.
  "extract yearofweek": strict((days: number) => dateOfDays(days - weekday(days) + 3).year),
  from_utc_timestamp: strict((time: Micros, zone: string) =>
    fitTimestamp(movedToZone(time, requireZone(zone, "from_utc_timestamp"), UTC))
  ),
  convert_timezone: strict((from: string, to: string, time: Micros) => {
    const instant = movedToZone(time, UTC, requireZone(from, "convert_timezone"));
    return fitTimestamp(movedToZone(instant, requireZone(to, "convert_timezone"), UTC));
  }),
  to_utc_timestamp: strict((time: Micros, zone: string) =>
    fitTimestamp(movedToZone(time, UTC, requireZone(zone, "to_utc_timestamp")))
  ),
};
