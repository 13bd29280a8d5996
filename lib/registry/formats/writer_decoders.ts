/** What each format with schemas of its own has: decoders by the schemas of writers. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { DecodedSchema, Schema } from "../../records/data_type.ts";
import type { RecordDecoder } from "../../records/record_decoder.ts";
import type { SchemaText } from "../registered_schema.ts";

/** What is decoded. */
export interface DecodedColumns {
  readonly columns: DecodedSchema;
  /** All columns of the stream that are fields of its values. */
  readonly declared: Schema;
  readonly zone: TimeZone;
}

/** The decoders of a format, by the schema of the writer. */
export interface WriterDecoders {
  /** The decoder for values that were written with the reader's schema, and say nothing of it. */
  readonly plain: RecordDecoder;
  /** The decoder for what comes after the id of a schema. @throws {SchemaProblem} If it cannot be used. */
  ofWriter(schema: SchemaText): RecordDecoder;
}
