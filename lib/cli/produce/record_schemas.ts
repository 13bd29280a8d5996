/** The schemas of the values and keys that `produce` sends: from files, which are registered, or from a registry. */
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import { zoneOf } from "../../config/effective.ts";
import type { SchemaFormat } from "../../config/values/record_format.ts";
import type { SchemaChoice } from "../../config/values/registry_values.ts";
import { partKey } from "../../plan/schemas/part_settings.ts";
import { needsSchema, registryOf } from "../../plan/schemas/registry_settings.ts";
import type { EncodeJson } from "../../records/formats/schemas/value_encoder.ts";
import { schemaColumns } from "../../registry/formats/columns.ts";
import { recordEncoder } from "../../registry/formats/record_encoder.ts";
import type { RecordPart } from "../../registry/formats/stream_format.ts";
import { KIND_OF_FORMAT, type SchemaText } from "../../registry/registered_schema.ts";
import { schemaFile } from "../../registry/schema_file.ts";
import { subjectName } from "../../registry/subject_names.ts";
import type { Context } from "../context.ts";

const log = logger("registry");

/** A part of records, and its format. */
export interface EncodedPart {
  readonly part: RecordPart;
  readonly format: SchemaFormat;
  /** Whether a schema from a file is registered; without it, values do not name theirs. */
  readonly registers: boolean;
}

/** What encodes a part of the records that `produce` sends. @throws {SfcrimeError} CONFIG, FILE_MISSING, REGISTRY, … */
export async function partEncoder(
  context: Context,
  { part, format, registers }: EncodedPart,
): Promise<EncodeJson> {
  const { producer } = context.settings;
  const message = producer[partKey(part, "message")];
  const { schema, id } = await producedSchema(context, {
    part,
    format,
    registers,
    choice: producer[`${part}_schema`],
    subject: producer[partKey(part, "subject")],
    message,
  });
  return await recordEncoder({ schema, id, message, zone: zoneOf(context.settings) });
}

/** What the settings say of a part. */
interface ProducedPart extends EncodedPart {
  readonly choice: SchemaChoice | undefined;
  readonly subject: string | undefined;
  readonly message: string | undefined;
}

interface ProducedSchema {
  readonly schema: SchemaText;
  readonly id: number | undefined;
}

async function producedSchema(context: Context, produced: ProducedPart): Promise<ProducedSchema> {
  const { part, format, registers, choice, subject, message } = produced;
  const { subject_names } = context.settings.registry;
  const kind = KIND_OF_FORMAT[format];
  const registry = registryOf(context.settings, context.io.host);
  if (choice?.kind === "file") {
    const schema = schemaFile(choice.path, { kind, place: `--${part}-schema` });
    const read = await schemaColumns(schema, { place: choice.path, message });
    if (registry === undefined || !registers) return { schema, id: undefined };
    const subject = subjectOf(context, produced, read.record);
    const id = await registry.register(subject, schema);
    log.info(`${choice.path} is schema ${id} of subject ${subject}`);
    return { schema, id };
  }
  if (registry === undefined) throw needsSchema(`--${part}-format ${format}`, `--${part}-schema`);
  if (subject_names !== "topic" && subject === undefined) {
    const flag = `--${partKey(part, "subject").replace("_", "-")}`;
    throw new SfcrimeError("USAGE", `${flag} is needed: [registry] subject_names is ${subject_names}.`, {
      hint: `Name the subject, or set --${part}-schema to a file.`,
    });
  }
  const name = subjectOf(context, produced, "");
  const found = await registry.version(name, choice?.version ?? "latest");
  if (found.kind !== kind) {
    throw new SfcrimeError("CONFIG", `Subject ${name} is ${found.kind}, not ${kind}.`, {
      hint: `Set --${part}-format to what the records of the topic are written in.`,
    });
  }
  await schemaColumns(found, { place: `Subject ${name}`, message });
  return { schema: found, id: found.id };
}

function subjectOf(
  { settings: { kafka, registry } }: Context,
  { part, subject }: ProducedPart,
  record: string,
): string {
  return subject ?? subjectName(registry.subject_names, { topic: kafka.topic, record, part });
}
