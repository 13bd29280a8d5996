/** The formats of the streams that the settings declare, with their schemas, from files or from a registry. */
import { SfcrimeError } from "../../base/errors.ts";
import type { Problems } from "../../base/problems.ts";
import type { Settings } from "../../config/settings.ts";
import type { SchemaFormat } from "../../config/values/record_format.ts";
import type { SchemaChoice } from "../../config/values/registry_values.ts";
import { schemaColumns } from "../../registry/formats/columns.ts";
import { KIND_OF_FORMAT, type SchemaText } from "../../registry/registered_schema.ts";
import { registryAddress, requiredRegistry } from "./registry_settings.ts";
import { schemaFile } from "../../registry/schema_file.ts";
import { type RegistryHost, SchemaRegistry } from "../../registry/schema_registry.ts";
import type { FormattedColumns, RecordPart, StreamFormats } from "../../registry/formats/stream_format.ts";
import { partKey, partSettings, partsWithSchemas } from "./part_settings.ts";
import { streamSubject } from "./stream_subject.ts";

/** Whether values and keys with schemas begin with the id of one. */
function isFramed(settings: Settings, stream: string): boolean {
  return settings.streams[stream]!.registry ?? settings.registry.url !== undefined;
}

/**
 * The formats of the given streams that have schemas, by name; what is wrong with one is added to the problems.
 *
 * A registry that does not answer is reported once, whatever the number of streams.
 */
export async function streamFormats(
  settings: Settings,
  streams: readonly string[],
  { problems, host }: { readonly problems: Problems; readonly host: RegistryHost | undefined },
): Promise<ReadonlyMap<string, StreamFormats>> {
  const formats = new Map<string, StreamFormats>();
  let registry: SchemaRegistry | undefined;
  const connect = (needs: string) => {
    const address = requiredRegistry(settings, needs);
    if (host === undefined) throw new Error("A registry is asked without a host.");
    return registry ??= new SchemaRegistry(address, host);
  };
  for (const stream of streams) {
    const read = await problems.attempt(async () => {
      const parts: Partial<Record<RecordPart, FormattedColumns>> = {};
      for (const part of partsWithSchemas(settings, stream)) {
        parts[part] = await formatOf(settings, { stream, part, connect });
      }
      return parts;
    });
    if (read !== undefined) formats.set(stream, read);
    // Every other question would wait as long.
    if (read === undefined && problems.has("REGISTRY_UNREACHABLE")) break;
  }
  return formats;
}

/** What is asked of the schema of a part of a stream. */
interface PartRequest {
  readonly stream: string;
  readonly part: RecordPart;
  readonly connect: (needs: string) => SchemaRegistry;
}

async function formatOf(settings: Settings, request: PartRequest): Promise<FormattedColumns> {
  const { stream, part } = request;
  const { format, schema: choice, message } = partSettings(settings, stream, part);
  const kind = format as SchemaFormat;
  const framed = isFramed(settings, stream);
  const place = placeOf(settings, request);
  if (framed && registryAddress(settings) === undefined) requiredRegistry(settings, place);
  if (kind === "json-schema" && settings.streams[stream]!.columns !== undefined && choice === undefined) {
    return { format: { kind, schema: undefined, isFramed: framed }, columns: undefined, isSingle: false };
  }
  const schema = await schemaOf(settings, { ...request, choice, kind, framed });
  const { columns, isSingle } = await schemaColumns(schema, { place: `${place}, its schema`, message });
  const messages = message === undefined ? {} : { message };
  return { format: { kind, schema, isFramed: framed, ...messages }, columns, isSingle };
}

async function schemaOf(
  settings: Settings,
  { stream, part, connect, choice = { kind: "version", version: "latest" }, kind, framed }: PartRequest & {
    readonly choice: SchemaChoice | undefined;
    readonly kind: SchemaFormat;
    readonly framed: boolean;
  },
): Promise<SchemaText> {
  const place = placeOf(settings, { stream, part });
  const [formatKey, schemaKey] = [partKey(part, "format"), partKey(part, "schema")];
  if (choice.kind === "file") {
    return schemaFile(choice.path, { kind: KIND_OF_FORMAT[kind], place: `${place} ${schemaKey}` });
  }
  if (!framed && settings.registry.url === undefined) {
    throw new SfcrimeError("CONFIG", `${place} has ${formatKey} = ${kind}, but no schema.`, {
      hint: `Set ${schemaKey} to a file, or [registry] url for the schema in a registry.`,
    });
  }
  const registry = connect(place);
  const subject = streamSubject(settings, stream, part);
  const found = await registry.version(subject, choice.version);
  if (found.kind === KIND_OF_FORMAT[kind]) return found;
  throw new SfcrimeError(
    "CONFIG",
    `${place} has ${formatKey} = ${kind}, but subject ${subject} is ${found.kind}.`,
    { hint: `Set ${formatKey} to what the records are written in.` },
  );
}

function placeOf(settings: Settings, { stream, part }: Pick<PartRequest, "stream" | "part">): string {
  const place = settings.provenance.get(`stream.${stream}.${partKey(part, "format")}`)?.place;
  return `${place === undefined ? "" : `${place}: `}[stream.${stream}]`;
}
