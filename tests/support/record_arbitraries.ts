/** Records of any content, and what a reader is shown of them, for property tests. */
import fc from "fast-check";
import { decodeBatches, type DecodeOptions, readHeaders } from "../../lib/broker/record_batch/decode.ts";
import type { ProducerRecord } from "../../lib/broker/record_batch/encode.ts";

/** Bytes or null. */
const contents: fc.Arbitrary<Uint8Array | null> = fc.option(fc.uint8Array({ maxLength: 300 }));

/** Milliseconds: near each other, or anywhere that a batch can hold exactly. */
const timestampsMs = fc.oneof(
  fc.integer({ min: 1_546_300_000_000, max: 1_546_300_100_000 }),
  fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
);

/** Objects as a reader makes them, too: with a prototype. */
function plainRecord<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true } as const);
}

/** A record. */
export const producerRecords: fc.Arbitrary<Required<ProducerRecord>> = plainRecord({
  key: contents,
  value: contents,
  timestampMs: timestampsMs,
  headers: fc.array(plainRecord({ key: fc.string({ unit: "grapheme" }), value: contents }), { maxLength: 4 }),
});

/** A record as a reader gets it. */
export interface ReadRecord extends Required<ProducerRecord> {
  readonly offset: number;
}

/** All that a reader is shown, and the offset to go on from. */
export function readAll(
  chunk: Uint8Array,
  options: Partial<DecodeOptions> = {},
): { readonly records: ReadRecord[]; readonly next: number } {
  const records: ReadRecord[] = [];
  const next = decodeBatches(chunk, { from: 0, to: Infinity, checkCrc: true, ...options }, (view) => {
    const part = (start: number, end: number) =>
      start < 0 ? null : new Uint8Array(view.bytes.subarray(start, end));
    records.push({
      offset: view.offset,
      timestampMs: view.timestampMs,
      key: part(view.keyStart, view.keyEnd),
      value: part(view.valueStart, view.valueEnd),
      headers: readHeaders(view).map(({ key, value }) => ({ key, value: value && new Uint8Array(value) })),
    });
  });
  return { records, next };
}
