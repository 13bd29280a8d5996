/** What Kafka keeps of a record as columns, with the types of Spark's source for Kafka. */
import { type DataType, type RecordColumn, sameType } from "../data_type.ts";
import type { KafkaField } from "./kafka_field.ts";

/** The types that a field is read as: its own, and that of its text, which saves a cast. */
const TYPES: Readonly<Record<KafkaField, readonly [DataType, ...DataType[]]>> = {
  key: ["BINARY", "STRING"],
  value: ["BINARY", "STRING"],
  topic: ["STRING"],
  partition: ["INT"],
  offset: ["BIGINT"],
  timestamp: ["TIMESTAMP"],
  timestampType: ["INT"],
  headers: [headersOf("BINARY"), headersOf("STRING")],
};

function headersOf(value: DataType): DataType {
  const fields = [{ name: "key", type: "STRING" }, { name: "value", type: value }] as const;
  return { kind: "ARRAY", element: { kind: "STRUCT", fields } };
}

/**
 * A field as a column that is read of a record, if possible as the wanted type. Its name cannot be that of a field of
 * the value by mistake.
 */
export function kafkaColumn(field: KafkaField, wanted: DataType): RecordColumn {
  const types = TYPES[field];
  const type = types.find((type) => sameType(type, wanted)) ?? types[0];
  return { name: `_metadata.${field}`, type, kafka: field };
}

/** A field of the key as a column that is read of a record. Its name cannot be that of a field of the value by mistake. */
export function keyColumn(field: string, type: DataType): RecordColumn {
  return { name: `_key.${field}`, type, keyField: field };
}
