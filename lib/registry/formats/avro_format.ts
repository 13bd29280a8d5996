/** Decoders of Avro, by the schemas of writers. */
import { avroDecoder } from "../../records/formats/avro/avro_decoder.ts";
import { parseAvroSchema } from "../../records/formats/avro/avro_schema.ts";
import { SchemaProblem } from "../../records/formats/schemas/schema_problem.ts";
import type { SchemaText } from "../registered_schema.ts";
import type { DecodedColumns, WriterDecoders } from "./writer_decoders.ts";

/** The decoders for a schema to read with. */
export function avroDecoders(schema: SchemaText, { columns, zone }: DecodedColumns): WriterDecoders {
  const reading = { reader: parsed(schema), columns, zone };
  return {
    plain: avroDecoder(reading.reader, reading),
    ofWriter: (writer) => avroDecoder(parsed(writer), reading),
  };
}

function parsed({ kind, text, references }: SchemaText) {
  if (kind !== "AVRO") throw new SchemaProblem(`it is a schema of ${kind}`);
  return parseAvroSchema(text, references.map((reference) => reference.text));
}
