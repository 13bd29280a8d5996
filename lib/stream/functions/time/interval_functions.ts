/**
 * Functions of INTERVALs. Of SQL's ones the value is a number of months or microseconds; one of the calendar has months,
 * days and microseconds.
 */
import type { TimeZone } from "../../../base/time_zone.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import type { DataType, Value } from "../../../records/data_type.ts";
import { isMonths } from "../../../records/types/interval_types.ts";
import { type Micros, MICROS_PER_SECOND, secondsOf } from "../../../records/values/micros.ts";
import {
  calendarOf,
  type CalendarValue,
  FIELD_MICROS,
  MONTHS_PER_YEAR,
} from "../../../records/values/interval_text.ts";
import { isDecimal, isIntegral } from "../../../sql/functions/coercion.ts";
import type { Expression } from "../../../sql/plan.ts";
import { addMonths, plusInterval } from "../../time/time_shift.ts";
import { divide } from "../../../records/values/decimal.ts";
import { fit, requireDivisor } from "../../values/fit.ts";
import { type Implementation, strict } from "../implementation.ts";

const { DAY, HOUR, MINUTE } = FIELD_MICROS;
const DAYS_PER_WEEK = 7n;

function fitMonths(months: bigint): number {
  return fit(months, "INTERVAL YEAR TO MONTH") as number;
}

function fitMicros(micros: bigint): bigint {
  return fit(micros, "INTERVAL DAY TO SECOND") as bigint;
}

/** A number, rounded half away from zero. @throws {SfcrimeError} QUERY_FAILED if it is not finite. */
function rounded(value: number): bigint {
  if (!Number.isFinite(value)) {
    throw new SfcrimeError("QUERY_FAILED", `An INTERVAL cannot be ${value} times as long.`);
  }
  const whole = Math.trunc(value);
  return BigInt(whole) + BigInt(Math.trunc((value - whole) * 2));
}

/** A number of a type as a fraction of integers; undefined for floating-point numbers. */
function fractionOf(type: DataType): ((value: Value) => readonly [bigint, bigint]) | undefined {
  if (isDecimal(type)) {
    const scale = 10n ** BigInt(type.scale);
    return (value) => [value as bigint, scale];
  }
  return isIntegral(type) ? (value) => [BigInt(value as number | bigint), 1n] : undefined;
}

/** An INTERVAL of SQL times or divided by a number, rounded half up. */
function scaled(isQuotient: boolean): Implementation {
  return (args, call, zone) => {
    const [{ type }, number] = call.args as [Expression, Expression];
    if (type === "INTERVAL") return strict(isQuotient ? divided : multiplied)(args, call, zone);
    const fraction = fractionOf(number.type);
    const result = (value: bigint) => fit(value, call.type);
    if (fraction === undefined) {
      return strict((interval: number | bigint, by: number) => {
        const length = Number(interval);
        return result(rounded(isQuotient ? length / requireDivisor(by, 0) : length * by));
      })(args, call, zone);
    }
    return strict((interval: number | bigint, by: Value) => {
      const [over, under] = fraction(by);
      const [multiplier, divisor] = isQuotient ? [under, requireDivisor(over, 0n)] : [over, under];
      return result(divide(BigInt(interval) * multiplier, divisor));
    })(args, call, zone);
  };
}

/** An interval of the calendar of fractions: what months lack is added to days, and so on. */
function ofFractions(months: number, days: number, micros: number): CalendarValue {
  const wholeMonths = Math.trunc(months);
  const wholeDays = Math.trunc(days);
  return calendar(
    BigInt(wholeMonths),
    BigInt(wholeDays),
    rounded(
      micros + Number(DAY) * (days - wholeDays),
    ),
  );
}

function multiplied([months, days, micros]: CalendarValue, by: number): Value {
  return ofFractions(months * by, days * by, Number(micros) * by);
}

function divided([months, days, micros]: CalendarValue, by: number): Value {
  requireDivisor(by, 0);
  return ofFractions(months / by, days / by, Number(micros) / by);
}

/** @throws {SfcrimeError} QUERY_FAILED if a part has too many bits. */
function calendar(months: bigint, days: bigint, micros: bigint): CalendarValue {
  return [fitMonths(months), fitMonths(days), fitMicros(micros)];
}

