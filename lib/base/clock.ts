/**
 * Time as a parameter: whatever waits or takes timestamps gets a {@link Clock}, so that tests control the
 * time.
 */

/** Wall-clock time, monotonic time, and waiting. */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch. It may jump either way when it is set. */
  nowMs(): number;
  /**
   * Milliseconds since some moment in the past. It never goes back and is never set: use it for pauses,
   * timeouts and durations.
   */
  monotonicMs(): number;
  /** Resolves after the given time, or as soon as the signal is aborted; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay of a timer; longer waits use several. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The clock of the machine. */
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

/**
 * The reason for aborting a wait that is no longer needed. Without a reason, an abort makes an error with a stack
 * trace, which takes longer than all else about a wait.
 */
export const OVER = "over";
