import { deepEqual, equal } from "assert";
import fc from "fast-check";
import { countNewlines, JsonScanner } from "../../lib/records/json/json_scan.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();
const scanner = new JsonScanner();

/** Any JSON value, with the texts of real data: quotes, escapes, several scripts. */
const strings = fc.string({ unit: "grapheme" });
const values = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    strings,
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.maxSafeInteger(),
    fc.constantFrom(true, false, null),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("object"),
  ),
  object: fc.dictionary(strings, tie("value"), { maxKeys: 5, noNullPrototype: true }),
}));
const indents = fc.constantFrom(undefined, 1, 4, "\t", "\r\n ");

function isJson(candidate: string): boolean {
  try {
    JSON.parse(candidate);
    return true;
  } catch {
    return false;
  }
}

/** JSON's own white space; trim() would take more. */
function trimmedEnd(candidate: string): string {
  return candidate.replace(/[ \t\r\n]+$/, "");
}

Deno.test("Any value is found whole, and without its white space it is what JSON.stringify prints", () => {
  fc.assert(
    fc.property(values.value, indents, fc.constantFrom("", " ", ",", "]", "\n{"), (value, indent, rest) => {
      const written = JSON.stringify(value, null, indent);
      const bytes = utf8.encode(written + rest);
      equal(scanner.scan(bytes, 0, true), "value");
      equal(text.decode(scanner.value), JSON.stringify(value));
      equal(scanner.end, utf8.encode(written).length);
      equal(scanner.newlines, written.split("\n").length - 1);
    }),
  );
});

Deno.test("Every beginning of an object is incomplete, and never invalid", () => {
  fc.assert(fc.property(values.object, indents, (value, indent) => {
    const bytes = utf8.encode(JSON.stringify(value, null, indent));
    for (let end = 0; end < bytes.length; end++) {
      equal(scanner.scan(bytes.subarray(0, end), 0), "incomplete", `the first ${end} bytes`);
    }
  }));
});

Deno.test("What the scanner takes for a whole value is what JSON.parse takes", () => {
  const alphabet = [...'{}[]",:\\ue+-.0129tfn \n\t\u0001/x'];
  const damage = fc.array(
    fc.tuple(fc.nat(), fc.nat(2), fc.array(fc.constantFrom(...alphabet), { maxLength: 2 })),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(values.value, damage, (value, changes) => {
      let candidate = JSON.stringify(value);
      for (const [nth, removed, added] of changes) {
        const at = nth % (candidate.length + 1);
        candidate = candidate.slice(0, at) + added.join("") + candidate.slice(at + removed);
      }
      // Where a pair of surrogates was cut, JSON.parse sees something else than its UTF-8 bytes.
      fc.pre(candidate.isWellFormed() && !/^[ \t\r\n]/.test(candidate));
      const bytes = utf8.encode(candidate);
      const isWhole = scanner.scan(bytes, 0, true) === "value" &&
        scanner.end === utf8.encode(trimmedEnd(candidate)).length;
      equal(isWhole, isJson(candidate), candidate);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("Texts of JSON's tokens alone are taken as JSON.parse takes them", () => {
  const tokens = fc.constantFrom(
    ..."{}[],:-.0",
    "1",
    "01",
    "e",
    "E+",
    "true",
    "nul",
    '"',
    '"a"',
    "\\u00",
    "\\n",
    " ",
  );
  fc.assert(
    fc.property(fc.array(tokens, { minLength: 1, maxLength: 7 }).map((all) => all.join("")), (candidate) => {
      fc.pre(!candidate.startsWith(" "));
      const bytes = utf8.encode(candidate);
      const isWhole = scanner.scan(bytes, 0, true) === "value" &&
        scanner.end === trimmedEnd(candidate).length;
      equal(isWhole, isJson(candidate), candidate);
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("Members are noted where they stand, repeated names and all", () => {
  const members = fc.array(fc.tuple(strings, values.value), { maxLength: 100, size: "max" });
  fc.assert(
    fc.property(members, indents, (pairs, indent) => {
      const spread = pairs.map(([name, value]) =>
        `${JSON.stringify(name)} :\n${JSON.stringify(value, null, indent)}`
      );
      equal(scanner.scan(utf8.encode(`{ ${spread.join(" , ")}\t}`), 0), "value");
      const bytes = scanner.value;
      const part = (start: number, end: number): unknown =>
        JSON.parse(text.decode(bytes.subarray(start, end)));
      const noted = Array.from({ length: scanner.count }, (_, index) => [
        part(scanner.nameStart(index), scanner.nameEnd(index)),
        part(scanner.valueStart(index), scanner.valueEnd(index)),
      ]);
      deepEqual(noted, pairs.map(([name, value]) => [name, JSON.parse(JSON.stringify(value))]));
    }),
    { numRuns: 20 },
  );
});

Deno.test("A value stays as it is when others are scanned after it", () => {
  const own = new JsonScanner();
  fc.assert(fc.property(fc.array(values.value, { minLength: 1, maxLength: 20 }), (all) => {
    const kept = all.map((value) => {
      equal(own.scan(utf8.encode(JSON.stringify(value, null, 2)), 0, true), "value");
      return own.value;
    });
    deepEqual(kept.map((bytes) => text.decode(bytes)), all.map((value) => JSON.stringify(value)));
  }));
});

Deno.test("Nesting is followed to a thousand levels and refused beyond", () => {
  const nested = (depth: number) => utf8.encode("[".repeat(depth) + "]".repeat(depth));
  equal(scanner.scan(nested(1_000), 0), "value");
  equal(scanner.scan(nested(1_001), 0), "invalid");
  equal(scanner.expected, "at most 1000 levels");
  equal(scanner.invalidAt, 1_000);
});

Deno.test("Where a value breaks off is told by byte and by what is due there", () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ['{"a" 1}', 5, "a colon"],
    ["{a:1}", 1, "a quoted name"],
    ['{"ä":1 "b":2}', 8, "a comma or }"],
    ["[1 2]", 3, "a comma or ]"],
    ['{"a":tru}', 8, "a value"],
    ['{"a":-x}', 6, "a digit"],
    ['{"a":"x\ny"}', 7, "a closing double quote"],
    ['["\\x"]', 3, "an escape such as \\n"],
    ['["\\u12g4"]', 6, "four hex digits"],
  ];
  for (const [written, at, expected] of cases) {
    equal(scanner.scan(utf8.encode(written), 0, true), "invalid", written);
    deepEqual([scanner.invalidAt, scanner.expected], [at, expected], written);
  }
});

Deno.test("Newlines are counted in the range alone", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(10, 13, 65)), fc.nat(12), fc.nat(12), (bytes, left, right) => {
      const [start, end] = [Math.min(left, bytes.length), Math.min(right, bytes.length)];
      equal(
        countNewlines(Uint8Array.from(bytes), start, end),
        bytes.slice(start, end).filter((byte) => byte === 10).length,
      );
    }),
  );
});
