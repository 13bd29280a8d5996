/**
 * When a batch is due: what a run does next, decided from what is known. The coordinator does it.
 *
 * A trigger fires, and the topics are looked at; a batch runs, or there is none to run; then the run waits for the
 * next trigger, or ends.
 */
import { IDLE_WAIT_MS_MAX, RATE_MS_MIN } from "../base/bounds.ts";
import type { TriggerSpec } from "../config/values/values.ts";
import { triggerWaitMs } from "../stream/time/trigger.ts";

/** How much longer than planned a wait may be, as the wall clock may be slewed or set back meanwhile. */
const WAIT_FACTOR_MAX = 2;

/** A moment by both clocks: wall-clock time for users, and monotonic time for durations. */
export interface Moment {
  readonly nowMs: number;
  readonly monotonicMs: number;
}

/** A wait for the next trigger. */
export interface Wait {
  readonly kind: "wait";
  readonly ms: number;
  /** The wall-clock time at which it ends, unless the clock is set. */
  readonly untilMs: number;
  /** The monotonic time at which it ends in any case. */
  readonly latestMs: number;
}

/** A wait for more records than there were at the last look. */
export interface WaitForData {
  readonly kind: "wait-for-data";
  readonly msMax: number;
}

/** What a run does next. */
export type NextStep =
  /** The trigger fires: look at the topics. */
  | { readonly kind: "trigger" }
  | { readonly kind: "run" }
  /** Run the queries that need it without records, for what the watermark has passed. */
  | { readonly kind: "run-without-records" }
  /** This trigger runs no batch. */
  | { readonly kind: "skip" }
  | Wait
  | WaitForData
  /** End; a run that ends by its trigger may emit the groups that are still open before. */
  | { readonly kind: "end"; readonly flushes: boolean };

/** A trigger that has fired, and what has come of it so far. */
export interface FiredTrigger extends Moment {
  /** Whether there are records to read now, or a query is new: its first batch may be empty. */
  readonly takesRecords: boolean;
  /** Whether a query has state that the watermark has passed since the last batch. */
  readonly evicts: boolean;
  /** Whether it ran a batch; undefined until it did, or did not. */
  readonly ran?: boolean;
  /** Whether records are left for further batches. */
  readonly hasMore?: boolean;
  /** The last wait since then. */
  readonly waited?: Wait | WaitForData;
}

/** What is known. */
export interface RunFacts extends Moment {
  readonly trigger: TriggerSpec;
  readonly isRateLimited: boolean;
  /** Whether the run is to stop. */
  readonly isStopped: boolean;
  /** The last trigger; undefined before the first one. */
  readonly fired: FiredTrigger | undefined;
  /** How long records may still be delayed for more of them; infinite if they are not. */
  readonly delayLeftMs: number;
}

/** See the module's description. */
export function nextStep(facts: RunFacts): NextStep {
  const { trigger, isStopped, fired } = facts;
  if (isStopped) return { kind: "end", flushes: false };
  if (fired === undefined) return { kind: "trigger" };
  if (fired.ran === undefined) return batchOf(trigger, fired);
  switch (trigger.kind) {
    case "once":
      return { kind: "end", flushes: true };
    case "available-now":
      if (!fired.ran) return { kind: "end", flushes: true };
      if (fired.waited !== undefined || fired.hasMore !== true) return { kind: "trigger" };
      return wait(rateLeftMs(facts, fired), facts) ?? { kind: "trigger" };
    case "processing-time":
      return afterTrigger(trigger.intervalMs, { ...facts, fired });
  }
}

/**
 * The batch of a trigger. With `once` there is none without records, as in Spark, even if the batch of a crashed run
 * was repeated and has moved the watermark.
 */
function batchOf({ kind }: TriggerSpec, { takesRecords, evicts }: FiredTrigger): NextStep {
  if (takesRecords) return { kind: "run" };
  return { kind: evicts && kind !== "once" ? "run-without-records" : "skip" };
}

function afterTrigger(intervalMs: number, facts: RunFacts & { readonly fired: FiredTrigger }): NextStep {
  const { fired, nowMs, monotonicMs, delayLeftMs } = facts;
  const { waited } = fired;
  if (waited?.kind === "wait-for-data") return { kind: "trigger" };
  const times = { intervalMs, startMs: fired.nowMs, elapsedMs: monotonicMs - fired.monotonicMs, nowMs };
  const waits = waited === undefined
    ? wait(Math.max(triggerWaitMs(times), rateLeftMs(facts, fired)), facts)
    : waitOn(waited, facts);
  if (waits !== undefined) return waits;
  // Brokers do not report all changes, so there is a look from time to time in any case.
  return intervalMs === 0 && fired.ran === false
    ? { kind: "wait-for-data", msMax: Math.min(IDLE_WAIT_MS_MAX, Math.max(1, delayLeftMs)) }
    : { kind: "trigger" };
}

function rateLeftMs({ isRateLimited, monotonicMs }: RunFacts, fired: FiredTrigger): number {
  return isRateLimited ? fired.monotonicMs + RATE_MS_MIN - monotonicMs : 0;
}

function wait(ms: number, { nowMs, monotonicMs }: Moment): Wait | undefined {
  return ms > 0
    ? { kind: "wait", ms, untilMs: nowMs + ms, latestMs: monotonicMs + WAIT_FACTOR_MAX * ms }
    : undefined;
}

/**
 * What is left of a wait. A slewed wall clock may not have reached the tick yet, and a batch before it would be
 * followed by another one at the tick. If the clock was set back, the tick is not waited for any longer than that: the
 * next wait starts from the new time.
 */
function waitOn(waited: Wait, { nowMs, monotonicMs }: Moment): Wait | undefined {
  const leftMs = waited.untilMs - nowMs;
  // A clock of whole milliseconds may be behind by almost one.
  const ms = Math.floor(leftMs) + 1;
  const isWorthwhile = leftMs > 0 && ms < waited.ms && monotonicMs + ms <= waited.latestMs;
  return isWorthwhile ? { ...waited, ms } : undefined;
}
