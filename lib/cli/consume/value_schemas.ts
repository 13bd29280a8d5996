/** The schemas of the values that `consume` reads: from a registry, by their ids, or from a file. */
import { SfcrimeError } from "../../base/errors.ts";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import { DecodedValues } from "../../consume/decoded_values.ts";
import { needsSchema, registryOf } from "../../plan/schemas/registry_settings.ts";
import { schemaFile, schemaKindOf } from "../../registry/schema_file.ts";
import type { Context } from "../context.ts";

/** What decodes the values that `consume` reads. @throws {SfcrimeError} CONFIG or FILE_MISSING */
export function decodedValues(context: Context): DecodedValues {
  const { value_format: format, value_schema: choice, message } = context.settings.consumer;
  const kind = schemaKindOf(format);
  if (choice?.kind === "version") {
    throw new SfcrimeError("USAGE", "--value-schema has to be a file: records name their schema themselves.");
  }
  const schema = choice && schemaFile(choice.path, { kind, place: "--value-schema" });
  // A file says that values have no id.
  const registry = schema === undefined ? registryOf(context.settings, context.io.host) : undefined;
  if (registry === undefined && schema === undefined) throw needsSchema(format);
  return new DecodedValues({
    registry,
    schema,
    message,
    zone: timeZoneOf(context.settings.analyze.time_zone) ?? UTC,
  });
}
