/**
 * What a batch runs with, which step 1 logs: its watermarks, how far ahead event times may be, and its time. A batch
 * that runs again has what it had before, whatever the clock says now.
 */
import type { BatchWatermarks } from "../../stream/time/watermark.ts";

/** What the terms of a batch depend on. */
export interface TermsOptions {
  readonly nowMs: number;
  /** How far ahead of the clock event times may be; undefined if there is no bound. */
  readonly aheadMs: number | undefined;
  /** Whether the query asks for the time of a batch. */
  readonly usesTime: boolean;
  /** What was logged of the batch, if it runs again. */
  readonly logged: BatchWatermarks | undefined;
}

/** The terms of a batch with the given watermarks. */
export function batchTerms(
  watermarks: BatchWatermarks,
  { nowMs, aheadMs, usesTime, logged }: TermsOptions,
): BatchWatermarks {
  const latestMs = aheadMs === undefined ? undefined : nowMs + aheadMs;
  return {
    ...watermarks,
    eventTimeMaxMs: logged === undefined ? latestMs : logged.eventTimeMaxMs,
    timeMs: usesTime ? logged?.timeMs ?? nowMs : undefined,
  };
}
