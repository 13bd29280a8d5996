/** Delays batches until there are enough records, or until they have waited long enough. */
import { isPutOff, type RateLimits } from "../stream/time/rate_limit.ts";

/** See the module's description. */
export class PuttingOff {
  /** When a batch was last not delayed, by the monotonic clock. */
  #lastNotPutOffMs = -Infinity;

  /** Whether to delay a batch with this many records; never without a minimum. */
  decide(limits: RateLimits, records: () => number, nowMs: number): boolean {
    if (limits.minOffsetsPerTrigger === undefined) return false;
    const putOff = isPutOff({ records: records(), waitedMs: nowMs - this.#lastNotPutOffMs }, limits);
    if (!putOff) this.#lastNotPutOffMs = nowMs;
    return putOff;
  }

  /** How long the batch may still be delayed. */
  leftMs({ minOffsetsPerTrigger, maxTriggerDelayMs }: RateLimits, nowMs: number): number {
    if (minOffsetsPerTrigger === undefined) return Infinity;
    return Math.max(1, this.#lastNotPutOffMs + maxTriggerDelayMs - nowMs);
  }
}
