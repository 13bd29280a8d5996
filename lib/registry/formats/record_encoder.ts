/** Encodes records of JSON by a schema, for `produce`. The code of a format is loaded when it is needed. */
import { concat } from "../../base/text/bytes.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import { parseJson } from "../../records/formats/schemas/parse_json.ts";
import { idBytes, pathBytes } from "../../records/formats/schemas/wire_format.ts";
import type { EncodeJson } from "../../records/formats/schemas/value_encoder.ts";
import type { SchemaText } from "../registered_schema.ts";

/** What is encoded, and how. */
export interface EncodedRecords {
  readonly schema: SchemaText;
  /** The id that values begin with; none without a registry. */
  readonly id: number | undefined;
  /** The message of a Protobuf schema; the first one by default. */
  readonly message: string | undefined;
  readonly zone: TimeZone;
}

/** The encoder of records. @throws {SchemaProblem} */
export async function recordEncoder(encoded: EncodedRecords): Promise<EncodeJson> {
  const { id } = encoded;
  const encode = await plainEncoder(encoded);
  if (id === undefined) return encode;
  const header = idBytes(id);
  return (json) => concat([header, encode(json)]);
}

async function plainEncoder({ schema, id, message, zone }: EncodedRecords): Promise<EncodeJson> {
  const text = new TextDecoder();
  const references = schema.references.map((reference) => reference.text);
  switch (schema.kind) {
    case "AVRO": {
      const [{ parseAvroSchema }, { avroValueOfJson }, { AvroSink, valueWriter }] = await Promise.all([
        import("../../records/formats/avro/avro_schema.ts"),
        import("../../records/formats/avro/avro_json.ts"),
        import("../../records/formats/avro/avro_writer.ts"),
      ]);
      const parsed = parseAvroSchema(schema.text, references);
      const [write, sink] = [valueWriter(parsed, zone), new AvroSink()];
      return (json) => {
        // What a record that did not fit has left.
        sink.take();
        write(avroValueOfJson(parsed, parseJson(text.decode(json)), zone), sink);
        return sink.take();
      };
    }
    case "PROTOBUF": {
      const [{ protoSchema }, { messageBytes }] = await Promise.all([
        import("./protobuf_format.ts"),
        import("../../records/formats/protobuf/proto_writer.ts"),
      ]);
      const { message: type, path } = protoSchema(schema, message);
      const header = id === undefined ? new Uint8Array() : pathBytes(path);
      return (json) => concat([header, messageBytes(type, parseJson(text.decode(json)), zone)]);
    }
    case "JSON":
      return (json) => json;
  }
}
