/** Parses the arguments of `window` and `session_window`: the time column and the durations. */
import { parseDuration } from "../../base/text/duration.ts";
import { type DataType, typeName } from "../../records/data_type.ts";
import { MICROS_PER_MILLI } from "../../records/values/micros.ts";
import type { CallNode, ExpressionNode, StarNode } from "../syntax/ast.ts";
import { castTo, isNumeric } from "../functions/coercion.ts";
import type { Expression, SessionStep, WindowStep } from "../plan.ts";
import { resolve, type ResolveContext } from "../expressions/resolve.ts";
import { sqlError } from "../syntax/sql_error.ts";

/** The type of a window. */
export const WINDOW_TYPE: DataType = {
  kind: "STRUCT",
  fields: [{ name: "start", type: "TIMESTAMP" }, { name: "end", type: "TIMESTAMP" }],
};

/**
 * Parses `window(time, size[, slide[, start]])`.
 *
 * @throws {SfcrimeError} SQL, if a duration is invalid or in months, or if the slide is longer than the
 * window.
 */
export function windowCall(node: CallNode, context: ResolveContext, slot: number): WindowStep {
  const { sql } = context;
  const [timeNode, sizeNode, slideNode, startNode] = node.args;
  if (timeNode === undefined || timeNode.kind === "star" || sizeNode === undefined || node.args.length > 4) {
    throw sqlError(sql, node.at, "window requires a time and 1 to 3 durations.", EXAMPLE);
  }
  const time = timeOf("window", timeNode, context);
  const size = duration(sizeNode, sql);
  const slide = slideNode === undefined ? size : duration(slideNode, sql);
  const start = startNode === undefined ? 0 : duration(startNode, sql);
  if (size <= 0) throw sqlError(sql, sizeNode.at, "the window duration must be greater than zero.");
  if (slide <= 0) throw sqlError(sql, slideNode!.at, "the slide duration must be greater than zero.");
  if (slide > size) {
    throw sqlError(sql, slideNode!.at, "the slide duration must not be longer than the window duration.");
  }
  if (Math.abs(start) >= slide) {
    throw sqlError(sql, startNode!.at, "the start time of the window must be less than its slide duration.");
  }
  return {
    kind: "window",
    time,
    sizeMicros: size * MICROS_PER_MILLI,
    slideMicros: slide * MICROS_PER_MILLI,
    startMicros: start * MICROS_PER_MILLI,
    slot,
  };
}

/**
 * Parses `session_window(time, gap)`.
 *
 * @throws {SfcrimeError} SQL, if the gap is invalid, not greater than zero, or in months.
 */
export function sessionCall(node: CallNode, context: ResolveContext, slot: number): SessionStep {
  const { sql } = context;
  const [timeNode, gapNode] = node.args;
  if (timeNode === undefined || timeNode.kind === "star" || gapNode === undefined || node.args.length > 2) {
    throw sqlError(sql, node.at, "session_window requires a time and a gap duration.", SESSION_EXAMPLE);
  }
  const time = timeOf("session_window", timeNode, context);
  const gap = duration(gapNode, sql, SESSION_EXAMPLE);
  if (gap <= 0) throw sqlError(sql, gapNode.at, "the gap duration must be greater than zero.");
  return {
    kind: "session window",
    time,
    gapMicros: gap * MICROS_PER_MILLI,
    gapDays: gapNode.kind === "string" ? daysIn(gapNode.value) : 0,
    slot,
  };
}

const DAYS_PER_WEEK = 7;

/** The days in a duration; `24 hours` has none. */
function daysIn(text: string): number {
  let days = 0;
  for (const [, count, unit] of text.matchAll(/(?<![\d.])(\d+)\s*(d|days?|w|weeks?)(?![a-z])/gi)) {
    days += Number(count) * (/^w/i.test(unit!) ? DAYS_PER_WEEK : 1);
  }
  return days;
}

function timeOf(name: string, node: ExpressionNode, context: ResolveContext): Expression {
  const time = resolve(node, context);
  const isTime = time.type === "TIMESTAMP" || time.type === "DATE" || time.type === "STRING";
  if (isTime) return castTo(time, "TIMESTAMP");
  const problem = `the first argument of ${name} must be a TIMESTAMP, but is ${typeName(time.type)}.`;
  // A CAST would take every number for seconds.
  const hint = isNumeric(time.type)
    ? "Use timestamp_seconds, timestamp_millis or timestamp_micros."
    : undefined;
  throw sqlError(context.sql, node.at, problem, hint);
}

const EXAMPLE = "For example window(call_date_time, '10 minutes', '5 minutes').";
const SESSION_EXAMPLE = "For example session_window(call_date_time, '15 minutes').";

function duration(node: ExpressionNode | StarNode, sql: string, example = EXAMPLE): number {
  if (node.kind !== "string") {
    throw sqlError(sql, node.at, "expected a quoted duration, such as '10 minutes'.", example);
  }
  const text = node.value;
  if (/\b(month|year|quarter)s?\b/i.test(text)) {
    const problem = "intervals with months and years are not supported for windows: their length varies.";
    throw sqlError(sql, node.at, problem, "Use days.");
  }
  const negative = /^\s*-/.test(text);
  const ms = parseDuration(text.replace(/^\s*-/, ""));
  if (ms === undefined) throw sqlError(sql, node.at, `'${text}' is not a duration.`, example);
  return negative ? -ms : ms;
}
