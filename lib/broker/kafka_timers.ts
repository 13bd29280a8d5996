/**
 * kafkajs measures its pauses by the wall clock: one that is set back would hold requests back, or a member's
 * heartbeats, for as long as it was set back. What this module changes is measured by a clock that never goes
 * back, or begins anew by what the wall clock shows.
 */
import ConsumerGroupModule from "kafkajs/src/consumer/consumerGroup.js";
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

interface ConsumerGroup {
  /** When the group's coordinator was last asked anything, by the wall clock. */
  lastRequest: number;
  heartbeat(options: { readonly interval: number }): Promise<void>;
}

/** Makes members of groups go on with their heartbeats when the wall clock has been set back. */
export function keepHeartbeats(): void {
  const { prototype } = ConsumerGroupModule as unknown as { prototype: ConsumerGroup };
  const { heartbeat } = prototype;
  prototype.heartbeat = function (options) {
    this.lastRequest = Math.min(this.lastRequest, Date.now());
    return heartbeat.call(this, options);
  };
}
