/** Splits a batch that is too large into smaller ones. */
import { decodeBatches, readHeaders } from "./decode.ts";
import { type ProducerRecord, RecordsBuilder } from "./encode.ts";

/**
 * Distributes the records of a builder, in order, to builders whose uncompressed batches have at most the
 * given size. A larger record gets its own builder.
 */
export function splitRecords(records: RecordsBuilder, bytesMax: number): RecordsBuilder[] {
  let current = new RecordsBuilder();
  const parts = [current];
  for (const record of recordsOf(records)) {
    if (current.count > 0 && current.bytesWith(record) > bytesMax) {
      current = new RecordsBuilder();
      parts.push(current);
    }
    current.add(record);
  }
  return parts;
}

/** The records of a builder. They are valid until the builder changes. */
export function recordsOf(records: RecordsBuilder): ProducerRecord[] {
  const found: ProducerRecord[] = [];
  decodeBatches(records.toBatch(), { from: 0, to: Infinity }, (view) => {
    const part = (start: number, end: number) => start < 0 ? null : view.bytes.subarray(start, end);
    const headers = readHeaders(view);
    found.push({
      key: part(view.keyStart, view.keyEnd),
      value: part(view.valueStart, view.valueEnd),
      timestampMs: view.timestampMs,
      ...(headers.length === 0 ? {} : { headers }),
    });
  });
  return found;
}
