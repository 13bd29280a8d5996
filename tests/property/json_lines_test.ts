/** Rows as bytes of JSON, against the same rows as texts: `json_row.ts` is the measure. */
import { deepEqual, equal } from "assert";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { timeZoneOf, UTC } from "../../lib/base/time_zone.ts";
import type { DataType, Row, Schema, Value } from "../../lib/records/data_type.ts";
import { microsOf } from "../../lib/records/values/micros.ts";
import { TextView, valueOf } from "../../lib/records/values/text_view.ts";
import { JsonLines, lineEnd } from "../../lib/sinks/rows/json_lines.ts";
import { jsonRowWriter } from "../support/json_row_writer.ts";

/** With daylight saving time, with offsets of minutes, and with local mean times, which have seconds. */
const ZONES = ["UTC", "+05:30", "-11:15", "America/Los_Angeles", "Australia/Lord_Howe", "Africa/Monrovia"];

/** Seconds near which dates, years or offsets of these zones change. */
const CHANGES = [0, 1_520_755_200, 1_541_322_000, 63_593_070, 951_782_400, -2_000_000_000];

/** Far more often close to each other than any two times are. */
const anyTime = fc.oneof(
  fc.tuple(
    fc.constantFrom(...CHANGES),
    fc.integer({ min: -100_000, max: 100_000 }),
    fc.constantFrom(0, 1, 999, 1_000, 120_000, 999_999),
  ).map(([seconds, more, micros]) => (seconds + more) * 1_000_000 + micros),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(microsOf),
  fc.maxSafeInteger(),
);

const anyText = fc.oneof(
  fc.stringMatching(/^[ -~]{0,100}$/),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
  fc.constantFrom(
    '"',
    "\\",
    "\n",
    "\u001f",
    "\u007f",
    "é",
    "\u07ff\u0800",
    "\uffff",
    "😀",
    "\ud800",
    "x".repeat(70_000),
  ),
);

const TIMES: DataType = {
  kind: "STRUCT",
  fields: [{ name: "start", type: "TIMESTAMP" }, { name: 'the "end"', type: "TIMESTAMP" }],
};

const VALUES: readonly (readonly [DataType, fc.Arbitrary<Value>])[] = [
  ["STRING", anyText],
  ["BOOLEAN", fc.boolean()],
  ["TINYINT", fc.integer({ min: -128, max: 127 })],
  ["SMALLINT", fc.integer({ min: -32_768, max: 32_767 })],
  ["INT", fc.integer()],
  [
    "BIGINT",
    fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.maxSafeInteger().map(BigInt),
      fc.integer({ min: 0, max: 62 }).chain((bits) =>
        fc.constantFrom(-1n, 0n, 1n).map((more) => (1n << BigInt(bits)) + more)
      ),
      fc.integer({ min: 0, max: 18 }).chain((power) =>
        fc.constantFrom(-1n, 0n, 1n).map((more) => -(10n ** BigInt(power)) + more)
      ),
    ),
  ],
  ["FLOAT", fc.float()],
  ["DOUBLE", fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN, Infinity))],
  [
    { kind: "DECIMAL", precision: 38, scale: 9 },
    fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
  ],
  ["DATE", fc.oneof(fc.integer({ min: 17_000, max: 17_003 }), fc.integer())],
  ["TIMESTAMP", anyTime],
  [{ kind: "ARRAY", element: "STRING" }, fc.array(orNull(anyText), { maxLength: 3 })],
  [{ kind: "ARRAY", element: TIMES }, fc.array(fc.tuple(anyTime, orNull(anyTime)), { maxLength: 3 })],
  [TIMES, fc.tuple(anyTime, orNull(anyTime))],
  ["VOID", fc.constant(null)],
];

function orNull(values: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.option(values, { nil: null, freq: 10 });
}

/** A schema, and chunks of rows of it. */
const anyChunks = fc.array(fc.tuple(anyText, fc.constantFrom(...VALUES)), { minLength: 1, maxLength: 5 })
  .chain(
    (columns) => {
      const schema: Schema = columns.map(([name, [type]]) => ({ name, type }));
      const row = fc.tuple(...columns.map(([, [, values]]) => orNull(values)));
      return fc.array(fc.array(row)).map((chunks): { schema: Schema; chunks: Row[][] } => ({
        schema,
        chunks,
      }));
    },
  );

Deno.test("Rows of any types, in any zone, are the same as bytes and as text", () => {
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  fc.assert(
    fc.property(
      anyChunks,
      fc.constantFrom(...ZONES),
      fc.constantFrom("", ',"batchId":7'),
      ({ schema, chunks }, id, tags) => {
        const zone = timeZoneOf(id)!;
        const write = jsonRowWriter(schema, zone);
        const lines = new JsonLines(schema, zone);
        for (const rows of chunks) {
          for (const row of rows) lines.add(row, lineEnd(tags));
          equal(lines.rowCount, rows.length);
          const texts = rows.map((row) => `${write(row, tags)}\n`).join("");
          // A lone surrogate has no bytes of its own.
          equal(utf8.decode(lines.take()), texts.toWellFormed());
        }
      },
    ),
    { numRuns: 400 },
  );
});

Deno.test("Times across midnights and changes of the offset, forwards and backwards, are the same as bytes and as text", () => {
  const schema: Schema = [{ name: "time", type: "TIMESTAMP" }];
  const quarters = Array.from({ length: 400 }, (_, index) => (index - 200) * 900);
  for (const id of ZONES) {
    const zone = timeZoneOf(id)!;
    const write = jsonRowWriter(schema, zone);
    const lines = new JsonLines(schema, zone);
    for (const change of CHANGES) {
      const times = quarters.flatMap((more) =>
        [-1, 0, 1].map((micros) => (change - change % 900 + more) * 1_000_000 + micros)
      );
      for (const time of [...times, ...times.toReversed()]) {
        lines.add([time], lineEnd());
        equal(new TextDecoder().decode(lines.take()), `${write([time])}\n`);
      }
    }
  }
});

Deno.test("A text that is a view is the same as the string", () => {
  const schema: Schema = [{ name: "text", type: "STRING" }, { name: "more", type: "STRING" }];
  const [asStrings, asViews] = [new JsonLines(schema, UTC), new JsonLines(schema, UTC)];
  fc.assert(
    fc.property(anyText.map((text) => text.toWellFormed()), orNull(anyText), (text, more) => {
      asStrings.add([text, more], lineEnd());
      asViews.add([valueOf(viewOn(text)), more], lineEnd());
      deepEqual(asViews.take(), asStrings.take());
    }),
    { numRuns: 400 },
  );
});

/** A view on a text between others. */
function viewOn(text: string): TextView {
  const bytes = Buffer.from(`"before"${text}"after"`);
  const view = new TextView({ bytes });
  const [start, end] = ['"before"'.length, bytes.length - '"after"'.length];
  view.place(start, end, { isAscii: end - start === text.length });
  return view;
}
