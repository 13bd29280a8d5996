/** Strings that stay bytes, against the exact reader and a strict UTF-8 decoder. */
import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { UTC } from "../../lib/base/time_zone.ts";
import type { Value } from "../../lib/records/data_type.ts";
import { recordDecoder } from "../../lib/records/record_decoder.ts";
import { PackedGroups } from "../../lib/stream/groups/packed_groups.ts";
import { viewOf } from "../../lib/records/values/text_view.ts";

const BYTES = [{ name: "a", type: "STRING", asBytes: true }, { name: "b", type: "STRING" }] as const;
const STRINGS = [{ name: "a", type: "STRING" }, { name: "b", type: "STRING" }] as const;
const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A decoder that has seen so many texts of `a` that rarely repeat that it makes no strings of them any more. */
function decoderOfNewTexts() {
  const decoder = recordDecoder(BYTES, UTC);
  for (let index = 0; index < 20_100; index++) {
    const record = utf8.encode(`{"a":"text ${index}"}`);
    decoder.decode(record, 0, record.length, [null, null]);
  }
  return decoder;
}

/** The text that a value stands for; checks the bytes of a view. */
function textOf(value: Value): Value {
  const view = viewOf(value);
  if (view === undefined) return value;
  const bytes = view.bytes.slice(view.start, view.end);
  equal(strict.decode(bytes), view.toString());
  equal(view.isAscii, bytes.every((byte) => byte < 0x80));
  return view.toString();
}

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 10 }),
  fc.string({
    unit: fc.constantFrom("a", "é", "ж", "€", "😀", "\ufeff", "\ud7ff", "\ue000", "\u{10ffff}"),
    maxLength: 200,
  }),
);

Deno.test("A text that stays bytes is the one that the exact reader makes", () => {
  const decoder = decoderOfNewTexts();
  const exact = recordDecoder(STRINGS, UTC);
  let views = 0;
  fc.assert(
    fc.property(fc.record({ a: fc.option(text), b: text }), (record) => {
      const bytes = utf8.encode(JSON.stringify(record));
      const [row, wanted]: [Value[], Value[]] = [[null, null], [null, null]];
      equal(decoder.decode(bytes, 0, bytes.length, row), exact.decode(bytes, 0, bytes.length, wanted));
      if (viewOf(row[0]!) !== undefined) views++;
      deepEqual(row.map(textOf), wanted);
    }),
    { numRuns: 2_000 },
  );
  ok(views > 500, `${views} views`);
});

Deno.test("A text is a view exactly if its bytes are UTF-8", () => {
  const decoder = decoderOfNewTexts();
  const byte = fc.oneof(
    fc.integer({ min: 0x80, max: 0xff }),
    fc.constantFrom(0x61, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0x9f, 0xa0, 0x8f, 0x90, 0xbf),
  );
  const part = fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }).map((text) => [...utf8.encode(text)]),
    fc.array(byte, { maxLength: 4 }),
  );
  const notPlain = (byte: number) => byte < 0x20 || byte === 0x22 || byte === 0x5c;
  const contents = fc.array(part, { maxLength: 12 }).map((parts) =>
    parts.flat().filter((byte) => !notPlain(byte))
  );
  let [valid, invalid] = [0, 0];
  fc.assert(
    fc.property(contents, (content) => {
      const record = Uint8Array.of(...utf8.encode('{"a":"'), ...content, ...utf8.encode('"}'));
      const row: Value[] = [null, null];
      decoder.decode(record, 0, record.length, row);
      const view = viewOf(row[0]!);
      if (isUtf8(Uint8Array.from(content))) {
        valid++;
        deepEqual([...view!.bytes.slice(view!.start, view!.end)], content);
      } else {
        invalid++;
        equal(view, undefined);
        ok((row[0] as string).includes("\ufffd"));
      }
    }),
    { numRuns: 5_000 },
  );
  ok(valid > 500 && invalid > 500, `${valid} valid, ${invalid} invalid`);
});

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

Deno.test("A view still has its text when a later column of the record makes the memory grow", () => {
  const decoder = decoderOfNewTexts();
  let lengths = 0;
  for (let index = 0; index < 40_000; index++) {
    // Half of these come again, so that they are cached.
    const record = utf8.encode(`{"a":"new ${index}","b":"${"x".repeat(100)}${index >> 1}"}`);
    const row: Value[] = [null, null];
    decoder.decode(record, 0, record.length, row);
    const view = viewOf(row[0]!)!;
    equal(view.toString(), `new ${index}`);
    lengths = Math.max(lengths, view.bytes.length);
  }
  ok(lengths > 2_000_000, `the memory has ${lengths} bytes`);
});

Deno.test("A group is found by its key whether a text of it is a view or a string", () => {
  const decoder = decoderOfNewTexts();
  const groups = new PackedGroups({ keyTypes: ["STRING", "STRING"], valueTypes: [], initial: [] });
  let views = 0;
  fc.assert(
    fc.property(text, text, fc.boolean(), (a, b, isFirst) => {
      const bytes = utf8.encode(JSON.stringify({ a, b }));
      const row: Value[] = [null, null];
      decoder.decode(bytes, 0, bytes.length, row);
      if (viewOf(row[0]!) !== undefined) views++;
      const strings = [String(row[0]), row[1]!];
      const group = groups.at(isFirst ? row : strings);
      equal(groups.at(isFirst ? strings : row), group);
      deepEqual(groups.keyOf(group), strings);
    }),
    { numRuns: 2_000 },
  );
  ok(views > 500, `${views} views`);
});

Deno.test("A text that repeats is one string, also where it may stay bytes", () => {
  const decoder = recordDecoder(BYTES, UTC);
  const row: Value[] = [null, null];
  for (let index = 0; index < 50_000; index++) {
    const record = utf8.encode(`{"a":"${index % 100}"}`);
    decoder.decode(record, 0, record.length, row);
    equal(row[0], String(index % 100));
  }
});
