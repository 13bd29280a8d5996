import { deepEqual, equal } from "assert";
import { Buffer } from "node:buffer";
import {
  type AbortedTransaction,
  decodeBatches,
  readHeaders,
  type RecordView,
} from "../../lib/broker/record_batch/decode.ts";
import cases from "./record_batches/batches.json" with { type: "json" };
import {
  type GoldenRecord,
  JAVA_RECORDS,
  KCAT_RECORDS,
  recordsFor,
  TRANSACTION_STEPS,
} from "./record_batches/records.ts";

interface Found extends GoldenRecord {
  readonly offset: number;
}

function textOf({ bytes }: RecordView, start: number, end: number): string | null {
  return start < 0 ? null : Buffer.from(bytes.subarray(start, end)).toString();
}

function decodeAll(batches: string, aborted: readonly AbortedTransaction[]): Found[] {
  const found: Found[] = [];
  decodeBatches(
    Buffer.from(batches, "base64"),
    { from: 0, to: Infinity, aborted, checkCrc: true },
    (view) => {
      found.push({
        offset: view.offset,
        timestampMs: view.timestampMs,
        key: textOf(view, view.keyStart, view.keyEnd),
        value: textOf(view, view.valueStart, view.valueEnd),
        headers: readHeaders(view).map(({ key, value }) => [key, value && Buffer.from(value).toString()]),
      });
    },
  );
  return found;
}

/** What was given to the producer of a topic. */
function written(name: string): Omit<GoldenRecord, "timestampMs">[] {
  const [producer, codec] = name.split("-") as [string, string];
  if (name !== "java-transactions") {
    return recordsFor(codec, producer === "kcat" ? KCAT_RECORDS : JAVA_RECORDS);
  }
  const aborts = (at: number, by: string) =>
    by !== "plain" &&
    TRANSACTION_STEPS.slice(at).find(([verb, producer]) =>
        producer === by && /abort|commit/.test(verb)
      )![0] === "abort";
  return TRANSACTION_STEPS.flatMap(([verb, by], at) =>
    verb !== "write" || aborts(at, by) ? [] : [{ key: by, value: String(at), headers: [] }]
  );
}

for (const { name, batches, aborted, offsets, timestampsMs } of cases) {
  Deno.test(`The batches of ${name} hold what was written, at the offsets and times that kcat shows`, () => {
    const producers = aborted.map(({ producerId, firstOffset }) => ({
      producerId: BigInt(producerId),
      firstOffset,
    }));
    const expected = written(name).map((record, at) => ({
      ...record,
      offset: offsets[at]!,
      timestampMs: timestampsMs[at]!,
    }));
    equal(expected.length, offsets.length);
    deepEqual(decodeAll(batches, producers), expected);
  });
}
