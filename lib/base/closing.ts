/** Closes several things so that none stays open because closing another one failed. */
import { messageOf } from "./errors.ts";
import { logger } from "./log.ts";

const log = logger("base");

/**
 * Runs `body`, then closes everything in order, whatever fails.
 *
 * @param closers Called when the body has ended; returns what is open then.
 * @throws The first failure, of the body or of a close; later ones are logged.
 */
export async function closingAll<T>(
  body: () => Promise<T>,
  closers: () => readonly (() => unknown)[],
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
      if (failures.push(error) > 1) log.warn(`Closing also failed: ${messageOf(error)}`);
    }
  }
  if (failures.length > 0) throw failures[0];
  return result as T;
}
