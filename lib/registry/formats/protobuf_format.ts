/** Decoders of Protobuf, by the schemas of writers, which only say which message a value is. */
import { RowQuality } from "../../records/json/json_reader.ts";
import { protoDecoder } from "../../records/formats/protobuf/proto_decoder.ts";
import { parseProtoSchema, type ProtoSchema } from "../../records/formats/protobuf/proto_schema.ts";
import { SchemaProblem } from "../../records/formats/schemas/schema_problem.ts";
import { messagePlaceIn } from "../../records/formats/schemas/wire_format.ts";
import type { SchemaText } from "../registered_schema.ts";
import type { DecodedColumns, WriterDecoders } from "./writer_decoders.ts";

/** Reads a schema with what it refers to. @throws {SchemaProblem} */
export function protoSchema({ kind, text, references }: SchemaText, message?: string): ProtoSchema {
  if (kind !== "PROTOBUF") throw new SchemaProblem(`it is a schema of ${kind}`);
  return parseProtoSchema({ text, imports: new Map(references.map((one) => [one.name, one.text])) }, message);
}

/** The decoders for a schema to read with; fields are found by their numbers, so versions need no resolution. */
export function protobufDecoders(
  schema: SchemaText,
  message: string | undefined,
  { columns }: DecodedColumns,
): WriterDecoders {
  const reader = protoSchema(schema, message).message;
  const plain = protoDecoder(reader, columns);
  return {
    plain,
    ofWriter(written) {
      const { nameAt } = protoSchema(written);
      return {
        decode(bytes, start, end, row) {
          const place = messagePlaceIn(bytes, start, end);
          if (place !== undefined && nameAt(place.path) === reader.name) {
            return plain.decode(bytes, place.start, end, row);
          }
          row.fill(null);
          return RowQuality.malformed;
        },
      };
    },
  };
}
