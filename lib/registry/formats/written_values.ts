/** Decodes whole values by the schema that they were written with. The code of a format is loaded when it is needed. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Schema } from "../../records/data_type.ts";
import type { RecordDecoder } from "../../records/record_decoder.ts";
import { SchemaProblem } from "../../records/formats/schemas/schema_problem.ts";
import { ID_BYTES, messagePlaceIn } from "../../records/formats/schemas/wire_format.ts";
import type { SchemaText } from "../registered_schema.ts";

/** How the values of a schema, or of one of its messages, are decoded. */
export interface WrittenType {
  /** Undefined for JSON, which is printed as it is. */
  readonly decoder: RecordDecoder | undefined;
  readonly columns: Schema;
  /** Whether it is no record, but the value of its only column. */
  readonly isSingle?: boolean;
}

/** How one value is decoded. */
export interface WrittenValue {
  /** The same for all values of a type. */
  readonly type: WrittenType;
  /** Where the decoder begins. */
  readonly start: number;
}

/** What is decoded. */
export interface WrittenOptions {
  /** The message of a Protobuf schema, where values do not say it. */
  readonly message: string | undefined;
  readonly zone: TimeZone;
  readonly isFramed: boolean;
}

/** How a value of a schema is decoded; undefined if it cannot be. */
export type WrittenValues = (value: Uint8Array) => WrittenValue | undefined;

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

async function valuesOf(schema: SchemaText, options: WrittenOptions): Promise<WrittenValues> {
  const start = options.isFramed ? ID_BYTES : 0;
  switch (schema.kind) {
    case "AVRO": {
      const type = await avroType(schema, options.zone);
      return () => ({ type, start });
    }
    case "PROTOBUF":
      return await protobufValues(schema, options);
    case "JSON": {
      const type = { decoder: undefined, columns: [] };
      return () => ({ type, start });
    }
  }
}

async function avroType({ text, references }: SchemaText, zone: TimeZone): Promise<WrittenType> {
  const [{ parseAvroSchema }, { avroColumns }, { avroDecoder }] = await Promise.all([
    import("../../records/formats/avro/avro_schema.ts"),
    import("../../records/formats/avro/avro_types.ts"),
    import("../../records/formats/avro/avro_decoder.ts"),
  ]);
  const reader = parseAvroSchema(text, references.map((reference) => reference.text));
  const columns = avroColumns(reader);
  return {
    decoder: avroDecoder(reader, { reader, columns, zone }),
    columns,
    isSingle: reader.kind !== "record",
  };
}

async function protobufValues(
  schema: SchemaText,
  { message, isFramed }: WrittenOptions,
): Promise<WrittenValues> {
  const [{ protoSchema }, { protoDecoder }, { protoColumns }] = await Promise.all([
    import("./protobuf_format.ts"),
    import("../../records/formats/protobuf/proto_decoder.ts"),
    import("../../records/formats/protobuf/proto_types.ts"),
  ]);
  const types = new Map<string, WrittenType>();
  const typeOf = (name: string | undefined): WrittenType => {
    const read = protoSchema(schema, name).message;
    const columns = protoColumns(read);
    return { decoder: protoDecoder(read, columns), columns };
  };
  if (!isFramed) {
    const type = typeOf(message);
    return () => ({ type, start: 0 });
  }
  const { nameAt } = protoSchema(schema);
  return (value) => {
    const place = messagePlaceIn(value, ID_BYTES, value.length);
    const name = place === undefined ? undefined : nameAt(place.path);
    if (name === undefined) return undefined;
    const known = types.get(name);
    const type = known ?? typeOf(name);
    if (known === undefined) types.set(name, type);
    return { type, start: place!.start };
  };
}
