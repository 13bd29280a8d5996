import { closest, distance } from "fastest-levenshtein";

/** Known words, the nearest to a word first. */
function byDistance(word: string, known: readonly string[]): string[] {
  const lowered = word.toLowerCase();
  const distances = new Map(known.map((other) => [other, distance(lowered, other.toLowerCase())]));
  return [...distances.keys()].sort((left, right) => distances.get(left)! - distances.get(right)!);
}

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

/** More known words than these are no help when all of them are shown. */
const LISTED_MAX = 30;

/** Of many known words, how many are shown. */
const NEAR_SHOWN = 3;

/**
 * The sentence that ends a message about an unknown word: the nearest known one, then all of them, or those that are
 * nearest where there are many.
 */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (known.length > LISTED_MAX) {
    const others = byDistance(word, known).filter((other) => other !== near);
    return near === undefined
      ? `Nearest: ${others.slice(0, NEAR_SHOWN).join(", ")}.`
      : `Did you mean ${near}? Also near: ${others.slice(0, NEAR_SHOWN - 1).join(", ")}.`;
  }
  const list = known.length === 0 ? "" : `Known: ${known.join(", ")}.`;
  return near === undefined ? list : `Did you mean ${near}? ${list}`;
}
