import type { ConsumedRecord, OffsetRange, RecordChunk } from "./broker.ts";
import { decodeBatches, readHeaders, type RecordView } from "./record_batch/decode.ts";

/** The records of a chunk that are in the range, each with copies of its parts. */
export function consumedRecords(
  chunk: RecordChunk,
  { topic, partition, from, to }: OffsetRange,
): ConsumedRecord[] {
  const records: ConsumedRecord[] = [];
  decodeBatches(chunk.bytes, { from, to, aborted: chunk.aborted, checkCrc: true }, (record) => {
    const { key, value } = recordBytes(record);
    records.push({
      topic,
      partition,
      offset: record.offset,
      timestampMs: record.timestampMs,
      timestampType: record.timestampType,
      headers: readHeaders(record),
      key,
      value,
    });
  });
  return records;
}

/** Copies of the key and value of the current record. */
export function recordBytes(record: RecordView): Pick<ConsumedRecord, "key" | "value"> {
  const { bytes, keyStart, keyEnd, valueStart, valueEnd } = record;
  return {
    key: keyStart < 0 ? null : bytes.slice(keyStart, keyEnd),
    value: valueStart < 0 ? null : bytes.slice(valueStart, valueEnd),
  };
}
