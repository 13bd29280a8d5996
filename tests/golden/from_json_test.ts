import { deepEqual } from "assert";
import type { Schema, Value } from "../../lib/records/data_type.ts";
import { doubleText } from "../../lib/records/double_text.ts";
import { RowQuality } from "../../lib/records/json_reader.ts";
import { recordDecoder } from "../../lib/records/record_decoder.ts";
import { timeZoneOf } from "../../lib/base/time_zone.ts";
import answers from "./from_json/answers.json" with { type: "json" };

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

function asText(value: Value, column: number): string {
  return SCHEMA[column]!.type === "DOUBLE" ? doubleText(value as number) : String(value);
}

Deno.test("A record's value is read as Spark's from_json reads it", async (t) => {
  const decoder = recordDecoder(SCHEMA, timeZoneOf("America/Los_Angeles")!);
  for (const { text, row, corrupt } of answers) {
    await t.step(
      text.length > 80 ? `${text.slice(0, 60)}… (${text.length} characters)` : text,
      () => {
        const bytes = new TextEncoder().encode(text);
        const values: Value[] = new Array(SCHEMA.length).fill(null);
        const quality = decoder.decode(bytes, 0, bytes.length, values);
        const read: Record<string, string> = {};
        values.forEach((value, column) => {
          if (value !== null) read[SCHEMA[column]!.name] = asText(value, column);
        });
        // Microseconds beyond the year 2255 are held as the nearest number that a double can be.
        const expected: Record<string, string> = { ...row };
        if (expected.t !== undefined) expected.t = String(Number(expected.t));
        deepEqual(read, expected);
        deepEqual(quality === RowQuality.badField || quality === RowQuality.malformed, corrupt);
      },
    );
  }
});
