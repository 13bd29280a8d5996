/** How the values, or the keys, of a stream's records are written. */
import type { RecordFormat } from "../../config/values/record_format.ts";
import type { Schema } from "../../records/data_type.ts";
import type { SchemaText } from "../registered_schema.ts";

/** Plain data, as a part of a plan. */
export interface StreamFormat {
  readonly kind: Exclude<RecordFormat, "text" | "binary">;
  /** The schema that the columns are from; JSON needs none where columns are declared. */
  readonly schema: SchemaText | undefined;
  /** The message of a Protobuf schema; the first one by default. */
  readonly message?: string;
  /** Options of CSV, by the names of Spark's. */
  readonly options?: Readonly<Record<string, string>>;
  /** Whether it begins with the id of its schema in a registry. */
  readonly isFramed: boolean;
}

/** Keys of plain JSON. */
export const PLAIN_JSON: StreamFormat = { kind: "json", schema: undefined, isFramed: false };

/** A format, and the columns that its schema has. */
export interface FormattedColumns {
  readonly format: StreamFormat;
  /** Undefined if there is no schema to take them from. */
  readonly columns: Schema | undefined;
  /** Whether it is no record, but one value, whose only column may have any name. */
  readonly isSingle: boolean;
}

/** A record has a key and a value. */
export type RecordPart = "key" | "value";

/** The formats of the parts of a stream's records that have schemas. */
export type StreamFormats = Readonly<Partial<Record<RecordPart, FormattedColumns>>>;
