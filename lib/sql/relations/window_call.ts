/** Parses the arguments of `window` and `session_window`: the time column and the durations. */
import { parseDuration } from "../../base/text/duration.ts";
import { intervalMicros, parseCalendarInterval, parseInterval } from "../../base/text/interval.ts";
import { typeName } from "../../records/data_type.ts";
import { MICROS_PER_MILLI } from "../../records/values/micros.ts";
import type { CallNode, ExpressionNode, StarNode, TextRange } from "../syntax/ast.ts";
import { castTo, isNumeric } from "../functions/coercion.ts";
import { call } from "../functions/signature.ts";
import { timeTypeOf } from "../functions/time/window_types.ts";
import type { Expression, SessionStep, WindowStep } from "../plan.ts";
import { resolve, type ResolveContext } from "../expressions/resolve.ts";
import { sqlError } from "../syntax/sql_error.ts";

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
  const sizeMicros = windowMicros(sizeNode, sql);
  const slideMicros = slideNode === undefined ? sizeMicros : windowMicros(slideNode, sql);
  const startMicros = startNode === undefined ? 0 : windowMicros(startNode, sql);
  if (sizeMicros <= 0) throw sqlError(sql, sizeNode.at, "the window duration must be greater than zero.");
  if (slideMicros <= 0) throw sqlError(sql, slideNode!.at, "the slide duration must be greater than zero.");
  if (slideMicros > sizeMicros) {
    throw sqlError(sql, slideNode!.at, "the slide duration must not be longer than the window duration.");
  }
  if (Math.abs(startMicros) >= slideMicros) {
    throw sqlError(sql, startNode!.at, "the start time of the window must be less than its slide duration.");
  }
  return { kind: "window", time, sizeMicros, slideMicros, startMicros, slot };
}

/**
 * Parses `session_window(time, gap)`. The gap is a text: a constant of fixed length, or any other expression.
 *
 * @throws {SfcrimeError} SQL, if the gap is invalid, or is not greater than zero.
 */
export function sessionCall(node: CallNode, context: ResolveContext, slot: number): SessionStep {
  const { sql } = context;
  const [timeNode, gapNode] = node.args;
  const isComplete = timeNode !== undefined && timeNode.kind !== "star" && gapNode !== undefined &&
    gapNode.kind !== "star" && node.args.length === 2;
  if (!isComplete) {
    throw sqlError(sql, node.at, "session_window requires a time and a gap duration.", SESSION_EXAMPLE);
  }
  const time = timeOf("session_window", timeNode, context);
  if (gapNode.kind === "string") {
    return { kind: "session window", time, ...fixedGap(gapNode, sql), slot };
  }
  const gap = resolve(gapNode, context);
  if (gap.type === "STRING" || gap.type === "INTERVAL") {
    return { kind: "session window", time, gapMicros: 0, gapDays: 0, gap, slot };
  }
  const problem = `the gap of session_window must be a STRING or INTERVAL, but is ${typeName(gap.type)}.`;
  throw sqlError(sql, gapNode.at, problem, SESSION_EXAMPLE);
}

/** A constant gap. Months have no fixed length, so that they are added to the time of each row. */
function fixedGap(
  node: ExpressionNode & { readonly kind: "string" },
  sql: string,
): Pick<SessionStep, "gapMicros" | "gapDays" | "gap"> {
  const { value: text, at } = node;
  const interval = parseCalendarInterval(text);
  const micros = interval === undefined ? shortMicros(text) : intervalMicros(interval);
  if (micros === undefined) throw sqlError(sql, at, `'${text}' is not a duration.`, SESSION_EXAMPLE);
  if (micros <= 0n) throw sqlError(sql, at, "the gap duration must be greater than zero.");
  if (interval !== undefined && interval.months !== 0) {
    return { gapMicros: 0, gapDays: 0, gap: { kind: "literal", value: text, type: "STRING" } };
  }
  return { gapMicros: safeMicros(micros, at, sql), gapDays: interval?.days ?? daysIn(text) };
}

const DAYS_PER_WEEK = 7;

/** The days in a duration in the short form; `24h` has none. */
function daysIn(text: string): number {
  let days = 0;
  for (const [, count, unit] of text.matchAll(/(?<![\d.])(\d+)\s*(d|days?|w|weeks?)(?![a-z])/gi)) {
    days += Number(count) * (/^w/i.test(unit!) ? DAYS_PER_WEEK : 1);
  }
  return days;
}

function timeOf(name: string, node: ExpressionNode, context: ResolveContext): Expression {
  const time = resolve(node, context);
  // The rows of a window are as old as its last moment.
  const ofWindow = timeTypeOf(time.type);
  if (ofWindow !== undefined) return call("window_time", [time], ofWindow);
  if (time.type === "TIMESTAMP_NTZ") return time;
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

/** A duration of `window`: a text, or a number of microseconds. */
function windowMicros(node: ExpressionNode | StarNode, sql: string): number {
  if (node.kind === "number" && /^-?\d+$/.test(node.text) && /^L?$/.test(node.suffix)) {
    return safeMicros(BigInt(node.text), node.at, sql);
  }
  if (node.kind !== "string") {
    throw sqlError(sql, node.at, "expected a quoted duration, such as '10 minutes'.", EXAMPLE);
  }
  const { value: text, at } = node;
  const interval = parseInterval(text);
  if (interval !== undefined && interval.months !== 0) {
    const problem = "intervals with months and years are not supported for windows: their length varies.";
    throw sqlError(sql, at, problem, "Use days.");
  }
  const micros = interval === undefined ? shortMicros(text) : intervalMicros(interval);
  if (micros === undefined) throw sqlError(sql, at, `'${text}' is not a duration.`, EXAMPLE);
  return safeMicros(micros, at, sql);
}

/** A duration in the short form, which Spark does not have. */
function shortMicros(text: string): bigint | undefined {
  const ms = parseDuration(text.replace(/^\s*-/, ""));
  const micros = ms === undefined ? undefined : BigInt(ms) * BigInt(MICROS_PER_MILLI);
  return micros !== undefined && /^\s*-/.test(text) ? -micros : micros;
}

/** A duration as a number, if that is exactly the same. */
function safeMicros(micros: bigint, at: TextRange, sql: string): number {
  if (BigInt(Number(micros)) === micros) return Number(micros);
  throw sqlError(sql, at, "a duration of 285 years or more has to be a whole number of days.");
}
