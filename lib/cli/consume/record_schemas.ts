/** The schemas of the values and keys that `consume` reads: from a registry, by their ids, or from files. */
import { SfcrimeError } from "../../base/errors.ts";
import { zoneOf } from "../../config/effective.ts";
import type { SchemaFormat } from "../../config/values/record_format.ts";
import { DecodedPart } from "../../consume/stages/decoded_part.ts";
import { partKey } from "../../plan/schemas/part_settings.ts";
import { needsSchema, registryOf } from "../../plan/schemas/registry_settings.ts";
import type { RecordPart } from "../../registry/formats/stream_format.ts";
import { KIND_OF_FORMAT } from "../../registry/registered_schema.ts";
import { schemaFile } from "../../registry/schema_file.ts";
import type { Context } from "../context.ts";

/** What decodes a part of the records that `consume` reads. @throws {SfcrimeError} CONFIG or FILE_MISSING */
export function decodedPart(context: Context, part: RecordPart, format: SchemaFormat): DecodedPart {
  const { consumer } = context.settings;
  const choice = consumer[`${part}_schema`];
  const flag = `--${part}-schema`;
  if (choice?.kind === "version") {
    const what = part === "value" ? "records" : "keys";
    throw new SfcrimeError("USAGE", `${flag} has to be a file: ${what} name their schema themselves.`);
  }
  const schema = choice && schemaFile(choice.path, { kind: KIND_OF_FORMAT[format], place: flag });
  // A file says that there is no id.
  const registry = schema === undefined ? registryOf(context.settings, context.io.host) : undefined;
  if (registry === undefined && schema === undefined) throw needsSchema(`--${part}-format ${format}`, flag);
  return new DecodedPart({
    part,
    registry,
    schema,
    message: consumer[partKey(part, "message")],
    zone: zoneOf(context.settings),
  });
}
