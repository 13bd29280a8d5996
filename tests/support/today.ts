/**
 * Tests that have many cases take other ones each day, so that a run is short and all of them have their turn.
 * `ALL_CASES=true` takes all.
 */

/** The number of today, by UTC. */
export const TODAY = Math.floor(Date.now() / 86_400_000);

/** The cases that have their turn today, if each has it on one of so many days. */
export function ofToday<T>(cases: readonly T[], days: number): readonly T[] {
  if (Deno.env.get("ALL_CASES") === "true") return cases;
  return cases.filter((_, index) => index % days === TODAY % days);
}
