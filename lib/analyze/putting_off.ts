/** Batches that wait until there are enough records, or until they have waited for long enough. */
import { isPutOff } from "../stream/rate_limit.ts";

/** Fewer records than these wait for others, at most for the delay. */
export interface LeastRecords {
  readonly offsets: number;
  readonly delayMs: number;
}

/** See the module's description. */
export class PuttingOff {
  /** When a batch was last not put off for want of records, by a clock that never goes back. */
  #lastNotPutOffMs = -Infinity;

  /** Whether a batch of so many records is to wait. Any are enough without a least number. */
  decide(least: LeastRecords | undefined, records: () => number, nowMs: number): boolean {
    if (least === undefined) return false;
    const putOff = isPutOff({
      records: records(),
      minOffsets: least.offsets,
      waitedMs: nowMs - this.#lastNotPutOffMs,
      maxDelayMs: least.delayMs,
    });
    if (!putOff) this.#lastNotPutOffMs = nowMs;
    return putOff;
  }

  /** How long records may still wait for others. */
  leftMs(least: LeastRecords | undefined, nowMs: number): number {
    return least === undefined ? Infinity : Math.max(1, this.#lastNotPutOffMs + least.delayMs - nowMs);
  }
}
