import { equal, ok } from "assert";
import fc from "fast-check";
import { didYouMean, nearest } from "../../../lib/base/text/nearest.ts";

const KNOWN = ["trigger", "sink", "workers", "starting_offsets", "max_offsets_per_trigger", "timeZone"];

/** The number of letters to change, add or drop, by its definition. */
function editDistance(left: string, right: string): number {
  if (left === "" || right === "") return left.length + right.length;
  return Math.min(
    editDistance(left.slice(1), right) + 1,
    editDistance(left, right.slice(1)) + 1,
    editDistance(left.slice(1), right.slice(1)) + (left[0] === right[0] ? 0 : 1),
  );
}

Deno.test("No known word is nearer than the one that is proposed", () => {
  const words = fc.string({ unit: fc.constantFrom(..."abAB"), maxLength: 5 });
  fc.assert(fc.property(words, fc.uniqueArray(words, { maxLength: 5 }), (word, known) => {
    const found = nearest(word, known);
    const distances = known.map((other) => editDistance(word.toLowerCase(), other.toLowerCase()));
    if (found === undefined) ok(distances.every((distance) => distance > 1));
    else equal(distances[known.indexOf(found)], Math.min(...distances));
  }));
});

Deno.test("A known word with one letter missing, doubled or changed is found, in any case", () => {
  const typos = fc.tuple(fc.constantFrom(...KNOWN), fc.nat(), fc.constantFrom("", "xy", "Q")).map(
    ([word, nth, put]) => {
      const at = nth % word.length;
      return [word, word.slice(0, at) + put + word.slice(at + 1)] as const;
    },
  );
  fc.assert(fc.property(typos, fc.boolean(), ([word, typo], upper) => {
    equal(nearest(upper ? typo.toUpperCase() : typo, KNOWN), word);
  }));
});

Deno.test("A word that is like none is answered by all of them", () => {
  equal(nearest("zzzzzz", KNOWN), undefined);
  equal(didYouMean("zzzzzz", ["a", "bb"]), "Known: a, bb.");
  equal(didYouMean("sinc", ["trigger", "sink"]), "Did you mean sink? Known: trigger, sink.");
  equal(didYouMean("x", []), "");
});

Deno.test("Of many known words the three that are nearest are shown", () => {
  const many = [
    ...Array.from({ length: 130 }, (_none, index) => `function_${index}`),
    "lower",
    "upper",
    "lpad",
  ];
  equal(didYouMean("lowr", many), "Did you mean lower? Similar names: lpad, upper (and 130 others).");
  equal(
    didYouMean("zzz", many, "docs/sql.md lists all functions."),
    "Similar names: lpad, lower, upper (and 130 others). docs/sql.md lists all functions.",
  );
});
