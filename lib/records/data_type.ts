/**
 * The data types of columns and expressions, with Spark's names, and the representation of their values.
 *
 * | type | value in memory |
 * | --- | --- |
 * | STRING | string |
 * | BOOLEAN | boolean |
 * | TINYINT SMALLINT INT | number, an integer |
 * | BIGINT | bigint, 64 bits |
 * | FLOAT DOUBLE | number |
 * | DECIMAL(p,s) | bigint, the value times 10^s |
 * | TIMESTAMP | microseconds since the epoch: a number if that is a safe integer, else a bigint; see `micros.ts` |
 * | TIMESTAMP_NTZ | the same, of the local time as if it were UTC |
 * | DATE | number, days since the epoch |
 * | BINARY | Uint8Array |
 * | INTERVAL of years and months | number, months |
 * | INTERVAL of days and smaller units | bigint, microseconds |
 * | INTERVAL of the calendar | array of months and days, which are numbers, and of microseconds, a bigint |
 * | STRUCT, ARRAY | array of the fields' or elements' values |
 * | MAP | array of entries in their order, each an array of a key and its value |
 *
 * NULL is `null` for every type.
 */
import type { KafkaField } from "./kafka/kafka_field.ts";
import type { Needed } from "./needed.ts";
import { MONTH_INTERVALS, TIME_INTERVALS } from "./types/interval_types.ts";

/** The types without parameters. */
export const SIMPLE_TYPES = [
  "VOID",
  "BOOLEAN",
  "TINYINT",
  "SMALLINT",
  "INT",
  "BIGINT",
  "FLOAT",
  "DOUBLE",
  "STRING",
  "DATE",
  "TIMESTAMP",
  "TIMESTAMP_NTZ",
  "BINARY",
  "INTERVAL",
  ...MONTH_INTERVALS,
  ...TIME_INTERVALS,
] as const;

/** The types that a column may have, by the names that are proposed for one that is unknown. */
export const TYPE_NAMES: readonly string[] = [
  ...SIMPLE_TYPES.filter((name) => name !== "VOID" && !name.includes(" ")),
  "DECIMAL",
  "ARRAY",
  "MAP",
  "STRUCT",
];

/** One of {@link SIMPLE_TYPES}. */
export type SimpleType = (typeof SIMPLE_TYPES)[number];

/** A data type; plain data, so that plans can be sent and stored as JSON. */
export type DataType =
  | SimpleType
  | { readonly kind: "DECIMAL"; readonly precision: number; readonly scale: number }
  | { readonly kind: "ARRAY"; readonly element: DataType }
  | { readonly kind: "MAP"; readonly key: DataType; readonly value: DataType }
  | { readonly kind: "STRUCT"; readonly fields: readonly Column[] };

/** A named column of a schema. */
export interface Column {
  readonly name: string;
  readonly type: DataType;
}

/** The columns of a row, in order. */
export type Schema = readonly Column[];

/** A column that is read of a record: from its value, its key, or what Kafka keeps of it. */
export interface RecordColumn extends Column {
  /** The field of the record in Kafka. */
  readonly kafka?: KafkaField;
  /** The field of the record's key. */
  readonly keyField?: string;
}

/** A column of a record that is decoded. */
export interface DecodedColumn extends RecordColumn {
  /** Whether a STRING may be a `TextView`, because nothing needs it as a string. */
  readonly asBytes?: boolean;
  /** What is needed of it; all if it is not there. */
  readonly needed?: Needed;
}

/** The columns of a decoded row, in order. */
export type DecodedSchema = readonly DecodedColumn[];

/** A value of any {@link DataType}. */
export type Value = null | string | number | bigint | boolean | Uint8Array | readonly Value[];

/** The values of a row, in the order of its schema. */
export type Row = Value[];

/** Consumes a row, which is valid only until it returns. */
export type RowConsumer = (row: Row) => void;

/**
 * A type as Spark's DDL writes it.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(typeName({ kind: "DECIMAL", precision: 10, scale: 2 }), "DECIMAL(10,2)");
 * equal(typeName({ kind: "STRUCT", fields: [{ name: "start", type: "TIMESTAMP" }] }), "STRUCT<start: TIMESTAMP>");
 * ```
 */
export function typeName(type: DataType): string {
  if (typeof type === "string") return type;
  switch (type.kind) {
    case "DECIMAL":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "ARRAY":
      return `ARRAY<${typeName(type.element)}>`;
    case "MAP":
      return `MAP<${typeName(type.key)}, ${typeName(type.value)}>`;
    case "STRUCT":
      return `STRUCT<${
        type.fields.map(({ name, type }) => `${fieldName(name)}: ${typeName(type)}`).join(", ")
      }>`;
  }
}

/** The name of a field, in backticks where Spark needs them. */
function fieldName(name: string): string {
  return /^\w*[A-Za-z_]\w*$/.test(name) ? name : `\`${name.replaceAll("`", "``")}\``;
}

/** Whether two types are the same, including their parameters. */
export function sameType(left: DataType, right: DataType): boolean {
  return typeName(left) === typeName(right);
}

/** The largest precision that a DECIMAL can have. */
export const DECIMAL_PRECISION_MAX = 38;
