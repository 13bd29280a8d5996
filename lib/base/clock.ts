/** Time as a parameter: what waits or stamps takes a {@link Clock}, so that tests decide what time it is. */

/** What time it is, how much of it has passed, and the means to wait for it. */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch. It may be set, and then jumps either way. */
  nowMs(): number;
  /**
   * Milliseconds since some moment in the past. It never goes back and is never set: pauses, timeouts and
   * durations are differences of it.
   */
  monotonicMs(): number;
  /** Resolves after the given time, or as soon as the signal is aborted; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay that a timer takes; longer waits are made of several. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    const untilMs = performance.now() + ms;
    for (let leftMs = ms; leftMs > 0 && !signal?.aborted; leftMs = untilMs - performance.now()) {
      await sleepOnce(Math.min(leftMs, TIMER_MS_MAX), signal);
    }
  },
};

function sleepOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
