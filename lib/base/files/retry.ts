/**
 * Retries of what fails only while another thread or process has a file open. They block, as SQLite's own waits for a
 * lock do.
 */

/** The result of a call. @throws Its last error, or the first one that is not transient. */
export function retrying<T>(call: () => T, { triesMax, pauseMs, isTransient }: {
  readonly triesMax: number;
  readonly pauseMs: number;
  readonly isTransient: (error: unknown) => boolean;
}): T {
  for (let tries = 1;; tries++) {
    try {
      return call();
    } catch (error) {
      if (tries >= triesMax || !isTransient(error)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}
