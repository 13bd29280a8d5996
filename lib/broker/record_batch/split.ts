/** Divides the records of a batch that is too large into smaller ones. */
import { decodeBatches, readHeaders } from "./decode.ts";
import { type ProducerRecord, RecordsBuilder } from "./encode.ts";

/**
 * Gives the records of a builder, in order, to builders whose batches have at most so many bytes each before they
 * are compressed. A record that is larger by itself has a builder of its own.
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

/** The records of a builder. What they hold is good until the builder is changed. */
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
