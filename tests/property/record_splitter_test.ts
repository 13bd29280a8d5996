import { deepEqual, equal, match, ok } from "assert";
import fc from "fast-check";
import { RECORD_BYTES_MAX } from "../../lib/base/bounds.ts";
import { sampleCalls } from "../support/calls.ts";
import {
  cuts,
  describe,
  layouts,
  type Piece,
  pieces,
  splitAll,
  splitInChunks,
  write,
} from "../support/split_input.ts";

const calls = sampleCalls().slice(0, 200).map((call) => ({
  ...call,
  common_location: 'a "quoted" \\ place · ü',
}));

/** Objects of any content that share no schema; the first key may be missing. */
const objects = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 3 }), {
  maxKeys: 6,
  noNullPrototype: true,
});

Deno.test("An array, lines or values in a row give the same records, wherever the chunks are cut", () => {
  fc.assert(
    fc.property(fc.array(objects, { minLength: 1, maxLength: 8 }), layouts, cuts, (all, layout, at) => {
      // The first of values in a row shows that they have more than a line each.
      if (layout.shape === "sequence") all[0] = { first: 1, ...all[0] };
      const input = write(all.map((value): Piece => ({ json: value })), layout);
      deepEqual(describe(splitInChunks(input.bytes, at)), input.expected);
    }),
  );
});

Deno.test("Chunks of one byte give what one chunk gives, broken records and positions included", () => {
  const layout = { shape: "array", indent: 2, newline: "\r\n", bom: true, blankLines: true } as const;
  const damaged = pieces(calls.slice(0, 5), { damaged: 2, keep: 40, kind: "cut" });
  const { bytes } = write(damaged, layout);
  deepEqual(splitInChunks(bytes, Array.from(bytes, (_byte, at) => at)), splitAll([bytes]));
});

Deno.test("Elements that are no objects are broken, and the others are not", () => {
  const scalars = fc.constantFrom<unknown>(1, -2.5e3, "text", "{", true, null, [], [{ a: 1 }]);
  const mixed = fc.tuple(objects, fc.array(fc.oneof(objects, scalars), { minLength: 1, maxLength: 8 }));
  fc.assert(fc.property(mixed, fc.constantFrom("array", "lines"), cuts, ([first, others], shape, at) => {
    const input = write([first, ...others].map((value): Piece => ({ json: value })), { shape });
    const found = splitInChunks(input.bytes, at);
    deepEqual(describe(found), input.expected);
    for (const item of found) if (item.kind === "broken") equal(item.reason, "it is not a JSON object");
  }));
});

Deno.test("A call that is cut in the middle of a field costs itself alone", () => {
  // Not the last one: nobody can tell the end of the array from what is missing of it.
  const damages = fc.record({ damaged: fc.nat(8), keep: fc.integer({ min: 1, max: 400 }) });
  const shapes = fc.constantFrom("array", "lines");
  fc.assert(
    fc.property(
      fc.nat(190),
      damages,
      shapes,
      fc.constantFrom(0, 4),
      cuts,
      (first, damage, shape, indent, at) => {
        const lineless = shape === "lines" ? 0 : indent;
        const all = pieces(calls.slice(first, first + 10), { ...damage, kind: "cut", indent: lineless });
        const input = write(all, { shape, indent });
        deepEqual(describe(splitInChunks(input.bytes, at)), input.expected);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("A call that goes over into the next one costs itself alone", () => {
  const damages = fc.record({ damaged: fc.nat(8), keep: fc.integer({ min: 1, max: 400 }) });
  fc.assert(
    fc.property(fc.nat(190), damages, fc.constantFrom(0, 4), cuts, (first, damage, indent, at) => {
      const all = pieces(calls.slice(first, first + 10), { ...damage, kind: "merged", indent });
      const input = write(all, { shape: "array", indent });
      // Behind a colon the next one is a value like any other: see below.
      fc.pre(all.every((piece) => !("broken" in piece) || !/:\s*$/.test(piece.broken)));
      deepEqual(describe(splitInChunks(input.bytes, at)), input.expected);
    }),
    { numRuns: 300 },
  );
});

Deno.test("A call that goes over into the next one behind a colon takes it along, and may hold it", () => {
  const broken = { broken: '{"crime_id":"1","city":', runsOn: true };
  const input = write([{ json: calls[0] }, broken, { json: calls[1] }, { json: calls[2] }], {
    shape: "array",
  });
  const found = splitAll([input.bytes]);
  deepEqual(found.map(({ kind }) => kind), ["record", "broken", "record"]);
  ok(found[1]!.kind === "broken" && found[1]!.mayHoldRecords);
  deepEqual(JSON.parse(new TextDecoder().decode(found[2]!.bytes)), calls[2]);
});

Deno.test("An input that ends too early gives all that was whole, and says that the rest is cut", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("array", "lines"),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (shape, share) => {
        const { bytes, expected, ends } = write(calls.slice(0, 6).map((json) => ({ json })), {
          shape,
          indent: 4,
        });
        const end = Math.floor(share * bytes.length);
        const found = splitAll([bytes.subarray(0, end)]);
        const whole = expected.filter((_item, index) => ends[index]! <= end);
        deepEqual(describe(found).slice(0, whole.length), whole);
        ok(found.length <= whole.length + 1);
        const rest = found[whole.length];
        if (rest === undefined) return;
        ok(rest.kind === "broken");
        equal(rest.reason, "it is truncated");
        equal(rest.position.record, whole.length + 1);
      },
    ),
  );
});

Deno.test("White space alone, with a byte order mark or without, holds no record", () => {
  for (const text of ["", " \r\n\t", "\ufeff", "\ufeff\n", "[]", "\ufeff [ ] \n"]) {
    const bytes = new TextEncoder().encode(text);
    deepEqual(splitAll([bytes]), [], JSON.stringify(text));
    deepEqual(splitInChunks(bytes, Array.from(bytes, (_byte, at) => at)), [], JSON.stringify(text));
  }
});

Deno.test("A record that no broker would take is broken, and those around it are good", () => {
  const large = { crime_id: "x".repeat(RECORD_BYTES_MAX) };
  for (const shape of ["array", "lines", "sequence"] as const) {
    const { bytes } = write([calls[0], large, calls[1]].map((json) => ({ json })), { shape, indent: 2 });
    const found = splitInChunks(bytes, [300_000, 600_000, 900_000]);
    deepEqual(found.map(({ kind }) => kind), ["record", "broken", "record"], shape);
    match((found[1] as { reason: string }).reason, /^it is larger than/);
  }
});
