/**
 * kafkajs measures throttling by the wall clock: if that is set back, requests are delayed for as long. Here
 * it is measured by the monotonic clock.
 */
import RequestQueueModule from "kafkajs/src/network/requestQueue/index.js";

/** The times of a request queue that {@link measureThrottling} measures by the monotonic clock. */
interface ThrottledQueue {
  readonly inflight: ReadonlyMap<number, unknown>;
  readonly maxInFlightRequests: number | null;
  throttledUntil: number;
}

/** Makes connections delay requests for as long as a broker has requested, regardless of the wall clock. */
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
