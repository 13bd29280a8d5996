/** Rows as bytes of JSON, against the same rows as texts: `json_text.ts` is the measure. */
import { deepEqual, equal } from "assert";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { timeZoneOf, UTC } from "../../lib/base/time_zone.ts";
import type { Row, Schema } from "../../lib/records/data_type.ts";
import { TextView, valueOf } from "../../lib/records/values/text_view.ts";
import { JsonLines, lineEnd } from "../../lib/sinks/rows/json_lines.ts";
import { jsonRowWriter } from "../support/json_row_writer.ts";
import { anyText, CHANGES, MAPS, orNull, VALUES, ZONES } from "../support/value_arbitraries.ts";

/** A schema, and chunks of rows of it. */
const anyChunks = fc.array(fc.tuple(anyText, fc.constantFrom(...VALUES, ...MAPS)), {
  minLength: 1,
  maxLength: 5,
})
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