function added(sign: 1n | -1n): (left: CalendarValue, right: CalendarValue) => Value {
  return (left, right) =>
    calendar(
      BigInt(left[0]) + sign * BigInt(right[0]),
      BigInt(left[1]) + sign * BigInt(right[1]),
      left[2] + sign * right[2],
    );
}

/** A DATE takes whole days only. */
function datePlus(date: number, [months, days, micros]: CalendarValue): Value {
  if (micros === 0n) return (addMonths(date, months) + days) | 0;
  throw new SfcrimeError(
    "QUERY_FAILED",
    "An INTERVAL with hours, minutes or seconds cannot be added to a DATE.",
    { hint: "CAST the DATE to TIMESTAMP." },
  );
}

/** The microseconds in a number of seconds with six digits after the point. */
type Seconds = bigint;

function makeCalendar(
  years: number,
  months: number,
  weeks: number,
  days: number,
  hours: number,
  minutes: number,
  seconds: Seconds,
): Value {
  return calendar(
    BigInt(years) * BigInt(MONTHS_PER_YEAR) + BigInt(months),
    BigInt(weeks) * DAYS_PER_WEEK + BigInt(days),
    BigInt(hours) * HOUR + BigInt(minutes) * MINUTE + seconds,
  );
}

/** What EXTRACT takes of an INTERVAL: of its months, or of its days and the rest, which one of the calendar has both. */
function part(ofMonths: (months: number) => Value, ofTime: (micros: bigint) => Value): Implementation {
  return (args, call, zone) => {
    const { type } = call.args[0]!;
    if (type !== "INTERVAL") return (isMonths(type) ? strict(ofMonths) : strict(ofTime))(args, call, zone);
    const isOfMonths = call.name === "interval year" || call.name === "interval month";
    return strict(([months, days, micros]: CalendarValue) =>
      isOfMonths ? ofMonths(months) : ofTime(BigInt(days) * DAY + micros)
    )(args, call, zone);
  };
}

/** The time that clocks show, in microseconds as if it were UTC. */
function shownAt(time: Micros, zone: TimeZone): bigint {
  return BigInt(time) + BigInt(zone.offsetAtUtc(secondsOf(time)) * MICROS_PER_SECOND);
}

const never = (): Value => null;

/** By their name in plans. */
export const INTERVAL_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  // What clocks show counts: the day of a change to daylight saving time has 24 hours.
  time_difference: (args, call, zone) =>
    strict((end: Micros, start: Micros) => fitMicros(shownAt(end, zone) - shownAt(start, zone)))(
      args,
      call,
      zone,
    ),
  date_difference: strict((end: number, start: number) => BigInt(end - start) * DAY),
  interval_days: strict((micros: bigint) => Number(micros / DAY)),
  interval_length: strict((interval: number | bigint) => Number(interval)),
  interval_sign: strict((interval: number | bigint) => interval > 0 ? 1 : interval < 0 ? -1 : 0),
  multiply_interval: scaled(false),
  divide_interval: scaled(true),
  add_calendar: strict(added(1n)),
  subtract_calendar: strict(added(-1n)),
  negative_calendar: strict(([months, days, micros]: CalendarValue) =>
    calendar(-BigInt(months), -BigInt(days), -micros)
  ),
  plus_calendar: (args, call, zone) =>
    strict((time: Micros, interval: CalendarValue) => plusInterval(time, calendarOf(interval), zone))(
      args,
      call,
      zone,
    ),
  date_plus_calendar: strict(datePlus),
  make_ym_interval: strict((years: number, months: number) =>
    fitMonths(BigInt(years) * BigInt(MONTHS_PER_YEAR) + BigInt(months))
  ),
  make_dt_interval: strict((days: number, hours: number, minutes: number, seconds: Seconds) =>
    fitMicros(BigInt(days) * DAY + BigInt(hours) * HOUR + BigInt(minutes) * MINUTE + seconds)
  ),
  make_interval: strict(makeCalendar),
  "interval year": part((months) => Math.trunc(months / MONTHS_PER_YEAR) + 0, never),
  "interval month": part((months) => months % MONTHS_PER_YEAR + 0, never),
  "interval day": part(never, (micros) => Number(micros / DAY)),
  "interval hour": part(never, (micros) => Number(micros % DAY / HOUR)),
  "interval minute": part(never, (micros) => Number(micros % HOUR / MINUTE)),
  "interval second": part(never, (micros) => micros % MINUTE),
};
