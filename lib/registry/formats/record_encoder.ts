/** Encodes records of JSON by a schema, for `produce`. The code of a format is loaded when it is needed. */
import { concat } from "../../base/text/bytes.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import { parseJson } from "../../records/registry/parse_json.ts";
import { SchemaProblem } from "../../records/registry/schema_problem.ts";
import { idBytes } from "../../records/registry/wire_format.ts";
import type { EncodeJson } from "../../records/registry/value_encoder.ts";
import type { SchemaText } from "../registered_schema.ts";

/** What is encoded, and how. */
export interface EncodedRecords {
  readonly schema: SchemaText;
  /** The id that values begin with; none without a registry. */
  readonly id: number | undefined;
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

async function plainEncoder({ schema, zone }: EncodedRecords): Promise<EncodeJson> {
  const text = new TextDecoder();
  const references = schema.references.map((reference) => reference.text);
  switch (schema.kind) {
    case "AVRO": {
      const [{ parseAvroSchema }, { avroValueOfJson }, { AvroSink, valueWriter }] = await Promise.all([
        import("../../records/avro/avro_schema.ts"),
        import("../../records/avro/avro_json.ts"),
        import("../../records/avro/avro_writer.ts"),
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
    case "PROTOBUF":
      throw new SchemaProblem("schemas of Protobuf are not supported");
    case "JSON":
      return (json) => json;
  }
}
