/**
 * Changes the timers of kafkajs's request queue. They use the monotonic clock: with the wall clock, requests would
 * be delayed for as long as it is set back. They are kafkajs's own, as its sockets of TLS are, in a prototype that all
 * connections of a thread share, so the clock is that of the machine and not the one of a connection's host.
 *
 * - The timer for pending requests restarts itself forever with a negative delay (kafkajs #1751). A pending
 *   request is checked by the next response or by this timer; without any, there is nothing to check.
 * - The timer for request timeouts runs ten times a second for each connection. It is needed as long as there
 *   are requests in flight, including on a connection that is being closed, where kafkajs as released stops it:
 *   closing would wait forever.
 * - Throttling lasts for as long as the broker has requested.
 */
import { RequestQueue as RequestQueueModule } from "./modules.ts";

/** The part of kafkajs's request queue that is changed or used. */
interface RequestQueue {
  readonly inflight: ReadonlyMap<
    number,
    { readonly requestTimeout: number; timeoutRequest(): void }
  >;
  readonly maxInFlightRequests: number | null;
  requestTimeoutIntervalId: ReturnType<typeof setInterval> | undefined;
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: ReturnType<typeof setTimeout> | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
  scheduleRequestTimeoutCheck(): void;
  sendSocketRequest(request: object): void;
  maybeThrottle(ms: number | null): void;
  canSendSocketRequestImmediately(): boolean;
}

const PENDING_CHECK_MS = 10;
const ANSWERS_CHECK_MS = 200;

const sentAtMs = new WeakMap<object, number>();

/** When a request was sent, by the monotonic clock. */
export function sentMs(request: object): number {
  return sentAtMs.get(request) ?? -Infinity;
}

/** Must be called in every thread that imports kafkajs. */
export function fixTimers(): void {
  const { prototype } = RequestQueueModule as unknown as { prototype: RequestQueue };
  const { sendSocketRequest } = prototype;
  prototype.scheduleRequestTimeoutCheck = function () {
    // Called on each connect and reconnect.
    clearInterval(this.requestTimeoutIntervalId);
    this.requestTimeoutIntervalId = undefined;
  };
  prototype.sendSocketRequest = function (request) {
    sentAtMs.set(request, performance.now());
    sendSocketRequest.call(this, request);
    this.requestTimeoutIntervalId ??= setInterval(() => {
      for (const sent of [...this.inflight.values()]) {
        const waitedMs = performance.now() - sentMs(sent);
        if (waitedMs > sent.requestTimeout) sent.timeoutRequest();
      }
      if (this.inflight.size > 0) return;
      clearInterval(this.requestTimeoutIntervalId);
      this.requestTimeoutIntervalId = undefined;
    }, ANSWERS_CHECK_MS);
  };
  prototype.scheduleCheckPendingRequests = function () {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const delayMs = Math.max(PENDING_CHECK_MS, this.throttledUntil - performance.now());
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    }, delayMs);
  };
  prototype.maybeThrottle = function (ms) {
    if (ms !== null && ms > 0) this.throttledUntil = Math.max(performance.now() + ms, this.throttledUntil);
  };
  prototype.canSendSocketRequestImmediately = function () {
    const isFull = this.maxInFlightRequests !== null && this.inflight.size >= this.maxInFlightRequests;
    return !isFull && this.throttledUntil <= performance.now();
  };
}
