import { equal } from "assert";
import { SharedSource } from "../../../lib/analyze/workers/reading/shared_source.ts";
import { UTC } from "../../../lib/base/time_zone.ts";
import type { RecordView } from "../../../lib/broker/record_batch/decode.ts";
import type { StreamReading } from "../../../lib/plan/declared_streams.ts";
import { RowQuality } from "../../../lib/records/json/json_reader.ts";
import { viewOf } from "../../../lib/records/values/text_view.ts";

const READING: StreamReading = {
  topics: { kind: "names", topics: ["t"] },
  mode: "permissive",
  fields: [{ name: "id", type: "STRING" }],
};
const ID = { name: "id", type: "STRING" } as const;

function recordOf(text: string): RecordView {
  const bytes = new TextEncoder().encode(text);
  const view = {
    offset: 0,
    timestampMs: 0,
    timestampType: 0 as const,
    keyStart: -1,
    keyEnd: -1,
    headersAt: 0,
  };
  return { ...view, bytes, valueStart: 0, valueEnd: bytes.length };
}

/** Decodes so many ids that differ that none is expected to come again; returns whether the last one is bytes. */
function staysBytes(source: SharedSource): boolean {
  for (let id = 0; id < 20_100; id++) {
    source.decode(recordOf(`{"id":"${id}"}`), { topic: "t", partition: 0 });
    equal(String(source.row[0]), String(id));
  }
  return viewOf(source.row[0]!) !== undefined;
}

Deno.test("A column stays bytes only if every query that reads it takes them", () => {
  for (
    const { wanted, isBytes } of [
      { wanted: [true], isBytes: true },
      { wanted: [true, true], isBytes: true },
      { wanted: [true, false], isBytes: false },
      { wanted: [false, true], isBytes: false },
      { wanted: [undefined], isBytes: false },
    ]
  ) {
    const source = new SharedSource(READING, UTC);
    for (const asBytes of wanted) source.slotsOf([asBytes === undefined ? ID : { ...ID, asBytes }]);
    equal(staysBytes(source), isBytes, JSON.stringify(wanted));
  }
});

Deno.test("A stream that checks all columns makes strings of those only that a query needs", () => {
  const unread = new SharedSource({ ...READING, mode: "failfast" }, UTC);
  unread.slotsOf([]);
  equal(staysBytes(unread), true);
  const read = new SharedSource({ ...READING, mode: "failfast" }, UTC);
  read.slotsOf([ID]);
  equal(staysBytes(read), false);
});

Deno.test("A stream that has only what Kafka keeps takes any value", () => {
  const source = new SharedSource({ ...READING, fields: [] }, UTC);
  const [slot] = source.slotsOf([{ name: "_metadata.value", type: "STRING", kafka: "value" }]);
  const bytes = new TextEncoder().encode("no JSON");
  const view = {
    offset: 7,
    timestampMs: 0,
    timestampType: 0 as const,
    keyStart: -1,
    keyEnd: -1,
    headersAt: 0,
  };
  const record = { ...view, bytes, valueStart: 0, valueEnd: bytes.length };
  equal(source.decode(record, { topic: "t", partition: 0 }), RowQuality.good);
  equal(source.row[slot!], "no JSON");
});
