import { equal } from "assert";
import fc from "fast-check";
import { UTC } from "../../../lib/base/time_zone.ts";
import type { Row, Schema } from "../../../lib/records/data_type.ts";
import { JsonLines, lineEnd } from "../../../lib/sinks/rows/json_lines.ts";
import { jsonRowWriter } from "../../../lib/sinks/rows/json_row.ts";

const SCHEMA: Schema = [
  { name: "text", type: "STRING" },
  { name: "time", type: "TIMESTAMP" },
  { name: 'a "day"', type: "DATE" },
  { name: "number", type: "DOUBLE" },
  { name: "count", type: "BIGINT" },
  { name: "list", type: { kind: "ARRAY", element: "STRING" } },
];

const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });

const anyRow: fc.Arbitrary<Row> = fc.tuple(
  // Short ones come again, long ones are not kept.
  orNull(fc.oneof(fc.string({ maxLength: 1 }), fc.string({ unit: "binary", maxLength: 300 }))),
  orNull(fc.integer({ min: 0, max: 5 }).map((minutes) => 1_546_300_620_000_000 + minutes * 60_000_000)),
  orNull(fc.integer({ min: 17_000, max: 17_003 })),
  orNull(fc.oneof(fc.constantFrom(0, -0, NaN), fc.double())),
  orNull(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  orNull(fc.array(orNull(fc.string({ maxLength: 2 })))),
);

function linesOf(schema: Schema, rows: readonly Row[], tags: string): string {
  const write = jsonRowWriter(schema, UTC);
  return rows.map((row) => `${write(row, tags)}\n`).join("");
}

Deno.test("Lines gathered as bytes are those of the rows written one by one", () => {
  const text = new TextDecoder("utf-8", { ignoreBOM: true });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(anyRow), fc.constantFrom("", ',"batchId":7'))),
      (chunks) => {
        const lines = new JsonLines(SCHEMA, UTC);
        for (const [rows, tags] of chunks) {
          for (const row of rows) lines.add(row, lineEnd(tags));
          equal(lines.rowCount, rows.length);
          equal(text.decode(lines.take()), linesOf(SCHEMA, rows, tags));
        }
      },
    ),
  );
});

Deno.test("A column whose values never come again, or more of them than are kept, is written all the same", () => {
  const schema: Schema = [{ name: "id", type: "STRING" }, { name: "kind", type: "STRING" }];
  const rows = Array.from({ length: 60_000 }, (_, index): Row => [`id ${index}`, `kind ${index % 20_000}`]);
  const lines = new JsonLines(schema, UTC);
  for (const row of rows) lines.add(row, lineEnd());
  equal(new TextDecoder().decode(lines.take()), linesOf(schema, rows, ""));
});
