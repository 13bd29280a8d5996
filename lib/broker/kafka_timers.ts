/**
 * kafkajs measures how long it holds requests back by the wall clock: where that is set back, it would hold them back
 * for as long. Here that is measured by a clock that never goes back.
 */
import RequestQueueModule from "kafkajs/src/network/requestQueue/index.js";

/** The times of a request queue that {@link measureThrottling} keeps by the clock that never goes back. */
interface ThrottledQueue {
  readonly inflight: ReadonlyMap<number, unknown>;
  readonly maxInFlightRequests: number | null;
  throttledUntil: number;
}

/** Makes connections hold requests back for as long as a broker has asked, wherever the wall clock is set. */
export function measureThrottling(): void {
  const { prototype } = RequestQueueModule as unknown as {
    prototype: {
      maybeThrottle(this: ThrottledQueue, ms: number | null): void;
      canSendSocketRequestImmediately(this: ThrottledQueue): boolean;
    };
  };
  prototype.maybeThrottle = function (ms) {
    if (ms !== null && ms > 0) this.throttledUntil = Math.max(performance.now() + ms, this.throttledUntil);
  };
  prototype.canSendSocketRequestImmediately = function () {
    const isFull = this.maxInFlightRequests !== null && this.inflight.size >= this.maxInFlightRequests;
    return !isFull && this.throttledUntil <= performance.now();
  };
}
