/** Dispatches of units to calls: a second stream, to be joined with the calls. */
import type { SampleCall } from "./calls.ts";

const MINUTE_MS = 60_000;

/** The columns of their stream. */
export const DISPATCH_COLUMNS = "crime_id STRING, unit STRING, dispatched_at TIMESTAMP";

/** A dispatch, as a record has it. */
export interface Dispatch {
  readonly crime_id: string;
  readonly unit: string;
  readonly dispatched_at: string;
}

/**
 * What was dispatched to some calls, in the order of its time: to each fifth call nothing, to each third two units,
 * and sometimes after more than an hour.
 */
export function dispatchesTo(calls: readonly SampleCall[]): Dispatch[] {
  return calls.flatMap(({ crime_id: id, call_date_time: time }, index) => {
    const count = index % 5 === 0 ? 0 : index % 3 === 0 ? 2 : 1;
    return Array.from({ length: count }, (_none, number) => ({
      crime_id: id!,
      unit: `E${(index + number) % 12}`,
      dispatched_at: new Date(Date.parse(`${time}Z`) + ((index * 7 + number) % 75) * MINUTE_MS).toISOString(),
    }));
  }).sort((left, right) => left.dispatched_at < right.dispatched_at ? -1 : 1);
}
