/** The schema of the values that `produce` sends: from a file, which is registered, or from a registry. */
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import { type TimeZone, timeZoneOf, UTC } from "../../base/time_zone.ts";
import type { EncodeJson } from "../../records/formats/schemas/value_encoder.ts";
import { schemaColumns } from "../../registry/formats/columns.ts";
import { recordEncoder } from "../../registry/formats/record_encoder.ts";
import type { SchemaText } from "../../registry/registered_schema.ts";
import { needsSchema, registryOf } from "../../plan/schemas/registry_settings.ts";
import { schemaFile, schemaKindOf } from "../../registry/schema_file.ts";
import { subjectName } from "../../registry/subject_names.ts";
import type { Context } from "../context.ts";

const log = logger("registry");

function zoneOf({ settings }: Context): TimeZone {
  return timeZoneOf(settings.analyze.time_zone) ?? UTC;
}

/** What encodes the values that `produce` sends. @throws {SfcrimeError} CONFIG, FILE_MISSING, REGISTRY, … */
export async function valueEncoder(context: Context): Promise<EncodeJson> {
  const { message } = context.settings.producer;
  const { schema, id } = await producedSchema(context);
  return await recordEncoder({ schema, id, message, zone: zoneOf(context) });
}

interface ProducedSchema {
  readonly schema: SchemaText;
  readonly id: number | undefined;
}

async function producedSchema(context: Context): Promise<ProducedSchema> {
  const { producer: { value_format: format, value_schema: choice, message }, registry: { subject_names } } =
    context.settings;
  const kind = schemaKindOf(format);
  const registry = registryOf(context.settings, context.io.host);
  if (choice?.kind === "file") {
    const schema = schemaFile(choice.path, { kind, place: "--value-schema" });
    const read = await schemaColumns(schema, { place: choice.path, message });
    if (registry === undefined) return { schema, id: undefined };
    const subject = subjectOf(context, read.record);
    const id = await registry.register(subject, schema);
    log.info(`${choice.path} is schema ${id} of subject ${subject}`);
    return { schema, id };
  }
  if (registry === undefined) throw needsSchema(format);
  if (subject_names !== "topic" && context.settings.producer.subject === undefined) {
    throw new SfcrimeError("USAGE", `--subject is needed: [registry] subject_names is ${subject_names}.`, {
      hint: "Name the subject, or set --value-schema to a file.",
    });
  }
  const found = await registry.version(subjectOf(context, ""), choice?.version ?? "latest");
  if (found.kind !== kind) {
    throw new SfcrimeError("CONFIG", `Subject ${subjectOf(context, "")} is ${found.kind}, not ${kind}.`, {
      hint: "Set --value-format to what the records of the topic are written in.",
    });
  }
  await schemaColumns(found, { place: `Subject ${subjectOf(context, "")}`, message });
  return { schema: found, id: found.id };
}

function subjectOf({ settings: { producer, kafka, registry } }: Context, record: string): string {
  return producer.subject ?? subjectName(registry.subject_names, { topic: kafka.topic, record });
}
