/** Waits that end early, by a signal or by the clock; whatever the wait has started then goes on unwatched. */
import { type Clock, OVER } from "../../base/clock.ts";

/**
 * Settles like the promise, or resolves to undefined as soon as the signal is aborted. The listener is removed when the
 * wait ends: the signal of a whole run would otherwise collect one for each wait, with everything that it references.
 */
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

/** Settles like the promise, or resolves to undefined when it takes longer. */
export async function withinTime<T>(
  promise: Promise<T>,
  { ms, clock }: { readonly ms: number; readonly clock: Clock },
): Promise<T | undefined> {
  const ended = new AbortController();
  try {
    return await Promise.race([promise, clock.sleep(ms, ended.signal).then(() => undefined)]);
  } finally {
    ended.abort(OVER);
  }
}
