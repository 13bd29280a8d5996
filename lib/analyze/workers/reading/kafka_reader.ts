/** Reads what Kafka keeps of a record besides the fields of its value, into the slots of those who need it. */
import { readHeaders, type RecordView } from "../../../broker/record_batch/decode.ts";
import type { RecordColumn, Row, Value } from "../../../records/data_type.ts";
import type { KafkaField } from "../../../records/kafka/kafka_field.ts";
import { javaText } from "../../../records/values/java_text.ts";
import { microsOfMillis } from "../../../records/values/micros.ts";

/** The partition that a record is in. */
export interface RecordSource {
  readonly topic: string;
  readonly partition: number;
}

/** Fills the slots of a row. */
export type KafkaReader = (record: RecordView, source: RecordSource, row: Row) => void;

/** The reader for the columns of a row from a slot on; undefined if none of them is from Kafka. */
export function kafkaReader(columns: readonly RecordColumn[], firstSlot: number): KafkaReader | undefined {
  const fields = columns.flatMap(({ kafka, type }, index) =>
    kafka === undefined ? [] : [{ slot: firstSlot + index, read: READERS[kafka](readerOf(type)) }]
  );
  if (fields.length === 0) return undefined;
  return (record, source, row) => {
    for (let index = 0; index < fields.length; index++) {
      const { slot, read } = fields[index]!;
      row[slot] = read(record, source);
    }
  };
}

/** Reads bytes as the type of a column. The bytes are only valid until the next record. */
type BytesReader = (bytes: Uint8Array) => Value;

function readerOf(type: RecordColumn["type"]): BytesReader {
  const isBinary = type === "BINARY" || JSON.stringify(type).includes('"BINARY"');
  return isBinary ? (bytes) => bytes.slice() : javaText;
}

type FieldReader = (record: RecordView, source: RecordSource) => Value;

const READERS: Readonly<Record<KafkaField, (read: BytesReader) => FieldReader>> = {
  key: (read) => ({ bytes, keyStart, keyEnd }) =>
    keyStart < 0 ? null : read(bytes.subarray(keyStart, keyEnd)),
  value: (read) => ({ bytes, valueStart, valueEnd }) =>
    valueStart < 0 ? null : read(bytes.subarray(valueStart, valueEnd)),
  topic: () => (_record, { topic }) => topic,
  partition: () => (_record, { partition }) => partition,
  offset: () => ({ offset }) => BigInt(offset),
  timestamp: () => ({ timestampMs }) => microsOfMillis(timestampMs),
  timestampType: () => ({ timestampType }) => timestampType,
  headers: (read) => (record) => {
    const headers = readHeaders(record);
    // In Spark, a record without headers has none at all, not an empty list.
    return headers.length === 0 ? null : headers.map(({ key, value }) => [key, value && read(value)]);
  },
};
