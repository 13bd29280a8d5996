/**
 * Arithmetic with INTERVALs and times, by Spark's rules: which moves which, and of what type the result is. What is constant
 * is computed here, so that a time plus a sum of literals has one length in the plan.
 */
import { type DataType, sameType, typeName } from "../../../records/data_type.ts";
import {
  isDuration,
  isIntervalType,
  isMonths,
  isSqlInterval,
  type MonthInterval,
  type TimeInterval,
  widerInterval,
} from "../../../records/types/interval_types.ts";
import { FIELD_MICROS, fitted } from "../../../records/values/interval_text.ts";
import type { Expression } from "../../plan.ts";
import { intervalExpression, intervalValue, isOfDays } from "../../syntax/interval_literal.ts";
import { chainedCall } from "../chains.ts";
import { castTo, isNumeric, isTime } from "../coercion.ts";
import { call, Refusal } from "../signature.ts";

type Pair = readonly [left: Expression, right: Expression];

/** `+` or `-` where a side is an INTERVAL, or both are times; undefined if it is neither. @throws {Refusal} */
export function intervalSum(op: "+" | "-", [left, right]: Pair): Expression | undefined {
  if (isIntervalType(right.type)) {
    return isIntervalType(left.type) || left.type === "VOID"
      ? sumOfIntervals(op, [left, right])
      : moved(left, op === "-" ? negative(right) : right);
  }
  if (isIntervalType(left.type)) {
    if (right.type === "VOID") return sumOfIntervals(op, [left, right]);
    if (op === "+") return moved(right, left);
    throw mismatch([left, right]);
  }
  return op === "-" ? difference(left, right) : undefined;
}

function mismatch([left, right]: Pair): Refusal {
  return new Refusal(`does not support ${typeName(left.type)} and ${typeName(right.type)}`);
}

function sumOfIntervals(op: "+" | "-", [left, right]: Pair): Expression {
  if (left.type === "INTERVAL" && right.type === "INTERVAL") {
    return call(op === "+" ? "add_calendar" : "subtract_calendar", [left, right], "INTERVAL");
  }
  const type = left.type === "VOID"
    ? right.type
    : right.type === "VOID"
    ? left.type
    : widerInterval(left.type, right.type);
  if (type === undefined || type === "INTERVAL") throw mismatch([left, right]);
  const sides = [castTo(left, type), castTo(right, type)] as const;
  const sign = op === "+" ? 1n : -1n;
  return constant([left, right], type, ([a, b]) => a! + sign * b!) ?? chainedCall(op, sides, type);
}

/** The literal that is computed of literals; undefined if they are none, or it does not fit. */
function constant(
  parts: readonly Expression[],
  type: DataType,
  compute: (values: readonly bigint[]) => bigint,
): Expression | undefined {
  const values = parts.flatMap((part) => isSqlInterval(part.type) ? intervalValue(part) ?? [] : []);
  if (values.length < parts.length || !isSqlInterval(type)) return undefined;
  const value = fitted(compute(values), type);
  return value === undefined ? undefined : intervalExpression(value, type);
}

/** `- interval`, or its opposite as a literal. */
export function negative(interval: Expression): Expression {
  if (interval.type === "INTERVAL") return call("negative_calendar", [interval], "INTERVAL");
  return constant([interval], interval.type, ([value]) => -value!) ??
    call("negative", [interval], interval.type);
}

/** A time that is moved by an INTERVAL. */
function moved(time: Expression, interval: Expression): Expression {
  const { type } = interval;
  if (time.type === "DATE") return movedDate(time, interval);
  if (isMonths(type)) {
    if (!isTimestamp(time.type)) throw mismatch([time, interval]);
    return call("plus_months", [time, months(interval)], time.type);
  }
  if (isTimestamp(time.type)) return movedTime(time, interval);
  if (time.type !== "STRING" && time.type !== "VOID") {
    throw mismatch([time, interval]);
  }
  // As in Spark, a text stays one.
  return castTo(movedTime(castTo(time, "TIMESTAMP"), interval), time.type);
}

function isTimestamp(type: DataType): boolean {
  return type === "TIMESTAMP" || type === "TIMESTAMP_NTZ";
}

function movedTime(time: Expression, interval: Expression): Expression {
  if (interval.type === "INTERVAL") return call("plus_calendar", [time, interval], time.type);
  return chainedCall("plus_micros", [time, micros(interval)], time.type);
}

