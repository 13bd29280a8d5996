/**
 * Detects outages of Kafka and their ends: the pure part, which is given the waits and the time.
 *
 * A *wait* is a request to Kafka, with all its retries. An outage is reported when a wait has lasted for
 * {@link OUTAGE_REPORTED_MS}, and is over when there is a response and no wait has lasted that long any more. So
 * it is reported once, however many connections, partitions and requests it affects. If only some servers of
 * a cluster respond, it lasts as long as anything waits for the others.
 */
import { OUTAGE_AGAIN_MS, OUTAGE_REPORTED_MS } from "../../base/bounds.ts";

/** A report about an outage. */
export type OutageNews =
  | {
    readonly kind: "silent";
    /** The servers that have not responded. */
    readonly servers: readonly string[];
    readonly silentMs: number;
    /** How long retries continue. */
    readonly leftMs: number;
    /** The error if Kafka does respond, but only with errors. */
    readonly refusal?: string;
  }
  | { readonly kind: "back"; readonly afterMs: number };

/** The options of {@link OutageWatch.begin}. */
export interface WaitOptions {
  /** When it started, if earlier. */
  readonly sinceMs?: number;
  /** When it times out. */
  readonly untilMs: number;
  /** The servers that it waits for. */
  readonly servers: () => readonly string[];
  /**
   * Since when nothing was received, if that is later than the start of the wait: a response may be in
   * transit.
   */
  readonly quietSinceMs?: () => number;
}

/** A request that Kafka has not answered. */
export interface Wait extends WaitOptions {
  readonly sinceMs: number;
  /** The last error that Kafka returned. */
  refusal?: string;
}

/**
 * A check that is this late was delayed: this thread was busy, or its process was suspended. Responses may
 * have arrived in the meantime that have not been read.
 */
const LATE_CHECK_MS = 2_000;

/** A wait that continues one that ended without a response starts within this time. */
const CARRIED_MS_MAX = 1_000;

/** See the module's description. All times are from one monotonic clock. */
export class OutageWatch {
  readonly #waits = new Set<Wait>();
  /** Waiting before this moment does not count. */
  #countFromMs = -Infinity;
  #checkedMs = -Infinity;
  /** A wait that has ended without a response, and may be continued by another one. */
  #carried: { readonly sinceMs: number; readonly endedMs: number } | undefined;
  #outage: { readonly sinceMs: number; reportedMs: number } | undefined;

  /** Whether there are waits. */
  get isWaiting(): boolean {
    return this.#waits.size > 0;
  }

  begin(options: WaitOptions, nowMs: number): Wait {
    const { sinceMs = nowMs, endedMs = -Infinity } = this.#carried ?? {};
    // There were no checks while there were no waits.
    if (this.#waits.size === 0) this.#checkedMs = nowMs;
    const wait: Wait = { sinceMs: nowMs - endedMs > CARRIED_MS_MAX ? nowMs : sinceMs, ...options };
    this.#waits.add(wait);
    return wait;
  }

  /** A wait ended with success. */
  answered(wait: Wait, nowMs: number): OutageNews | undefined {
    this.#waits.delete(wait);
    this.#carried = undefined;
    if (this.#outage === undefined || this.#overdue(nowMs).length > 0) return undefined;
    const { sinceMs } = this.#outage;
    this.#outage = undefined;
    return { kind: "back", afterMs: nowMs - sinceMs };
  }

  /** A wait ended without information about Kafka: it was cancelled, or failed with another error. */
  dropped(wait: Wait): void {
    this.#waits.delete(wait);
  }

  /** A wait timed out: one that continues it counts from its start. */
  unanswered(wait: Wait, nowMs: number): void {
    this.#waits.delete(wait);
    this.carry(wait.sinceMs, nowMs);
  }

  /** A request without its own wait was not answered; a wait that starts now counts from there. */
  carry(sinceMs: number, nowMs: number): void {
    this.#carried = { sinceMs, endedMs: nowMs };
  }

  /** Called about twice a second while there are waits; returns what to report. */
  look(nowMs: number): OutageNews | undefined {
    if (nowMs - this.#checkedMs > LATE_CHECK_MS) this.#countFromMs = nowMs;
    this.#checkedMs = nowMs;
    const overdue = this.#overdue(nowMs);
    if (overdue.length === 0) return undefined;
    if (this.#outage === undefined) {
      this.#outage = { sinceMs: Math.min(...overdue.map(({ sinceMs }) => sinceMs)), reportedMs: nowMs };
    } else if (nowMs - this.#outage.reportedMs < OUTAGE_AGAIN_MS) return undefined;
    this.#outage.reportedMs = nowMs;
    const refusal = overdue.find((wait) => wait.refusal !== undefined)?.refusal;
    return {
      kind: "silent",
      servers: [...new Set(overdue.flatMap(({ servers }) => servers()))].sort(),
      silentMs: nowMs - this.#outage.sinceMs,
      leftMs: Math.max(0, Math.min(...overdue.map(({ untilMs }) => untilMs)) - nowMs),
      ...(refusal === undefined ? {} : { refusal }),
    };
  }

  #overdue(nowMs: number): Wait[] {
    return [...this.#waits].filter(({ sinceMs, quietSinceMs }) => {
      const fromMs = Math.max(sinceMs, this.#countFromMs);
      return nowMs - fromMs >= OUTAGE_REPORTED_MS &&
        nowMs - (quietSinceMs?.() ?? fromMs) >= OUTAGE_REPORTED_MS;
    });
  }
}
