/**
 * The fast reader against the exact one, which is held to a real Spark's answers: what it reads, it reads
 * alike, and what it does not, it says.
 */
import { deepEqual, ok } from "assert";
import fc from "fast-check";
import { UTC } from "../../lib/base/time_zone.ts";
import type { Schema, Value } from "../../lib/records/data_type.ts";
import { FastReader, UNSURE } from "../../lib/records/json/fast_reader.ts";
import { fieldTargets } from "../../lib/records/json/field_targets.ts";
import { javaText } from "../../lib/records/values/java_text.ts";
import { readJsonRow, type RowQuality } from "../../lib/records/json/json_reader.ts";
import answers from "../golden/from_json/answers.json" with { type: "json" };
import { sampleCalls } from "../support/calls.ts";

const SCHEMA: Schema = [
  { name: "s", type: "STRING" },
  { name: "t", type: "TIMESTAMP" },
  { name: "i", type: "INT" },
  { name: "l", type: "BIGINT" },
  { name: "d", type: "DOUBLE" },
  { name: "b", type: "BOOLEAN" },
  { name: "day", type: "DATE" },
  { name: "s", type: "DOUBLE" },
  { name: "ключ", type: "STRING" },
];

const targets = fieldTargets(SCHEMA, UTC);

function exact(bytes: Uint8Array): { quality: RowQuality; row: Value[] } {
  const row: Value[] = new Array<Value>(SCHEMA.length).fill(null);
  return { quality: readJsonRow(javaText(bytes), { targets, declared: new Map() }, row), row };
}

/** Reads as a part of a larger chunk, as records come, and says whether the fast reader was sure. */
function agrees(reader: FastReader, record: Uint8Array): boolean {
  const chunk = new Uint8Array(record.length + 8).fill(0x22);
  chunk.set(record, 3);
  const row: Value[] = new Array<Value>(SCHEMA.length).fill(null);
  const quality = reader.read(chunk, 3, 3 + record.length, row);
  if (quality === UNSURE) return false;
  deepEqual({ quality, row }, exact(record), javaText(record));
  return true;
}

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("Every text that a real Spark was asked about is read as by the exact reader, or left to it", () => {
  const reader = new FastReader(targets, UTC);
  for (const { text } of answers) agrees(reader, encode(text));
});

const key = fc.constantFrom(
  "s",
  "t",
  "i",
  "l",
  "d",
  "b",
  "day",
  "ключ",
  "other",
  "S",
  "",
  "s ",
  "\\u0073",
  'a\\"',
);
const space = fc.constantFrom("", "", "", " ", "  ", "\n", "\t\r", "\u00a0", "\u000b");
const plainText = fc.string({
  unit: fc.constantFrom("a", "Z", "0", "'", " ", "é", "😀", "/", ":", "{", "}", ","),
});
const text = fc.oneof(
  plainText,
  fc.constantFrom(
    "2018-12-31T23:57:00.000",
    "2018-12-31",
    "23:57",
    "NaN",
    "1.50",
    "null",
    "\\n",
    "\\u00e9",
    "\\ud83d",
    "\\",
    "\t",
  ),
);
const value = fc.oneof(
  { weight: 6, arbitrary: text.map((content) => `"${content}"`) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "0",
      "-0",
      "1",
      "-12",
      "007",
      "1.5",
      "1.",
      ".5",
      "1e3",
      "-",
      "9223372036854775807",
      "9223372036854775808",
      "0.1000",
      "12a",
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom("true", "false", "null", "True", "nul", "NaN", "-INF", "'x'", "") },
  { weight: 1, arbitrary: fc.constantFrom("{}", "[]", '{"s":"in"}', '["s",1]', '{"a":{"s":2}}') },
);
const member = fc.tuple(space, key, space, fc.constantFrom(":", ":", ":", "", "="), space, value, space).map(
  ([before, name, behind, colon, gap, content, end]) =>
    `${before}"${name}"${behind}${colon}${gap}${content}${end}`,
);
const object = fc.tuple(
  fc.constantFrom("", "", " ", "\ufeff", "x"),
  fc.array(member, { maxLength: 6 }),
  fc.constantFrom(",", ",", ",", ";", ",,"),
  fc.constantFrom("}", "}", "}", "", "} tail", "}}", "]"),
).map(([start, members, comma, end]) => `${start}{${members.join(comma)}${end}`);

Deno.test("Whatever stands in a record, the fast reader agrees with the exact one or leaves it to it", () => {
  fc.assert(
    fc.property(fc.array(object, { minLength: 1, maxLength: 8 }), (records) => {
      // One reader for all of them: what it has learned from one record must not mislead it in the next.
      const reader = new FastReader(targets, UTC);
      for (const record of records) agrees(reader, encode(record));
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("A record with any byte changed, or cut off anywhere, is read as by the exact reader or left to it", () => {
  const call = encode(JSON.stringify({ ...sampleCalls()[0], s: "x", d: 1.5, i: 7, b: true, t: null }));
  const reader = new FastReader(targets, UTC);
  for (let at = 0; at <= call.length; at++) agrees(reader, call.subarray(0, at));
  fc.assert(
    fc.property(fc.nat(call.length - 1), fc.nat(255), (at, byte) => {
      const changed = call.slice();
      changed[at] = byte;
      agrees(reader, changed);
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("The calls of the sample are all read fast", () => {
  const reader = new FastReader(targets, UTC);
  ok(sampleCalls().every((call) => agrees(reader, encode(JSON.stringify(call)))));
  ok(sampleCalls().slice(0, 100).every((call) => agrees(reader, encode(JSON.stringify(call, null, 2)))));
});

Deno.test("What a reader keeps of values, keys and chunks grows and is forgotten without ever being mixed up", () => {
  const reader = new FastReader(targets, UTC);
  const check = (texts: readonly string[], order: "forwards" | "backwards" = "forwards") => {
    const chunk = encode(texts.join("\n"));
    let end = -1;
    const records = texts.map((text) => {
      const start = end + 1;
      end = start + encode(text).length;
      return { start, end };
    });
    for (const { start, end } of order === "forwards" ? records : records.toReversed()) {
      const row: Value[] = new Array<Value>(SCHEMA.length).fill(null);
      const quality = reader.read(chunk, start, end, row);
      if (quality !== UNSURE) deepEqual({ quality, row }, exact(chunk.subarray(start, end)));
    }
  };
  const times = (count: number, make: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => make(i));
  // Values that come twice, more of them than are kept, and then ever new ones, for which keeping ends.
  check(times(200_000, (i) => `{"s":"value ${i >> 1}","i":${i}}`));
  check(times(50_000, (i) => `{"s":"${"x".repeat(i % 200)}${i}","t":"2018-12-31T23:57:${10 + i % 50}"}`));
  check(times(30_000, (i) => `{"s":"again ${i % 10}"}`));
  // Keys without end, short and long, with the wanted ones among them.
  check(times(10_000, (i) => `{"key ${i}":1,"s":"${i}","${"long ".repeat(20)}${i}":"x","b":true}`));
  check(times(100, (i) => `{${times(3_000, (key) => `"${key}":${i}`).join(",")},"d":${i}.5}`));
  // Records as long as what is copied at once, and longer, among short ones, in either order.
  const mixed = times(60, (i) => `{"s":"${"y".repeat(i % 3 === 0 ? i * 10_000 : i)}","i":${i},"b":true}`);
  check(mixed);
  check(mixed, "backwards");
});
