import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { OFFSETS_TEXT_LENGTH_MAX } from "../../../lib/base/bounds.ts";
import { offsetsOfText, offsetsText } from "../../../lib/checkpoint/offsets_text.ts";

const offsets = fc.dictionary(
  fc.constantFrom("calls", "a-b.c", "1", "2"),
  fc.dictionary(fc.nat(400).map(String), fc.nat(2 ** 40), { noNullPrototype: true, maxKeys: 400 }),
  { noNullPrototype: true },
);

Deno.test("Offsets are equal exactly where their texts are, in whatever order topics come, and no text is long", () => {
  fc.assert(fc.property(offsets, offsets, (from, to) => {
    const text = offsetsText({ from, to });
    ok(text.length <= OFFSETS_TEXT_LENGTH_MAX);
    const turned = Object.fromEntries(Object.entries(from).toReversed());
    equal(offsetsText({ from: turned, to }), text);
    const [topic, partitions] = Object.entries(to)[0] ?? ["new", {}];
    const other = { ...to, [topic]: { ...partitions, "0": (partitions["0"] ?? 0) + 1 } };
    ok(offsetsText({ from, to: other }) !== text);
    const read = offsetsOfText(text);
    if (JSON.stringify({ from, to }).length <= OFFSETS_TEXT_LENGTH_MAX) deepEqual(read, { from, to });
    else equal(read, undefined);
  }));
});
