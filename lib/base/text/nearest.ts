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
const LISTED_MAX = 15;

/** How many words are shown of a long list. */
const NEAR_SHOWN = 3;

/**
 * The end of a message about an unknown word: a suggestion, then all known words, or the closest ones if
 * there are many.
 *
 * @param whereAll A sentence that says where all of many words can be seen.
 */
export function didYouMean(word: string, known: readonly string[], whereAll?: string): string {
  const near = nearest(word, known);
  const suggestion = near === undefined ? "" : `Did you mean ${near}? `;
  if (known.length === 0) return "";
  if (known.length <= LISTED_MAX) return `${suggestion}Known: ${known.join(", ")}.`;
  const count = near === undefined ? NEAR_SHOWN : NEAR_SHOWN - 1;
  const others = byDistance(word, known).filter((other) => other !== near).slice(0, count);
  const more = known.length - NEAR_SHOWN;
  return `${suggestion}Similar names: ${others.join(", ")} (and ${more} others).` +
    (whereAll === undefined ? "" : ` ${whereAll}`);
}
