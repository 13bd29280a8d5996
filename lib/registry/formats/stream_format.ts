/** How the values of a stream's records are written, where a schema says so. */
import type { Schema } from "../../records/data_type.ts";
import type { SchemaText } from "../registered_schema.ts";

/** Plain data, as a part of a plan. */
export interface StreamFormat {
  readonly kind: "avro" | "protobuf" | "json-schema";
  /** The schema that the columns are from; JSON needs none where columns are declared. */
  readonly schema: SchemaText | undefined;
  /** The message of a Protobuf schema; the first one by default. */
  readonly message?: string;
  /** Whether a value begins with the id of its schema in a registry. */
  readonly isFramed: boolean;
}

/** A format, and the columns that its schema has. */
export interface FormattedColumns {
  readonly format: StreamFormat;
  /** Undefined if there is no schema to take them from. */
  readonly columns: Schema | undefined;
}
