/**
 * Waiting beside a signal that outlives the wait. A listener on such a signal has to go with the wait that it was made
 * for: a signal of a whole run would else gather one for each wait, and hold all that they hold.
 */

/** Resolves as the promise does, or to undefined as soon as the signal is aborted. */
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
