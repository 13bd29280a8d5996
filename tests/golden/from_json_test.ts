import { Buffer } from "node:buffer";
import { deepEqual, equal } from "assert";
import { type Column, type Schema, typeName, type Value } from "../../lib/records/data_type.ts";
import { decimalText } from "../../lib/records/values/decimal_text.ts";
import { doubleText } from "../../lib/records/values/double_text.ts";
import { RowQuality } from "../../lib/records/json/json_reader.ts";
import { parseColumns } from "../../lib/sql/catalog.ts";
import { jsonValueWriter } from "../../lib/stream/values/json_text.ts";
import { recordDecoder } from "../../lib/records/record_decoder.ts";
import { timeZoneOf } from "../../lib/base/time_zone.ts";
import { sameTexts } from "../support/same_values.ts";
import answers from "./from_json/answers.json" with { type: "json" };
import byteAnswers from "./from_json/byte_answers.json" with { type: "json" };
import decimalAnswers from "./from_json/decimal_answers.json" with { type: "json" };
import nestedAnswers from "./from_json/nested_answers.json" with { type: "json" };
import numberAnswers from "./from_json/number_answers.json" with { type: "json" };

/** The schema that `from_json/make.py` asked Spark with. */
const SCHEMA: Schema = [
  { name: "s", type: "STRING" },
  { name: "t", type: "TIMESTAMP" },
  { name: "i", type: "INT" },
  { name: "l", type: "BIGINT" },
  { name: "d", type: "DOUBLE" },
  { name: "b", type: "BOOLEAN" },
  { name: "day", type: "DATE" },
];

/** The schema that `from_json/make_decimals.py` asked Spark with. */
const DECIMALS: Schema = [
  { name: "a", type: { kind: "DECIMAL", precision: 10, scale: 2 } },
  { name: "z", type: { kind: "DECIMAL", precision: 38, scale: 18 } },
  { name: "o", type: { kind: "DECIMAL", precision: 1, scale: 0 } },
  { name: "s", type: "STRING" },
];

/** The schema that `from_json/make_numbers.py` asked Spark with. */
const NUMBERS: Schema = [
  { name: "y", type: "TINYINT" },
  { name: "h", type: "SMALLINT" },
  { name: "f", type: "FLOAT" },
];

function asText(value: Value, { type }: Column): string {
  if (typeof type !== "string" && type.kind === "DECIMAL") return decimalText(value as bigint, type.scale);
  return type === "DOUBLE" || type === "FLOAT" ? doubleText(value as number) : String(value);
}

/** Compares rows: numbers by value, since Spark's Java may have written them with more digits. */
function compare(
  schema: Schema,
  text: string,
  spark: { row: Readonly<Record<string, string | undefined>>; corrupt: boolean },
): void {
  const ours = read(schema, text);
  const row = Object.fromEntries(
    schema.flatMap(({ name, type }) => {
      const [value, other] = [ours.row[name], spark.row[name]];
      if (other === undefined) return [];
      const comparison = { type: typeName(type).toLowerCase(), tolerance: 0 };
      return [[name, value !== undefined && sameTexts(value, other, comparison) ? value : other]];
    }),
  );
  deepEqual(ours, { row, corrupt: spark.corrupt });
}

/** The columns that are not NULL, as text, and whether the record is corrupt. */
function read(schema: Schema, text: string): { row: Record<string, string>; corrupt: boolean } {
  const decoder = recordDecoder(schema, timeZoneOf("America/Los_Angeles")!);
  const bytes = new TextEncoder().encode(text);
  const values: Value[] = new Array(schema.length).fill(null);
  const quality = decoder.decode(bytes, 0, bytes.length, values);
  const row: Record<string, string> = {};
  values.forEach((value, column) => {
    if (value !== null) row[schema[column]!.name] = asText(value, schema[column]!);
  });
  return { row, corrupt: quality === RowQuality.badField || quality === RowQuality.malformed };
}

const titleOf = (text: string) =>
  text.length > 80 ? `${text.slice(0, 60)}… (${text.length} characters)` : text;

Deno.test("A record's value is read as Spark's from_json reads it", async (t) => {
  for (const { text, row, corrupt } of answers) {
    await t.step(titleOf(text), () => {
      compare(SCHEMA, text, { row, corrupt });
    });
  }
});

Deno.test("DECIMALs of a record are read as Spark's from_json reads them", async (t) => {
  for (const { text, row, corrupt } of decimalAnswers) {
    await t.step(titleOf(text), () => compare(DECIMALS, text, { row, corrupt }));
  }
});

Deno.test("TINYINTs, SMALLINTs and FLOATs of a record are read as Spark's from_json reads them", async (t) => {
  for (const { text, row, corrupt } of numberAnswers) {
    await t.step(titleOf(text), () => compare(NUMBERS, text, { row, corrupt }));
  }
});

const ZONE = timeZoneOf("America/Los_Angeles")!;

Deno.test("Structures of a record are read as Spark's from_json reads them", async (t) => {
  const schema = parseColumns(
    await Deno.readTextFile(new URL("from_json/nested_schema.txt", import.meta.url)),
    "schema",
  );
  const decoder = recordDecoder(schema, ZONE);
  const write = jsonValueWriter({ kind: "STRUCT", fields: schema }, ZONE);
  const noRow = write(schema.map(() => null));
  for (const { text, row, corrupt } of nestedAnswers) {
    await t.step(titleOf(text), () => {
      const bytes = new TextEncoder().encode(text);
      const values: Value[] = new Array(schema.length).fill(null);
      const quality = decoder.decode(bytes, 0, bytes.length, values);
      const isCorrupt = quality === RowQuality.badField || quality === RowQuality.malformed;
      deepEqual({ row: write(values), corrupt: isCorrupt }, { row: row ?? noRow, corrupt });
    });
  }
});

Deno.test("Bytes that are not UTF-8 become the text that Spark makes of them, in a usual and in an unusual record", () => {
  const decoder = recordDecoder([{ name: "s", type: "STRING" }], timeZoneOf("UTC")!);
  const sequences = (byteAnswers as [string, string][]).map(([bytes]) => Uint8Array.fromHex(bytes));
  // Only records without structures are read by the fast reader.
  for (const start of [`{"s":"`, `{"u":{},"s":"`]) {
    const parts = [new TextEncoder().encode(start)];
    for (const sequence of sequences) parts.push(sequence, new TextEncoder().encode("|"));
    const record = Buffer.concat([...parts, new TextEncoder().encode(`"}`)]);
    const row: Value[] = [null];
    equal(decoder.decode(record, 0, record.length, row), RowQuality.good);
    const texts = (row[0] as string).split("|");
    byteAnswers.forEach(([bytes, text], index) => {
      equal(new TextEncoder().encode(texts[index]).toHex(), text, `${start}: ${bytes}`);
    });
  }
});
