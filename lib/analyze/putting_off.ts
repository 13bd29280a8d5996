/** Delays batches until there are enough records, or until they have waited long enough. */
import type { LeastRecords } from "../plan/rate_limits.ts";
import { isPutOff } from "../stream/time/rate_limit.ts";

/** See the module's description. */
export class PuttingOff {
  /** When a batch was last not delayed, by the monotonic clock. */
  #lastNotPutOffMs = -Infinity;

  /** Whether to delay a batch with this many records; never without a minimum. */
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

  /** How long the batch may still be delayed. */
  leftMs(least: LeastRecords | undefined, nowMs: number): number {
    return least === undefined ? Infinity : Math.max(1, this.#lastNotPutOffMs + least.delayMs - nowMs);
  }
}
