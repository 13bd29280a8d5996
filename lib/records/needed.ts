/** What is needed of the values of a column: structures are decoded only as far as that. */

/** All of a value, or some fields of the STRUCT that it is or that its ARRAY has, by their index. */
export type Needed = "all" | ReadonlyMap<number, Needed>;

/** Only whether there is a value, and how many elements an ARRAY has. */
export const EXISTENCE: Needed = new Map();

/** What is needed where both are. */
export function bothNeeded(left: Needed, right: Needed): Needed {
  if (left === "all" || right === "all") return "all";
  const parts = new Map(left);
  for (const [index, needed] of right) {
    const known = parts.get(index);
    parts.set(index, known === undefined ? needed : bothNeeded(known, needed));
  }
  return parts;
}
