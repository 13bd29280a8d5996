import { closest, distance } from "fastest-levenshtein";

/**
 * The known word that is most likely meant by a mistyped one, or undefined where none is near.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(nearest("tigger", ["trigger", "sink", "workers"]), "trigger");
 * equal(nearest("xyz", ["trigger", "sink"]), undefined);
 * ```
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lowered = word.toLowerCase();
  const all = known.map((candidate) => candidate.toLowerCase());
  const best = known[all.indexOf(closest(lowered, all))]!;
  const tolerance = Math.max(1, Math.floor(Math.max(lowered.length, best.length) * 0.4));
  return distance(lowered, best.toLowerCase()) <= tolerance ? best : undefined;
}

/** The sentence that ends a message about an unknown word: the nearest known one, then all of them. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  const list = known.length === 0 ? "" : `Known: ${known.join(", ")}.`;
  return near === undefined ? list : `Did you mean ${near}? ${list}`;
}
