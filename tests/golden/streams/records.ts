/** Records for the cases: events of one day, by their time. */
import type { ScenarioBatch } from "../../support/stream_scenario.ts";

/** The columns of the stream `t` in most cases. */
export const COLUMNS = "at TIMESTAMP, k STRING, n INT, x DOUBLE";

/** An event on the last day of 2018, at `10:05` or `10:05:30`; null for one without a time. */
export function at(time: string | null, k: string | null = "a", n: number | null = 1): string {
  return JSON.stringify({
    at: time === null ? null : `2018-12-31T${time}`,
    k,
    n,
    x: n === null ? null : n / 4,
  });
}

/** A batch of the stream `t`. */
export function batch(...records: readonly (string | null)[]): ScenarioBatch {
  return { t: records };
}
