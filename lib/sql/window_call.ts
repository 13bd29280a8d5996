/** What a call of `window` or `session_window` says: the time it is over, and its durations. */
import { parseDuration } from "../base/duration.ts";
import { type DataType } from "../records/data_type.ts";
import type { CallNode, ExpressionNode, StarNode } from "./ast.ts";
import { castTo } from "./coercion.ts";
import type { Expression, SessionStep, WindowStep } from "./plan.ts";
import { resolve, type ResolveContext } from "./resolve.ts";
import { sqlError } from "./sql_error.ts";

/** The type of a window. */
export const WINDOW_TYPE: DataType = {
  kind: "STRUCT",
  fields: [{ name: "start", type: "TIMESTAMP" }, { name: "end", type: "TIMESTAMP" }],
};

const MICROS_PER_MILLI = 1_000;

/**
 * Reads `window(time, size[, slide[, start]])`.
 *
 * @throws {SfcrimeError} SQL, when a duration is none, the slide is larger than the window, or a month long.
 */
export function windowCall(node: CallNode, context: ResolveContext, slot: number): WindowStep {
  const { sql } = context;
  const [timeNode, sizeNode, slideNode, startNode] = node.args;
  if (timeNode === undefined || timeNode.kind === "star" || sizeNode === undefined || node.args.length > 4) {
    throw sqlError(sql, node.at, "window takes a time and one to three durations.", EXAMPLE);
  }
  const time = timeOf("window", timeNode, context);
  const size = duration(sizeNode, sql);
  const slide = slideNode === undefined ? size : duration(slideNode, sql);
  const start = startNode === undefined ? 0 : duration(startNode, sql);
  if (size <= 0) throw sqlError(sql, sizeNode.at, "a window must be longer than zero.");
  if (slide <= 0) throw sqlError(sql, slideNode!.at, "the slide of a window must be longer than zero.");
  if (slide > size) {
    throw sqlError(sql, slideNode!.at, "the slide of a window must not be longer than the window itself.");
  }
  if (Math.abs(start) >= slide) {
    throw sqlError(sql, startNode!.at, "the start of a window must be shorter than its slide.");
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
 * Reads `session_window(time, gap)`.
 *
 * @throws {SfcrimeError} SQL, when the gap is no duration, not longer than zero, or months long.
 */
export function sessionCall(node: CallNode, context: ResolveContext, slot: number): SessionStep {
  const { sql } = context;
  const [timeNode, gapNode] = node.args;
  if (timeNode === undefined || timeNode.kind === "star" || gapNode === undefined || node.args.length > 2) {
    throw sqlError(sql, node.at, "session_window takes a time and a gap.", SESSION_EXAMPLE);
  }
  const time = timeOf("session_window", timeNode, context);
  const gap = duration(gapNode, sql, SESSION_EXAMPLE);
  if (gap <= 0) throw sqlError(sql, gapNode.at, "the gap of a session window must be longer than zero.");
  return { kind: "session window", time, gapMicros: gap * MICROS_PER_MILLI, slot };
}

function timeOf(name: string, node: ExpressionNode, context: ResolveContext): Expression {
  const time = resolve(node, context);
  const isTime = time.type === "TIMESTAMP" || time.type === "DATE" || time.type === "STRING";
  if (isTime) return castTo(time, "TIMESTAMP");
  const problem = `the first argument of ${name} must be a TIMESTAMP.`;
  throw sqlError(context.sql, node.at, problem, "CAST it first.");
}

const EXAMPLE = "For example window(call_date_time, '10 minutes', '5 minutes').";
const SESSION_EXAMPLE = "For example session_window(call_date_time, '15 minutes').";

function duration(node: ExpressionNode | StarNode, sql: string, example = EXAMPLE): number {
  if (node.kind !== "string") {
    throw sqlError(sql, node.at, "a duration in quotes, such as '10 minutes', is due here.", example);
  }
  const text = node.value;
  if (/\b(month|year|quarter)s?\b/i.test(text)) {
    throw sqlError(
      sql,
      node.at,
      "months and years have no fixed length, so no window can be of one.",
      "Use days.",
    );
  }
  const negative = /^\s*-/.test(text);
  const ms = parseDuration(text.replace(/^\s*-/, ""));
  if (ms === undefined) throw sqlError(sql, node.at, `'${text}' is not a duration.`, example);
  return negative ? -ms : ms;
}
