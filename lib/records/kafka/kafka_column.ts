/** Columns that are not of the value of a record, but of its key, or of what Kafka keeps of it, with the types of Spark's source. */
import { type DataType, type RecordColumn, sameType } from "../data_type.ts";
import type { KafkaField } from "./kafka_field.ts";

/** Where the value of a column comes from, if not from the value of a record. */
export interface ColumnOrigin {
  /** The field of the record in Kafka. */
  readonly kafka?: KafkaField;
  /** The field of the record's key. */
  readonly keyField?: string;
  /** The text of the expression that computes it. */
  readonly computed?: string;
}

/** Whether a column is a field of the value of a record. */
export function isOfValue({ kafka, keyField, computed }: ColumnOrigin): boolean {
  return kafka === undefined && keyField === undefined && computed === undefined;
}

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
