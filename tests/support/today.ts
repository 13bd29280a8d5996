/**
 * Tests that have many cases take other ones each day, so that a run is short and all of them have their turn.
 * `ALL_CASES=true` takes all.
 */

/** The number of today, by UTC. */
export const TODAY = Math.floor(Date.now() / 86_400_000);

/** Whether a case has its turn today, if each has it on one of so many days. */
export function hasTurn(index: number, days: number): boolean {
  return Deno.env.get("ALL_CASES") === "true" || index % days === TODAY % days;
}
