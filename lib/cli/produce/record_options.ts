/** What the settings of `produce` say of its records: how they are read, their keys, timestamps, headers and partitions. */
import { isUtf8 } from "node:buffer";
import { SfcrimeError } from "../../base/errors.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { InputFormat } from "../../config/values/input_values.ts";
import { hasSchemas } from "../../config/values/record_format.ts";
import type { Settings } from "../../config/settings.ts";
import { hasFields, isEnvelope } from "../../produce/notes/input_records.ts";
import { keyTemplate as requireTemplate, templatePieces } from "../../produce/notes/key_template.ts";
import type { Placement } from "../../produce/outgoing.ts";
import type { ProduceOptions } from "../../produce/produce_options.ts";
import { validationOf } from "./produced_topic.ts";

/** The options of a run that are about its records. */
export type RecordOptions = Pick<
  ProduceOptions,
  "reading" | "record" | "timestamp" | "headers" | "placement"
>;

/** What the flags of the run say of records. */
export interface RecordFlags {
  readonly partition: number | undefined;
  readonly nullValue: string | undefined;
  readonly zone: TimeZone;
}

const utf8 = new TextEncoder();

/** @throws {SfcrimeError} USAGE for settings that do not fit the format of the input. */
export function recordOptionsOf(settings: Settings, flags: RecordFlags): RecordOptions {
  const { input_format: format, delimiter, key_delimiter: keyDelimiter, headers, timestamp } =
    settings.producer;
  const { nullValue, zone } = flags;
  requireFitting(settings, flags);
  const isOwn = isEnvelope(format) && !isGiven(settings, "timestamp");
  return {
    reading: { format, delimiter, keyDelimiter, nullValue },
    record: {
      ...keyOf(settings),
      keyAsJson: hasSchemas(settings.producer.key_format),
      schema: validationOf(settings) === "none" || format === "lines" || format === "raw" ? "any" : "calls",
      timeField: typeof timestamp === "object" ? timestamp.field : undefined,
      zone,
    },
    timestamp: timestamp === "now" && !isOwn ? "now" : "event",
    headers: headers?.map(({ key, value }) => ({ key, value: utf8.encode(value) })),
    placement: placementOf(settings, flags),
  };
}

/** The field or the template of keys. */
function keyOf(settings: Settings): { readonly keyField: string | undefined; readonly keyTemplate?: string } {
  const { key, key_template: keyTemplate, input_format: format } = settings.producer;
  if (keyTemplate !== undefined) {
    if (isOnLine(settings, "key")) {
      throw new SfcrimeError("USAGE", "--key and --key-template are mutually exclusive.", {
        hint: "A template may be made of one field: --key-template '{crime_id}'.",
      });
    }
    requireTemplate(keyTemplate);
    return { keyField: undefined, keyTemplate };
  }
  const hasKeyField = key !== "none" && hasFields(format) && !isEnvelope(format);
  return { keyField: hasKeyField ? key : undefined };
}

function placementOf(settings: Settings, { partition }: RecordFlags): Placement | undefined {
  const { partitioner } = settings.producer;
  if (partition === undefined) return partitioner === "record" ? undefined : { kind: partitioner };
  if (isOnLine(settings, "partitioner")) {
    throw new SfcrimeError("USAGE", "--partition and --partitioner are mutually exclusive.", {
      hint: "With --partition, all records go to that partition.",
    });
  }
  return { kind: "partition", partition };
}

/** Settings that only some formats have, each with the formats and with what to do in others. */
function requireFitting(settings: Settings, { nullValue }: RecordFlags): void {
  const { producer } = settings;
  const { input_format: format = "json" } = producer;
  const isBytes = format === "lines" || format === "raw";
  const refuse = (flag: string, hint: string) => {
    throw new SfcrimeError("USAGE", `${flag} does not fit --input-format ${format}.`, { hint });
  };
  if (isBytes || isEnvelope(format)) {
    const where = isBytes
      ? "Its records have no fields. Use --key-delimiter, or --key-template with the same text for all."
      : "Its records name their keys themselves.";
    if (isOnLine(settings, "key")) refuse("--key", where);
    if (producer.key_template !== undefined && !isConstantFor(format, producer.key_template)) {
      refuse("--key-template", where);
    }
    if (typeof producer.timestamp === "object") refuse("--timestamp with a field", "Use now or event.");
  }
  if (isBytes) {
    if (producer.sort_by !== undefined) refuse("--sort-by", "Its records have no fields.");
    if (producer.speedup !== undefined) refuse("--speedup", "Its records have no times.");
    if (hasSchemas(producer.value_format)) refuse("--value-format", "Values with a schema are made of JSON.");
    if (hasSchemas(producer.key_format)) refuse("--key-format", "Keys with a schema are made of JSON.");
    return;
  }
  if (isOnLine(settings, "key_delimiter")) refuse("--key-delimiter", "It is for lines and raw records.");
  if (format === "csv") {
    if (!isText(producer.delimiter)) refuse("--delimiter with bytes that are not UTF-8", "CSV is text.");
    return;
  }
  if (isOnLine(settings, "delimiter")) refuse("--delimiter", "It is for lines, raw records and CSV.");
  if (nullValue !== undefined) {
    refuse("--null-value", 'It is for lines, raw records and CSV; an envelope has "value":null.');
  }
}

/** Whether a template has no fields, where records have none; an envelope has its own key. */
function isConstantFor(format: InputFormat, template: string): boolean {
  if (isEnvelope(format)) return false;
  return templatePieces(template)?.every((piece) => "text" in piece) ?? true;
}

function isText(bytes: readonly number[] = []): boolean {
  return isUtf8(Uint8Array.from(bytes));
}

/** Whether the user set a key of the producer. */
function isGiven({ provenance }: Settings, key: string): boolean {
  return (provenance.get(`producer.${key}`)?.origin ?? "default") !== "default";
}

/** Whether it is on the command line: a file may be for inputs of other formats. */
function isOnLine({ provenance }: Settings, key: string): boolean {
  return provenance.get(`producer.${key}`)?.origin === "flag";
}
