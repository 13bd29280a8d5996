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
 * | DATE | number, days since the epoch |
 * | STRUCT, ARRAY | array of the fields' or elements' values |
 *
 * NULL is `null` for every type.
 */

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
  "INTERVAL",
] as const;

/** The types that a column may have, by the names that are proposed for one that is unknown. */
export const TYPE_NAMES: readonly string[] = [
  ...SIMPLE_TYPES.filter((name) => name !== "VOID" && name !== "INTERVAL"),
  "DECIMAL",
];

/** One of {@link SIMPLE_TYPES}. */
export type SimpleType = (typeof SIMPLE_TYPES)[number];

/** A data type; plain data, so that plans can be sent and stored as JSON. */
export type DataType =
  | SimpleType
  | { readonly kind: "DECIMAL"; readonly precision: number; readonly scale: number }
  | { readonly kind: "ARRAY"; readonly element: DataType }
  | { readonly kind: "STRUCT"; readonly fields: readonly Column[] };

/** A named column of a schema. */
export interface Column {
  readonly name: string;
  readonly type: DataType;
}

/** The columns of a row, in order. */
export type Schema = readonly Column[];

/** A column of a record that is decoded. */
export interface DecodedColumn extends Column {
  /** Whether a STRING may be a `TextView`, because nothing needs it as a string. */
  readonly asBytes?: boolean;
}

/** The columns of a decoded row, in order. */
export type DecodedSchema = readonly DecodedColumn[];

/** A value of any {@link DataType}. */
export type Value = null | string | number | bigint | boolean | readonly Value[];

/** The values of a row, in the order of its schema. */
export type Row = Value[];

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
    case "STRUCT":
      return `STRUCT<${type.fields.map(({ name, type }) => `${name}: ${typeName(type)}`).join(", ")}>`;
  }
}

/** Whether two types are the same, including their parameters. */
export function sameType(left: DataType, right: DataType): boolean {
  return typeName(left) === typeName(right);
}

const SYNONYMS: Readonly<Record<string, SimpleType>> = {
  INTEGER: "INT",
  LONG: "BIGINT",
  SHORT: "SMALLINT",
  BYTE: "TINYINT",
  REAL: "FLOAT",
  TEXT: "STRING",
  TIMESTAMP_LTZ: "TIMESTAMP",
};

/** The largest precision that a DECIMAL can have. */
export const DECIMAL_PRECISION_MAX = 38;

/** The simple or DECIMAL type with a name, case-insensitively, or undefined if there is none. */
export function typeFromName(name: string): DataType | undefined {
  const upper = name.trim().toUpperCase();
  const simple = SYNONYMS[upper] ?? SIMPLE_TYPES.find((type) => type === upper);
  if (simple !== undefined) return simple === "VOID" || simple === "INTERVAL" ? undefined : simple;
  const match = /^(?:DECIMAL|DEC|NUMERIC)(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$/.exec(upper);
  if (match === null) return undefined;
  const precision = Number(match[1] ?? 10);
  const scale = Number(match[2] ?? 0);
  const valid = precision >= 1 && precision <= DECIMAL_PRECISION_MAX && scale <= precision;
  return valid ? { kind: "DECIMAL", precision, scale } : undefined;
}
