import { deepEqual } from "assert";
import { cellReader } from "../../lib/records/formats/csv/csv_cells.ts";
import { timeZoneOf } from "../../lib/base/time_zone.ts";
import type { DataType, Value } from "../../lib/records/data_type.ts";
import { parseType } from "../../lib/records/types/type_text.ts";
import { doubleText } from "../../lib/records/values/double_text.ts";
import answers from "./csv/answers.json" with { type: "json" };

/** The types that `csv/make.py` asked Spark with. */
const TYPES = [
  ...[
    "STRING",
    "BOOLEAN",
    "TINYINT",
    "SMALLINT",
    "INT",
    "BIGINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL(10,2)",
    "DATE",
  ],
  "TIMESTAMP",
];

function asText(value: Value, type: DataType): string {
  if (type === "FLOAT") return floatText(value as number);
  if (type === "DOUBLE") return doubleText(value as number);
  if (typeof type === "string") return String(value);
  const digits = String(value).replace("-", "").padStart(3, "0");
  return `${String(value).startsWith("-") ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The value that a text of Java's stands for is the same float, whatever its digits. */
function floatText(value: number): string {
  return String(Math.fround(value));
}

Deno.test("A cell is read as Spark's CSV reader reads it, and what it makes NULL does not fit", async (t) => {
  const zone = timeZoneOf("America/Los_Angeles")!;
  for (const { cell, values } of answers as { cell: string; values: Record<string, string> }[]) {
    // An empty cell is NULL whatever the type.
    if (cell === "") continue;
    await t.step(JSON.stringify(cell), () => {
      for (const name of TYPES) {
        const type = parseType(name);
        const value = cellReader(type, { zone })(cell);
        const read = value === undefined ? undefined : asText(value, type);
        const answer = values[name];
        const expected = answer === undefined
          ? undefined
          : type === "FLOAT"
          ? floatText(Number(answer))
          : type === "DOUBLE"
          ? doubleText(Number(answer))
          : type === "TIMESTAMP"
          ? String(Number(answer))
          : answer;
        deepEqual(read, expected, `${cell} as ${name}`);
      }
    });
  }
});
