import { deepEqual, equal } from "assert";
import fc from "fast-check";
import { UTC } from "../../../lib/base/time_zone.ts";
import { recordPrinter } from "../../../lib/consume/formats/printers.ts";

const utf8 = new TextEncoder();

const printer = await recordPrinter("ndjson", { terminal: undefined, zone: UTC });

/** The printed line without its end, and its value's part. */
function ndjson(value: Uint8Array | null): { readonly line: string; readonly value: string } {
  const parts: Uint8Array[] = [];
  const place = { topic: "t", partition: 0, offset: 7, timestampMs: 0, timestampType: 0 as const };
  const record = { ...place, headers: [], key: utf8.encode("k"), value };
  printer.print([record], parts);
  const [line, ...rest] = new TextDecoder("utf-8", { ignoreBOM: true }).decode(parts[0]).split("\n");
  deepEqual([parts.length, rest], [1, [""]], "one line");
  const head =
    '{"topic":"t","partition":0,"offset":7,"timestamp":"1970-01-01T00:00:00.000Z","key":"k","value":';
  equal(line!.slice(0, head.length), head);
  return { line: line!, value: line!.slice(head.length, -1) };
}

Deno.test("A value that is JSON keeps its text: digits, escapes, duplicate keys", () => {
  const kept = [
    '{"id":9007199254740993,"price":1.10,"big":1e400,"small":-0.0,"exp":1E+02}',
    '{"a":1,"a":2,"":null}',
    '{"__proto__":1,"2":"b","1":"a"}',
    String.raw`{"s":"\u0041\/\ud83d\ud83d\ude00 \ud800"}`,
    '{"s":"two  spaces\u2028\u0085"}',
    "123456789012345678901234567890",
    '"text"',
    "true",
    "null",
    "[]",
  ];
  for (const text of kept) equal(ndjson(utf8.encode(text)).value, text);
  equal(ndjson(utf8.encode(' {\r\n "a" : [ 1.10,\t2 ] }\n')).value, '{"a":[1.10,2]}');
});

Deno.test("What is not JSON is a string with its text, and no value is null", () => {
  const texts = [
    "",
    " ",
    "plain",
    "{",
    '{"a":1}{"b":2}',
    "01",
    "1 2",
    "NaN",
    "\ufeff{}",
    "{'a':1}",
    "a\nb\u0000",
  ];
  for (const text of texts) equal(JSON.parse(ndjson(utf8.encode(text)).value), text);
  equal(ndjson(null).value, "null");
  equal(JSON.parse(ndjson(Uint8Array.of(0xff, 0x61)).value), "\ufffda");
  equal(JSON.parse(ndjson(utf8.encode('{"a":"\ufffd"}').with(7, 0xff)).line).key, "k");
});

Deno.test("Whatever the value, its line is JSON that says what JSON.parse says of the value", () => {
  const spaces = fc.constantFrom("", " ", "\n", "\t\r\n");
  const json = fc.tuple(fc.json(), spaces, spaces).map(([text, before, behind]) => before + text + behind);
  const indented = fc.jsonValue().map((value) => JSON.stringify(value, null, 2));
  fc.assert(fc.property(fc.oneof(json, indented, fc.string({ unit: "binary" })), (text) => {
    let expected: unknown = text.toWellFormed();
    try {
      expected = JSON.parse(text.toWellFormed());
    } catch {
      // It is a text.
    }
    deepEqual(JSON.parse(ndjson(utf8.encode(text)).line).value, expected);
  }));
});
