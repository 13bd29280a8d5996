/** Waits for conditions that something else brings about. */
import { deepEqual } from "assert";

const PAUSE_MS = 50;

/** How long is waited, and what is said when that was in vain. */
export interface WaitOptions {
  /** Only a failure takes so long. */
  readonly withinMs?: number;
  readonly failure?: () => string;
}

/** Resolves once a condition is true. */
export async function whenTrue(
  condition: () => boolean | Promise<boolean>,
  { withinMs = 60_000, failure = () => "The condition did not come true" }: WaitOptions = {},
): Promise<void> {
  const untilMs = performance.now() + withinMs;
  while (!await condition()) {
    if (performance.now() > untilMs) throw new Error(failure());
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Resolves once one thing is what another one is; otherwise says in what they differ. */
export async function whenSame<T>(
  actual: () => T | Promise<T>,
  expected: () => T | Promise<T>,
  options: Pick<WaitOptions, "withinMs"> = {},
): Promise<void> {
  let difference = "";
  await whenTrue(async () => {
    try {
      deepEqual(await actual(), await expected());
      return true;
    } catch (error) {
      difference = String(error);
      return false;
    }
  }, { ...options, failure: () => difference });
}
