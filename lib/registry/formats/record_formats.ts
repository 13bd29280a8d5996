/**
 * The decoders of records by the formats of streams, for a thread that reads them. The code of a format is loaded before
 * the first record, and a writer's schema when a record first has its id.
 */
import { WRITER_SCHEMAS_MAX } from "../../base/bounds.ts";
import { RowQuality } from "../../records/json/json_reader.ts";
import { type RecordDecoder, recordDecoder } from "../../records/record_decoder.ts";
import type { FormatDecoder } from "../../records/formats/schemas/format_decoder.ts";
import { SchemaProblem } from "../../records/formats/schemas/schema_problem.ts";
import { ID_BYTES, schemaIdIn } from "../../records/formats/schemas/wire_format.ts";
import type { SchemaText } from "../registered_schema.ts";
import type { RegistryAddress } from "../registry_address.ts";
import { type RegistryHost, SchemaRegistry } from "../schema_registry.ts";
import type { ReadTimes } from "./csv_format.ts";
import type { StreamFormat } from "./stream_format.ts";
import type { DecodedColumns, WriterDecoders } from "./writer_decoders.ts";

/** Makes decoders; see the module's description. */
export interface RecordFormats {
  decoder(format: StreamFormat, decoded: DecodedColumns): FormatDecoder;
}

/** Loads what the formats need. */
export async function loadFormats(
  formats: readonly StreamFormat[],
  { address, host, readTimes }: {
    readonly address: RegistryAddress | undefined;
    readonly host: RegistryHost | undefined;
    /** Reads the times of CSV that have a format of their own. */
    readonly readTimes: ReadTimes;
  },
): Promise<RecordFormats> {
  const kinds = new Set(formats.map(({ kind }) => kind));
  const registry = address === undefined || host === undefined
    ? undefined
    : new SchemaRegistry(address, host, { isRunning: true });
  const avro = kinds.has("avro") ? await import("./avro_format.ts") : undefined;
  const csv = kinds.has("csv") ? await import("./csv_format.ts") : undefined;
  const protobuf = kinds.has("protobuf") ? await import("./protobuf_format.ts") : undefined;
  const schemaById = async (id: number) => await registry?.schemaById(id);
  return {
    decoder(format, decoded) {
      switch (format.kind) {
        case "avro":
          return framed(format, schemaById, avro!.avroDecoders(format.schema!, decoded));
        case "protobuf":
          return framed(
            format,
            schemaById,
            protobuf!.protobufDecoders(format.schema!, format.message, decoded),
          );
        case "csv":
          return csv!.csvDecoder(format, decoded, readTimes);
        case "json":
        case "json-schema":
          return jsonDecoder(format, decoded);
      }
    },
  };
}

function framed(
  { isFramed }: StreamFormat,
  schemaById: (id: number) => Promise<SchemaText | undefined>,
  { plain, ofWriter }: WriterDecoders,
): FormatDecoder {
  if (!isFramed) return { missing: () => undefined, load: () => Promise.resolve(true), decode: plain.decode };
  const decoders = new Map<number, RecordDecoder | undefined>();
  let last: { readonly id: number; readonly decoder: RecordDecoder | undefined } | undefined;
  const known = (id: number) => {
    if (last?.id !== id) last = { id, decoder: decoders.get(id) };
    return last.decoder;
  };
  return {
    missing(bytes, start, end) {
      const id = schemaIdIn(bytes, start, end);
      return id === undefined || id === last?.id || decoders.has(id) ? undefined : id;
    },
    async load(id) {
      const schema = await schemaById(id);
      if (decoders.size >= WRITER_SCHEMAS_MAX) decoders.clear();
      decoders.set(id, schema === undefined ? undefined : usable(schema, ofWriter));
      last = undefined;
      return decoders.get(id) !== undefined;
    },
    decode(bytes, start, end, row) {
      const id = schemaIdIn(bytes, start, end);
      const decoder = id === undefined ? undefined : known(id);
      if (decoder !== undefined) return decoder.decode(bytes, start + ID_BYTES, end, row);
      row.fill(null);
      return RowQuality.malformed;
    },
  };
}

/** A schema of another kind, or one that is not valid, is that of records which do not belong to the stream. */
function usable(schema: SchemaText, ofWriter: WriterDecoders["ofWriter"]): RecordDecoder | undefined {
  try {
    return ofWriter(schema);
  } catch (error) {
    if (error instanceof SchemaProblem) return undefined;
    throw error;
  }
}

/** JSON says what its fields are, so the schema of the writer is not needed. */
function jsonDecoder({ isFramed }: StreamFormat, { columns, declared, zone }: DecodedColumns): FormatDecoder {
  const { decode } = recordDecoder(columns, zone, declared);
  return {
    missing: () => undefined,
    load: () => Promise.resolve(true),
    decode(bytes, start, end, row) {
      if (!isFramed) return decode(bytes, start, end, row);
      if (schemaIdIn(bytes, start, end) !== undefined) return decode(bytes, start + ID_BYTES, end, row);
      row.fill(null);
      return RowQuality.malformed;
    },
  };
}
