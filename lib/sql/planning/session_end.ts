/** The end of the session of a row whose gap is an expression. */
import { call } from "../functions/signature.ts";
import type { Expression, SessionStep } from "../plan.ts";

/** The expression of the end; NULL if the gap is no interval. */
export function sessionEnd({ time }: SessionStep, gap: Expression): Expression {
  return call(gap.type === "INTERVAL" ? "plus_calendar" : "plus_interval", [time, gap], time.type);
}
