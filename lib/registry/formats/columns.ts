/** The columns that a schema has, whatever its kind. The code for a kind is loaded when one is read. */
import { SfcrimeError } from "../../base/errors.ts";
import type { Schema } from "../../records/data_type.ts";
import { SchemaProblem } from "../../records/formats/schemas/schema_problem.ts";
import type { SchemaText } from "../registered_schema.ts";

/** The columns of a schema, and the message that they are of. */
export interface SchemaColumns {
  readonly columns: Schema;
  /** The name of the type, for the subject of a schema; a value that is no record has none. */
  readonly record: string;
  /** Whether it is no record, but one value. */
  readonly isSingle: boolean;
}

/** Reads a schema. @throws {SfcrimeError} CONFIG if it has no columns that can be read. */
export async function schemaColumns(
  schema: SchemaText,
  { place, message }: { readonly place: string; readonly message?: string | undefined },
): Promise<SchemaColumns> {
  const texts = schema.references.map(({ text }) => text);
  try {
    switch (schema.kind) {
      case "AVRO": {
        const [{ parseAvroSchema }, { avroColumns, recordOf }] = await Promise.all([
          import("../../records/formats/avro/avro_schema.ts"),
          import("../../records/formats/avro/avro_types.ts"),
        ]);
        const parsed = parseAvroSchema(schema.text, texts);
        const isSingle = parsed.kind !== "record";
        return { columns: avroColumns(parsed), record: recordOf(parsed).name, isSingle };
      }
      case "PROTOBUF": {
        const [{ protoSchema }, { protoColumns }] = await Promise.all([
          import("./protobuf_format.ts"),
          import("../../records/formats/protobuf/proto_types.ts"),
        ]);
        const read = protoSchema(schema, message).message;
        return { columns: protoColumns(read), record: read.name, isSingle: false };
      }
      case "JSON": {
        const { jsonSchemaColumns, jsonSchemaTitle } = await import(
          "../../records/formats/schemas/json_schema.ts"
        );
        const references = new Map(schema.references.map(({ name, text }) => [name, text]));
        const columns = jsonSchemaColumns(schema.text, references);
        return { columns, record: jsonSchemaTitle(schema.text), isSingle: false };
      }
    }
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error;
    throw new SfcrimeError("CONFIG", `${place}: ${error.message}.`, { cause: error });
  }
}
