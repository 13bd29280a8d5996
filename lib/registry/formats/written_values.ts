/** Decodes whole values by the schema that they were written with. The code of a format is loaded when it is needed. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Schema } from "../../records/data_type.ts";
import type { RecordDecoder } from "../../records/record_decoder.ts";
import { SchemaProblem } from "../../records/registry/schema_problem.ts";
import { ID_BYTES } from "../../records/registry/wire_format.ts";
import type { SchemaText } from "../registered_schema.ts";

/** The values of a schema. */
export interface WrittenValues {
  /** Undefined for JSON, which is printed as it is. */
  readonly decoder: RecordDecoder | undefined;
  readonly columns: Schema;
  /** Where the decoder begins. */
  readonly start: number;
}

/** What is decoded. */
export interface WrittenOptions {
  readonly zone: TimeZone;
  readonly isFramed: boolean;
}

/** The values of a schema; undefined if it cannot be used. */
export async function writtenValues(
  schema: SchemaText,
  options: WrittenOptions,
): Promise<WrittenValues | undefined> {
  try {
    return await valuesOf(schema, options);
  } catch (error) {
    if (error instanceof SchemaProblem) return undefined;
    throw error;
  }
}

async function valuesOf(
  { kind, text, references }: SchemaText,
  { zone, isFramed }: WrittenOptions,
): Promise<WrittenValues> {
  const start = isFramed ? ID_BYTES : 0;
  switch (kind) {
    case "AVRO": {
      const [{ parseAvroSchema }, { avroColumns }, { avroDecoder }] = await Promise.all([
        import("../../records/avro/avro_schema.ts"),
        import("../../records/avro/avro_types.ts"),
        import("../../records/avro/avro_decoder.ts"),
      ]);
      const reader = parseAvroSchema(text, references.map((reference) => reference.text));
      const columns = avroColumns(reader);
      return { decoder: avroDecoder(reader, { reader, columns, zone }), columns, start };
    }
    case "PROTOBUF":
      throw new SchemaProblem("schemas of Protobuf are not supported");
    case "JSON":
      return { decoder: undefined, columns: [], start };
  }
}