function movedDate(date: Expression, interval: Expression): Expression {
  const { type } = interval;
  if (type === "INTERVAL") return call("date_plus_calendar", [date, interval], "DATE");
  if (isMonths(type)) return call("add_months", [date, months(interval)], "DATE");
  if (!isDuration(type) || !isOfDays(type)) return movedTime(castTo(date, "TIMESTAMP"), interval);
  return chainedCall("date_add", [date, days(interval)], "DATE");
}

/** The months, or microseconds, or days, of an INTERVAL as a number. */
function months(interval: Expression): Expression {
  return interval.kind === "literal" ? { ...interval, type: "INT" } : interval;
}

function micros(interval: Expression): Expression {
  return interval.kind === "literal" ? { ...interval, type: "BIGINT" } : interval;
}

function days(interval: Expression): Expression {
  const value = intervalValue(interval);
  return value === undefined
    ? call("interval_days", [interval], "INT")
    : { kind: "literal", value: Number(value / FIELD_MICROS.DAY), type: "INT" };
}

/** The INTERVAL between two times; undefined if they are none. */
function difference(end: Expression, start: Expression): Expression | undefined {
  const types = [end.type, start.type];
  if (types.some((type) => !isTime(type) && type !== "STRING" && type !== "VOID")) return undefined;
  if (types.some(isTimestamp)) {
    const type = types.includes("TIMESTAMP_NTZ") ? "TIMESTAMP_NTZ" : "TIMESTAMP";
    const times = [castTo(end, type), castTo(start, type)];
    return call("time_difference", times, "INTERVAL DAY TO SECOND");
  }
  const isOfDates = start.type === "DATE" || (end.type === "DATE" && start.type === "STRING");
  if (!isOfDates) return undefined;
  return call("date_difference", [castTo(end, "DATE"), castTo(start, "DATE")], "INTERVAL DAY");
}

/** `*` where a side is an INTERVAL; undefined if none is. @throws {Refusal} */
export function intervalProduct([left, right]: Pair): Expression | undefined {
  const isTurned = !isIntervalType(left.type);
  const [interval, factor] = isTurned ? [right, left] : [left, right];
  if (!isIntervalType(interval.type)) return undefined;
  return scaled("multiply_interval", interval, factor);
}

/** `/` of an INTERVAL; undefined if there is none. @throws {Refusal} */
export function intervalQuotient([left, right]: Pair): Expression | undefined {
  if (isIntervalType(left.type)) return scaled("divide_interval", left, right);
  if (isIntervalType(right.type)) throw mismatch([left, right]);
  return undefined;
}

function scaled(name: string, interval: Expression, factor: Expression): Expression {
  const { type } = interval;
  const isText = factor.type === "STRING" || factor.type === "VOID";
  if (!isText && !isNumeric(factor.type)) throw mismatch([interval, factor]);
  const result = fullInterval(type);
  const number = isText || result === "INTERVAL" ? castTo(factor, "DOUBLE") : factor;
  const isWhole = name === "multiply_interval" && interval.kind === "literal" && factor.kind === "literal" &&
    (factor.type === "INT" || factor.type === "BIGINT") && factor.value !== null;
  const product = isWhole
    ? constant([interval], result, ([value]) => value! * BigInt(factor.value as string | number))
    : undefined;
  return product ?? call(name, [interval, number], result);
}

/** The type with all fields of its kind. */
export function fullInterval(type: DataType): "INTERVAL" | MonthInterval | TimeInterval {
  if (isMonths(type)) return "INTERVAL YEAR TO MONTH";
  return isDuration(type) ? "INTERVAL DAY TO SECOND" : "INTERVAL";
}

/** `DIV` of two INTERVALs, a BIGINT; undefined if there is none. @throws {Refusal} */
export function intervalDivision([left, right]: Pair): Expression | undefined {
  if (!isIntervalType(left.type) && !isIntervalType(right.type)) return undefined;
  const type = left.type === "VOID" || sameType(left.type, right.type)
    ? right.type
    : right.type === "VOID"
    ? left.type
    : widerInterval(left.type, right.type);
  if (type === undefined || type === "INTERVAL") throw mismatch([left, right]);
  return call("DIV", [castTo(left, type), castTo(right, type)], "BIGINT");
}
