/** The rows that were emitted last, however they came, against a list of all. */
import { deepEqual, ok } from "assert";
import fc from "fast-check";
import { LastGroups } from "../../lib/analyze/rows/last_groups.ts";
import { LastRows } from "../../lib/analyze/rows/last_rows.ts";
import { jsonRowReader } from "../../lib/analyze/rows/json_values.ts";
import { RecentRows } from "../../lib/analyze/rows/recent_rows.ts";
import { RECENT_BYTES_MAX, RECENT_ROWS_MAX } from "../../lib/base/bounds.ts";
import { timeZoneOf, UTC } from "../../lib/base/time_zone.ts";
import type { Row, Schema, Value } from "../../lib/records/data_type.ts";
import { rowEncoder } from "../../lib/sinks/rows/row_encoder.ts";
import { JsonLines, lineEnd } from "../../lib/sinks/rows/json_lines.ts";
import { MAPS, orNull, VALUES, ZONES } from "../support/value_arbitraries.ts";

const SCHEMA: Schema = [{ name: "query", type: "BIGINT" }, { name: "text", type: "STRING" }];

/** Rows of different lengths, with ids from a number on. */
function rowsFrom(id: number, count: number): Row[] {
  return Array.from({ length: count }, (_, index): Row => [
    BigInt(id + index),
    index % 3 === 0 ? null : "x".repeat((id + index) % 50),
  ]);
}

/** Batches; each of chunks that come as text, as values, or one by one. */
const anyBatches = fc.array(
  fc.array(
    fc.record({
      as: fc.constantFrom("text", "values", "last", "rows"),
      count: fc.oneof(fc.nat(20), fc.nat(2_500)),
    }),
    { maxLength: 5 },
  ),
  { maxLength: 6 },
);

Deno.test("The last rows of all are kept, newest first, whether they came as text, as values or one by one", () => {
  fc.assert(
    fc.property(anyBatches, fc.boolean(), (batches, readsOften) => {
      const format = { kind: "ndjson", withBatch: true } as const;
      const recent = new RecentRows({ schema: SCHEMA, zone: UTC, query: "q", format });
      const all: Row[] = [];
      for (const chunks of batches) {
        for (const { as, count } of chunks) {
          const rows = rowsFrom(all.length, count);
          all.push(...rows);
          if (as === "rows") { for (const row of rows) recent.add(row); }
          else if (as === "text") {
            const encoder = rowEncoder({ format, schema: SCHEMA, zone: UTC, query: "q" });
            for (const row of rows) encoder.add(row, 7);
            recent.addChunk(encoder.take());
          } else if (as === "values") recent.addChunk({ rowCount: count, rows });
          else {recent.addChunk({
              rowCount: count,
              rows: rows.slice(0, 20),
              last: rows.slice(-RECENT_ROWS_MAX),
            });}
        }
        recent.endBatch();
        if (readsOften) deepEqual(recent.rows(), all.slice(-RECENT_ROWS_MAX).reverse());
      }
      deepEqual(recent.rows(), all.slice(-RECENT_ROWS_MAX).reverse());
    }),
    { numRuns: 60 },
  );
});

Deno.test("The last rows keep within their bytes, and are all that fit", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100)), fc.integer({ min: 1, max: 10 }), (lengths, rowsMax) => {
      const bytesMax = 300;
      const last = new LastRows({ rowsMax, bytesMax });
      const bytesOf = (length: number) => 24 + length + 16;
      lengths.forEach((length, index) => last.add(["x".repeat(length), index]));
      let bytes = 0;
      const expected: number[] = [];
      for (let index = lengths.length - 1; index >= 0 && expected.length < rowsMax; index--) {
        bytes += bytesOf(lengths[index]!);
        if (bytes > bytesMax) break;
        expected.unshift(index);
      }
      deepEqual(last.rows().map(([, index]) => index), expected);
      deepEqual(last.take().length, expected.length);
      deepEqual(last.count, 0);
    }),
  );
});

Deno.test("Texts take no more memory than the bound, however large their rows are", () => {
  const format = { kind: "ndjson", withBatch: false } as const;
  const recent = new RecentRows({ schema: SCHEMA, zone: UTC, query: "q", format });
  const encoder = rowEncoder({ format, schema: SCHEMA, zone: UTC, query: "q" });
  for (let id = 0; id < 30; id++) {
    encoder.add([BigInt(id), "x".repeat(1_000_000)], 0);
    if (id % 3 === 2) recent.addChunk(encoder.take());
  }
  recent.endBatch();
  const rows = recent.rows();
  deepEqual(rows.map(([id]) => id), [29n, 28n, 27n, 26n]);
  ok(rows.length * 1_000_000 <= RECENT_BYTES_MAX);
});

Deno.test("The last groups of lists of any lengths are those at the end of all", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40)), fc.integer({ min: 1, max: 30 }), (lengths, countMax) => {
      const last = new LastGroups(countMax);
      const all: number[] = [];
      const shared = new Int32Array(40);
      for (const length of lengths) {
        const part = shared.subarray(0, length);
        for (let index = 0; index < length; index++) all.push(part[index] = all.length);
        last.add(part);
      }
      deepEqual([...last.rows((group) => [group])], all.slice(-countMax).map((group) => [group]));
    }),
  );
});

/** Whether a time is in the first millisecond that there is: its text is that of a time before it. */
function hasFirstTime(value: Value): boolean {
  return Array.isArray(value)
    ? value.some(hasFirstTime)
    : typeof value === "bigint" && value < -(2n ** 63n) + 1_000n;
}

Deno.test("Rows of any types, in any zone, are read back from their lines of JSON, whose times have milliseconds", () => {
  const anyRows = fc.array(fc.constantFrom(...VALUES, ...MAPS), { minLength: 1, maxLength: 5 }).chain(
    (columns) => {
      const schema: Schema = columns.map(([type], index) => ({ name: `c${index}`, type }));
      return fc.array(fc.tuple(...columns.map(([, values]) => orNull(values)))).map((rows) => ({
        schema,
        rows,
      }));
    },
  );
  fc.assert(
    fc.property(anyRows, fc.constantFrom(...ZONES), ({ schema, rows }, id) => {
      const zone = timeZoneOf(id)!;
      const linesOf = (some: readonly Row[]) => {
        const lines = new JsonLines(schema, zone);
        for (const row of some) lines.add(row, lineEnd());
        return new TextDecoder("utf-8", { ignoreBOM: true }).decode(lines.take()).split("\n").slice(0, -1);
      };
      fc.pre(!rows.some(hasFirstTime));
      const read = linesOf(rows).map(jsonRowReader(schema, zone));
      deepEqual(linesOf(read), linesOf(rows));
      schema.forEach(({ type }, index) => {
        if (JSON.stringify(type).includes("TIMESTAMP")) return;
        deepEqual(read.map((row) => row[index]), rows.map((row) => row[index]));
      });
    }),
    { numRuns: 300, examples: [[{ schema: [{ name: "c0", type: "DATE" }], rows: [[-(2 ** 31)]] }, "UTC"]] },
  );
});
