/** How evenly hashes spread over the slots of a table. */
import { ok } from "assert";

/** Holds the lowest bits of hashes against chance, in a table with at least twice as many slots. */
export function requireEvenSpread(hashes: readonly number[]): void {
  const slots = 2 ** Math.ceil(Math.log2(hashes.length * 2));
  const used = new Set(hashes.map((hash) => hash & (slots - 1))).size;
  // By chance, this many slots are used; fewer hashes deviate more.
  const expected = slots * (1 - (1 - 1 / slots) ** hashes.length);
  ok(
    used > expected - 4 * Math.sqrt(hashes.length) / 2,
    `${used} slots of ${slots} are used, not ${expected}`,
  );
}
