/**
 * Waits with a signal that outlives the wait. The listener on such a signal has to be removed when the wait
 * ends: the signal of a whole run would otherwise collect one for each wait, with everything that it
 * references.
 */

/** Settles like the promise, or resolves to undefined as soon as the signal is aborted. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = Promise.withResolvers<undefined>();
  const onAbort = () => aborted.resolve(undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
