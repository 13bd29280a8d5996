/**
 * The time of a batch: what `current_timestamp()` and its like are made of. As in Spark it is a constant of each batch,
 * and stands in the log of its offsets, so that a batch that runs again has the same one.
 */
import type { Expression } from "../../plan.ts";
import { castTo } from "../coercion.ts";
import { call, counted, type Signature } from "../signature.ts";

/** The call that stands in a plan for the time of the batch. */
const BATCH_TIME_CALL = "current_timestamp";
const BATCH_TIME = call(BATCH_TIME_CALL, [], "TIMESTAMP");

/** By name in lower case. */
export const BATCH_TIME_FUNCTIONS: Readonly<Record<string, Signature>> = {
  current_timestamp: counted(0, () => BATCH_TIME),
  current_date: counted(0, () => castTo(BATCH_TIME, "DATE")),
};

/** What Spark has with parentheses only. */
export const LOCAL_TIME_FUNCTIONS: Readonly<Record<string, Signature>> = {
  localtimestamp: counted(0, () => castTo(BATCH_TIME, "TIMESTAMP_NTZ")),
};

/** The seconds since 1970 at the time of the batch. */
export function batchSeconds(): Expression {
  return call("unix_seconds", [BATCH_TIME], "BIGINT");
}

/** Whether a part of a plan needs the time of the batch. */
export function usesBatchTime(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  return isBatchTime(part) || Object.values(part).some(usesBatchTime);
}

/** A part of a plan with a time in place of that of the batch. */
export function withBatchTime<Part>(part: Part, timeMs: number): Part {
  const literal: Expression = { kind: "literal", value: timeMs * 1_000, type: "TIMESTAMP" };
  const replaced = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (isBatchTime(value)) return literal;
    if (Array.isArray(value)) return value.map(replaced);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner)]));
  };
  return replaced(part) as Part;
}

function isBatchTime(part: object): boolean {
  return "kind" in part && part.kind === "call" && "name" in part && part.name === BATCH_TIME_CALL;
}
