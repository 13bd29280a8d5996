/** What the settings say of the values, or of the keys, of a stream's records. */
import type { Settings } from "../../config/settings.ts";
import { type FormatOptions, hasSchemas, type RecordFormat } from "../../config/values/record_format.ts";
import type { SchemaChoice } from "../../config/values/registry_values.ts";
import type { RecordPart } from "../../registry/formats/stream_format.ts";

/** The parts of a record. */
export const RECORD_PARTS: readonly RecordPart[] = ["key", "value"];

/** See the module's description. */
export interface PartSettings {
  /** Undefined for keys that are not read as columns. */
  readonly format: RecordFormat | undefined;
  readonly options: FormatOptions | undefined;
  readonly schema: SchemaChoice | undefined;
  readonly subject: string | undefined;
  readonly message: string | undefined;
  /** The name of its format's key in the section. */
  readonly formatKey: "format" | "key_format";
}

/** The settings of a part of a stream's records. */
export function partSettings({ streams }: Settings, stream: string, part: RecordPart): PartSettings {
  const settings = streams[stream]!;
  if (part === "value") return { ...settings, options: settings.format_options, formatKey: "format" };
  return {
    format: settings.key_format,
    options: settings.key_format_options,
    schema: settings.key_schema,
    subject: settings.key_subject,
    message: settings.key_message,
    formatKey: "key_format",
  };
}

/** The parts of a stream's records whose formats have schemas. */
export function partsWithSchemas(settings: Settings, stream: string): RecordPart[] {
  return RECORD_PARTS.filter((part) => hasSchemas(partSettings(settings, stream, part).format));
}
