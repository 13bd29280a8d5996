/** Closing several things so that none stays open because another one could not be closed. */
import { messageOf } from "./errors.ts";
import { logger } from "./log.ts";

const log = logger("base");

/** Closes one thing. */
export type Closer = () => Promise<unknown> | unknown;

/**
 * Runs `body`, and then closes everything, in order, whatever fails.
 *
 * @param closers Is asked when the body has ended, for what is open then.
 * @throws The first failure, be it the body's or of a closing; later ones are logged.
 */
export async function closingAll<T>(
  body: () => Promise<T>,
  closers: () => readonly Closer[],
): Promise<T> {
  const failures: unknown[] = [];
  let result: T | undefined;
  try {
    result = await body();
  } catch (error) {
    failures.push(error);
  }
  for (const close of closers()) {
    try {
      await close();
    } catch (error) {
      if (failures.push(error) > 1) log.warn(`Closing failed, too: ${messageOf(error)}`);
    }
  }
  if (failures.length > 0) throw failures[0];
  return result as T;
}
