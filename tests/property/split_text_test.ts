/** Inputs that are not JSON, cut into chunks anywhere: CSV, lines, and records between delimiters. */
import { deepEqual, equal, match, throws } from "assert";
import fc from "fast-check";
import { RECORD_BYTES_MAX } from "../../lib/base/bounds.ts";
import { stringBytes } from "../../lib/records/json/text/string_bytes.ts";
import type { InputItem, ItemSplitter } from "../../lib/records/splitting/input_item.ts";
import { CsvSplitter } from "../../lib/records/splitting/text/csv_splitter.ts";
import { DelimitedSplitter } from "../../lib/records/splitting/text/delimited_splitter.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** Where an input is cut, as parts of its length. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });

/** What is found: the text and the place of each item. */
interface Found {
  readonly kind: string;
  readonly text: string;
  readonly place: string;
}

function split(splitter: ItemSplitter<unknown>, bytes: Uint8Array, at: readonly number[] = []): Found[] {
  const found: Found[] = [];
  const take = (items: Iterable<InputItem>) => {
    for (const { kind, bytes, position: { record, line, offset } } of items) {
      found.push({ kind, text: text.decode(bytes), place: `${record} ${line} ${offset}` });
    }
  };
  const ends = [...at.map((part) => Math.floor(part * bytes.length)).sort((a, b) => a - b), bytes.length];
  let start = 0;
  for (const end of ends) {
    take(splitter.push(bytes.subarray(start, end)));
    start = end;
  }
  take(splitter.finish());
  return found;
}

function csv(separator = ",", nullValue?: string): CsvSplitter<undefined> {
  return new CsvSplitter({
    separator,
    nullValue,
    note: () => undefined,
    name: "calls.csv",
    recordsBefore: 0,
  });
}

function between(delimiter: string | undefined, isText = false): DelimitedSplitter<undefined> {
  const bytes = delimiter === undefined ? undefined : utf8.encode(delimiter);
  return new DelimitedSplitter({ delimiter: bytes, isText, note: () => undefined, recordsBefore: 0 });
}

const cells = fc.string({
  unit: fc.constantFrom("a", "é", " ", '"', ",", ";", "\n", "\r\n", "😀"),
  maxLength: 6,
});

/** A value as CSV has it, in quotes where it needs them, or where `always` says so. */
function written(cell: string, separator: string, always: boolean): string {
  const needs = always || cell.includes(separator) || /["\r\n]/.test(cell);
  return needs ? `"${cell.replaceAll('"', '""')}"` : cell;
}

Deno.test("Rows of CSV are objects with the texts that were written, however the input is cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cells, cells, cells), { maxLength: 8 }),
      fc.constantFrom(",", ";", "\t"),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
      cuts,
      (rows, separator, newline, always, at) => {
        const all = rows.map((row) => row.map((cell) => written(cell, separator, always)).join(separator));
        const bytes = utf8.encode(["\uFEFFx y", `"b""c"`, "z"].join(separator) + newline + all.join(newline));
        const found = split(csv(separator), bytes, at);
        deepEqual(
          found.map(({ text }) => JSON.parse(text)),
          rows.map(([x, b, z]) => ({ "x y": x, 'b"c': b, z })),
        );
        deepEqual(found, split(csv(separator), bytes));
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("A row with another number of values than the header is broken, and so is one with an open quote", () => {
  const found = split(csv(), utf8.encode('a,b\n1,2\n1\n\n1,2,3\n5" pipe,"x\n'));
  deepEqual(found.map(({ kind, text }) => [kind, text]), [
    ["record", '{"a":"1","b":"2"}'],
    ["broken", "1"],
    ["broken", "1,2,3"],
    ["broken", '5" pipe,"x\n'],
  ]);
  deepEqual(found.map(({ place }) => place), ["1 2 4", "2 3 8", "3 5 11", "4 6 17"]);
});

Deno.test("A value without quotes that is the null value is null", () => {
  const found = split(csv(",", "-"), utf8.encode('a,b\n-,"-"\n'));
  deepEqual(found.map(({ text }) => text), ['{"a":null,"b":"-"}']);
});

Deno.test("A header with a name twice is refused, and named", () => {
  throws(() => split(csv(), utf8.encode("a,b,a\n1,2,3\n")), /calls\.csv has two columns "a"/);
});

Deno.test("Records between delimiters are what stands there, however the input is cut", () => {
  const bytes = fc.string({ unit: fc.constantFrom("a", "|", "-", "\n", "é"), maxLength: 30 });
  fc.assert(
    fc.property(bytes, fc.constantFrom("\n", "|", "|-", "aa"), cuts, (all, delimiter, at) => {
      const expected = all.split(delimiter);
      if (expected.at(-1) === "") expected.pop();
      const found = split(between(delimiter), utf8.encode(all), at);
      deepEqual(found.map(({ text }) => text), expected);
      let offset = 0;
      for (const { place } of found) {
        const [record, line, found] = place.split(" ").map(Number);
        equal(found, offset);
        equal(line, text.decode(utf8.encode(all).subarray(0, offset)).split("\n").length);
        offset += utf8.encode(expected[record! - 1]! + delimiter).length;
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("Lines have neither their carriage returns nor the mark at the beginning; without a delimiter all is one record", () => {
  const bytes = utf8.encode("\uFEFFone\r\n\r\ntwo");
  deepEqual(split(between("\n", true), bytes).map(({ text }) => text), ["one", "", "two"]);
  equal(split(between(undefined), bytes).length, 1);
});

Deno.test("A record that no broker takes is broken, and the next one is not", () => {
  const long = "x".repeat(3 * RECORD_BYTES_MAX);
  for (const at of [[], [0.1, 0.5, 0.51, 0.9]]) {
    const found = split(between("\n"), utf8.encode(`a\n${long}\nb\n`), at);
    deepEqual(found.map(({ kind, place }) => [kind, place]), [
      ["record", "1 1 0"],
      ["broken", "2 2 2"],
      ["record", `3 3 ${long.length + 3}`],
    ]);
    match(found[1]!.text, /^x+$/);
  }
});

Deno.test("The bytes of a JSON string are those of its text, and bytes that are not UTF-8 are kept", () => {
  const strings = fc.string({ unit: "grapheme", maxLength: 20 });
  fc.assert(
    fc.property(strings, fc.boolean(), (value, escapes) => {
      const json = escapes
        ? `"${
          [...Array(value.length).keys()].map((at) =>
            `\\u${value.charCodeAt(at).toString(16).padStart(4, "0")}`
          ).join("")
        }"`
        : JSON.stringify(value);
      equal(text.decode(stringBytes(utf8.encode(json))), new TextDecoder().decode(utf8.encode(value)));
    }),
    { numRuns: 200 },
  );
  const [quote, backslash] = [0x22, 0x5c];
  deepEqual(
    stringBytes(Uint8Array.of(quote, 0xff, backslash, 0x6e, 0xfe, backslash, 0x2f, quote)),
    Uint8Array.of(0xff, 0x0a, 0xfe, 0x2f),
  );
});
