import { deepEqual, equal } from "assert";
import type { StreamReading } from "../../lib/plan/declared_streams.ts";
import { SharedSource } from "../../lib/analyze/workers/reading/shared_source.ts";
import { UTC } from "../../lib/base/time_zone.ts";
import type { RecordView } from "../../lib/broker/record_batch/decode.ts";
import type { Value } from "../../lib/records/data_type.ts";
import answers from "./corrupt_records/answers.json" with { type: "json" };

/** The schema that `corrupt_records/make.py` asked Spark with. */
const READING: StreamReading = {
  topics: { kind: "names", topics: ["t"] },
  mode: "permissive",
  corruptRecord: "bad",
  fields: [{ name: "s", type: "STRING" }, { name: "i", type: "INT" }, { name: "t", type: "TIMESTAMP" }],
};
const PLACE = { topic: "t", partition: 3 };

function recordOf(text: string | null): RecordView {
  const bytes = new TextEncoder().encode(text ?? "");
  const [valueStart, valueEnd] = text === null ? [-1, -1] : [0, bytes.length];
  return {
    offset: 7,
    timestampMs: 0,
    timestampType: 0,
    bytes,
    keyStart: -1,
    keyEnd: -1,
    valueStart,
    valueEnd,
    headersAt: 0,
  };
}

/** Of all columns a query reads `s` and the corrupt-record column only; the others count nevertheless. */
function read(reading: StreamReading, text: string | null): Record<string, Value> {
  const source = new SharedSource(reading, UTC);
  const names = ["s", "bad"].slice(0, reading.corruptRecord === undefined ? 1 : 2);
  const slots = source.slotsOf(names.map((name) => ({ name, type: "STRING" })));
  const before = reading.mode === "failfast" ? '{"s":"before"}' : '{"s":"before","i":"x"}';
  source.decode(recordOf(before), PLACE);
  source.decode(recordOf(text), PLACE);
  return Object.fromEntries(names.map((name, index) => [name, source.row[slots[index]!]!]));
}

Deno.test("The corrupt-record column has the text of a record exactly where Spark's has it", async (t) => {
  for (const { text, s, bad } of answers) {
    await t.step(JSON.stringify(text), () => deepEqual(read(READING, text), { s, bad }));
  }
});

Deno.test("mode = failfast fails on exactly the records on which Spark's FAILFAST fails, and names the place", async (t) => {
  const { corruptRecord: _none, ...reading } = READING;
  for (const { text, s, fails } of answers) {
    await t.step(JSON.stringify(text), () => {
      let message: string | undefined;
      try {
        deepEqual(read({ ...reading, mode: "failfast" }, text), { s });
      } catch (error) {
        if ((error as { code?: string }).code !== "QUERY_FAILED") throw error;
        message = (error as Error).message;
      }
      equal(message !== undefined, fails);
      // What acts on a terminal is shown escaped.
      const shown = text?.replace("\t", "\\t").replace("\ufeff", "\\ufeff");
      if (fails) equal(message, `The record at offset 7 of t-3 does not fit the columns: ${shown}`);
    });
  }
});
