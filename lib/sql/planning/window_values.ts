/** The window of a row as an expression. */
import { windowType } from "../functions/time/window_types.ts";
import { call } from "../functions/signature.ts";
import type { Expression, SessionStep, WindowStep } from "../plan.ts";

const MICROS_PER_DAY = 86_400_000_000;

/** The window of a row, so that conditions on it can come before the step that adds it; undefined if it may have several. */
export function windowValue(step: WindowStep | SessionStep): Expression | undefined {
  const { time } = step;
  const type = windowType(time.type);
  if (step.kind === "session window") {
    return call("struct", [time, sessionEnd(step, step.gap ?? fixedGap(step))], type);
  }
  const { sizeMicros, slideMicros, startMicros } = step;
  if (slideMicros !== sizeMicros) return undefined;
  return call("tumbling_window", [time, bigint(sizeMicros), bigint(startMicros)], type);
}

/** The end of the session of a row whose gap is an expression; NULL if the gap is no interval. */
export function sessionEnd({ time }: SessionStep, gap: Expression): Expression {
  return call(gap.type === "INTERVAL" ? "plus_calendar" : "plus_interval", [time, gap], time.type);
}

function fixedGap({ gapMicros, gapDays }: SessionStep): Expression {
  const text = `${gapDays} days ${gapMicros - gapDays * MICROS_PER_DAY} microseconds`;
  return { kind: "literal", value: text, type: "STRING" };
}

function bigint(value: number): Expression {
  return { kind: "literal", value: String(value), type: "BIGINT" };
}
