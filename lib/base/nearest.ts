import { closest, distance } from "fastest-levenshtein";

/** The known words, sorted by their distance to a word. */
function byDistance(word: string, known: readonly string[]): string[] {
  const lowered = word.toLowerCase();
  const distances = new Map(known.map((other) => [other, distance(lowered, other.toLowerCase())]));
  return [...distances.keys()].sort((left, right) => distances.get(left)! - distances.get(right)!);
}

/**
 * The known word that was most likely meant by a mistyped one, or undefined if none is close.
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

/** Longer lists of known words are not shown in full. */
const LISTED_MAX = 30;

/** How many words are shown of a long list. */
const NEAR_SHOWN = 3;

/**
 * The end of a message about an unknown word: a suggestion, then all known words, or the closest ones if
 * there are many.
 */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (known.length > LISTED_MAX) {
    const others = byDistance(word, known).filter((other) => other !== near);
    return near === undefined
      ? `Similar names: ${others.slice(0, NEAR_SHOWN).join(", ")}.`
      : `Did you mean ${near}? Similar names: ${others.slice(0, NEAR_SHOWN - 1).join(", ")}.`;
  }
  const list = known.length === 0 ? "" : `Known: ${known.join(", ")}.`;
  return near === undefined ? list : `Did you mean ${near}? ${list}`;
}
