/** `sequence`: integers, days or times from one to another, with both. */
import { type CalendarInterval, intervalMicros } from "../../../base/text/interval.ts";
import type { TimeZone } from "../../../base/time_zone.ts";
import type { DataType, Value } from "../../../records/data_type.ts";
import { isMonths } from "../../../records/types/interval_types.ts";
import { divide } from "../../../records/values/decimal.ts";
import { calendarOf, type CalendarValue, FIELD_MICROS } from "../../../records/values/interval_text.ts";
import type { Micros } from "../../../records/values/micros.ts";
import { addMonths, plusInterval } from "../../time/time_shift.ts";
import { fit } from "../../values/fit.ts";
import { type Implementation, strict } from "../implementation.ts";
import { elementType, invalid, requireElements } from "./lists.ts";

function sequenceOfNumbers(type: DataType): Implementation {
  return strict((start: number | bigint, stop: number | bigint, step?: number | bigint) => {
    const [from, to] = [BigInt(start), BigInt(stop)];
    const by = step === undefined ? (from <= to ? 1n : -1n) : BigInt(step);
    const isValid = (by > 0n && from <= to) || (by < 0n && from >= to) || (by === 0n && from === to);
    if (!isValid) throw invalid(`The sequence from ${from} to ${to} by ${by} has no end.`);
    const count = by === 0n ? 1 : Number((to - from) / by) + 1;
    requireElements(count);
    return Array.from({ length: count }, (_none, index) => fit(from + BigInt(index) * by, type));
  });
}

/** A step of a type as an interval of the calendar. */
function stepOf(value: Value, type: DataType): CalendarInterval {
  if (type === "INTERVAL") return calendarOf(value as CalendarValue);
  if (isMonths(type)) return { months: value as number, days: 0, micros: 0n };
  const micros = value as bigint;
  return { months: 0, days: Number(micros / FIELD_MICROS.DAY), micros: micros % FIELD_MICROS.DAY };
}

/** What a sequence counts in: how a step is added some times, and how the result is compared and returned. */
interface Scale<T> {
  readonly plus: (start: Micros, step: CalendarInterval, times: number) => T;
  readonly isBehind: (position: T, stop: Micros) => boolean;
  readonly isBefore: (position: T, stop: Micros) => boolean;
  readonly valueOf: (position: T) => Value;
}

function ofTimes(zone: TimeZone): Scale<Micros> {
  return {
    plus: (start, { months, days, micros }, times) =>
      plusInterval(
        start,
        { months: months * times, days: days * times, micros: micros * BigInt(times) },
        zone,
      ),
    isBehind: (time, stop) => time > stop,
    isBefore: (time, stop) => time < stop,
    valueOf: (time) => time,
  };
}

/** Between days are microseconds: those of a step that is no whole number of days add up to days. */
const DAYS: Scale<bigint> = {
  plus: (start, { months, days, micros }, times) =>
    BigInt(addMonths(start as number, months * times) + days * times) * FIELD_MICROS.DAY +
    micros * BigInt(times),
  isBehind: (position, stop) => position > BigInt(stop) * FIELD_MICROS.DAY,
  isBefore: (position, stop) => position < BigInt(stop) * FIELD_MICROS.DAY,
  valueOf: (position) => Number(divide(position, FIELD_MICROS.DAY, "floor")),
};

/** Times in a scale; a step is a multiple of the first one, so that months keep their last days. */
function timesIn<T>(
  { plus, isBehind, isBefore, valueOf }: Scale<T>,
  { start, stop, step }: { readonly start: Micros; readonly stop: Micros; readonly step: CalendarInterval },
): Value {
  if (start === stop) return [start];
  const length = intervalMicros(step);
  const ascends = length > 0n;
  if (length === 0n || ascends !== (start < stop)) {
    throw invalid("The step of a sequence leads away from its end.");
  }
  const values: Value[] = [];
  for (let index = 0;; index++) {
    const next = plus(start, step, index);
    if (ascends ? isBehind(next, stop) : isBefore(next, stop)) return values;
    values.push(valueOf(next));
    requireElements(values.length);
  }
}

const sequenceOfTimes: Implementation = (args, call, zone) => {
  const isDate = elementType(call.type) === "DATE";
  const stepType = call.args[2]?.type;
  return strict((start: Micros, stop: Micros, by?: Value) => {
    const step = by === undefined || stepType === undefined
      ? { months: 0, days: start <= stop ? 1 : -1, micros: 0n }
      : stepOf(by, stepType);
    if (isDate && step.months === 0 && step.days === 0) {
      throw invalid("The step of a sequence of DATEs has to be a day or longer.");
    }
    const range = { start, stop, step };
    return isDate ? timesIn(DAYS, range) : timesIn(ofTimes(zone), range);
  })(args, call, zone);
};

/** See the module's description. */
export const sequence: Implementation = (args, call, zone) => {
  const type = elementType(call.type);
  const isOfTimes = type === "DATE" || type === "TIMESTAMP";
  return (isOfTimes ? sequenceOfTimes : sequenceOfNumbers(type))(args, call, zone);
};
