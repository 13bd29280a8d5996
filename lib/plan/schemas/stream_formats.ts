/** The formats of the streams that the settings declare, with their schemas, from files or from a registry. */
import { SfcrimeError } from "../../base/errors.ts";
import type { Problems } from "../../base/problems.ts";
import type { Settings } from "../../config/settings.ts";
import type { SchemaChoice } from "../../config/values/registry_values.ts";
import { schemaColumns } from "../../registry/formats/columns.ts";
import type { SchemaText } from "../../registry/registered_schema.ts";
import { registryAddress, requiredRegistry } from "./registry_settings.ts";
import { schemaFile, schemaKindOf } from "../../registry/schema_file.ts";
import { type RegistryHost, SchemaRegistry } from "../../registry/schema_registry.ts";
import type { FormattedColumns, StreamFormat } from "../../registry/formats/stream_format.ts";
import { valueSubject } from "./stream_subject.ts";

/** The format of a stream; undefined for JSON without a schema. */
function schemaFormatOf(settings: Settings, stream: string): StreamFormat["kind"] | undefined {
  const { format } = settings.streams[stream]!;
  return format === "json" ? undefined : format;
}

/** Whether values of a stream begin with the id of a schema. */
export function isFramed(settings: Settings, stream: string): boolean {
  return settings.streams[stream]!.registry ?? settings.registry.url !== undefined;
}

/**
 * The formats of the given streams, by name; what is wrong with one is added to the problems.
 *
 * A registry that does not answer is reported once, whatever the number of streams.
 */
export async function streamFormats(
  settings: Settings,
  streams: readonly string[],
  { problems, host }: { readonly problems: Problems; readonly host: RegistryHost | undefined },
): Promise<ReadonlyMap<string, FormattedColumns>> {
  const formats = new Map<string, FormattedColumns>();
  let registry: SchemaRegistry | undefined;
  const connect = (needs: string) => {
    const address = requiredRegistry(settings, needs);
    if (host === undefined) throw new Error("A registry is asked without a host.");
    return registry ??= new SchemaRegistry(address, host);
  };
  for (const stream of streams) {
    const format = await problems.attempt(() => formatOf(settings, stream, connect));
    if (format !== undefined) formats.set(stream, format);
    // Every other question would wait as long.
    if (format === undefined && problems.has("REGISTRY_UNREACHABLE")) break;
  }
  return formats;
}

async function formatOf(
  settings: Settings,
  stream: string,
  connect: (needs: string) => SchemaRegistry,
): Promise<FormattedColumns> {
  const { columns, message } = settings.streams[stream]!;
  const kind = schemaFormatOf(settings, stream)!;
  const framed = isFramed(settings, stream);
  const place = placeOf(settings, stream);
  if (framed && registryAddress(settings) === undefined) requiredRegistry(settings, place);
  const choice = settings.streams[stream]!.schema;
  if (kind === "json-schema" && columns !== undefined && choice === undefined) {
    return { format: { kind, schema: undefined, isFramed: framed }, columns: undefined };
  }
  const schema = await schemaOf(settings, stream, { choice, kind, framed, connect });
  const read = await schemaColumns(schema, { place: `${place}, its schema`, message });
  return {
    format: {
      kind,
      schema,
      isFramed: framed,
      ...(message === undefined ? {} : { message }),
    },
    columns: read.columns,
  };
}

async function schemaOf(
  settings: Settings,
  stream: string,
  { choice = { kind: "version", version: "latest" }, kind, framed, connect }: {
    readonly choice: SchemaChoice | undefined;
    readonly kind: StreamFormat["kind"];
    readonly framed: boolean;
    readonly connect: (needs: string) => SchemaRegistry;
  },
): Promise<SchemaText> {
  const place = placeOf(settings, stream);
  if (choice.kind === "file") {
    return schemaFile(choice.path, { kind: schemaKindOf(kind), place: `${place} schema` });
  }
  if (!framed && settings.registry.url === undefined) {
    throw new SfcrimeError("CONFIG", `${place} has format = ${kind}, but no schema.`, {
      hint: "Set schema to a file, or [registry] url for the schema in a registry.",
    });
  }
  const registry = connect(place);
  const subject = valueSubject(settings, stream);
  const found = await registry.version(subject, choice.version);
  if (found.kind === schemaKindOf(kind)) return found;
  throw new SfcrimeError(
    "CONFIG",
    `${place} has format = ${kind}, but subject ${subject} is ${found.kind}.`,
    {
      hint: "Set format to what the records are written in.",
    },
  );
}

function placeOf(settings: Settings, stream: string): string {
  const place = settings.provenance.get(`stream.${stream}.format`)?.place;
  return `${place === undefined ? "" : `${place}: `}[stream.${stream}]`;
}
