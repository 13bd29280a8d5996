/** What the settings say of the values, or of the keys, of a stream's records. */
import type { Settings } from "../../config/settings.ts";
import { type FormatOptions, hasSchemas, type RecordFormat } from "../../config/values/record_format.ts";
import type { SchemaChoice } from "../../config/values/registry_values.ts";
import type { RecordPart } from "../../registry/formats/stream_format.ts";

/** What both parts of a record have a key for. */
type PartKey = "format" | "format_options" | "schema" | "subject" | "message";

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
}

/** The name that a key of a section has for a part of the records. */
export function partKey<Name extends PartKey>(part: RecordPart, name: Name): Name | `key_${Name}` {
  return part === "key" ? `key_${name}` : name;
}

/** The settings of a part of a stream's records. */
export function partSettings({ streams }: Settings, stream: string, part: RecordPart): PartSettings {
  const settings = streams[stream]!;
  return {
    format: settings[partKey(part, "format")],
    options: settings[partKey(part, "format_options")],
    schema: settings[partKey(part, "schema")],
    subject: settings[partKey(part, "subject")],
    message: settings[partKey(part, "message")],
  };
}

/** The parts of a stream's records whose formats have schemas. */
export function partsWithSchemas(settings: Settings, stream: string): RecordPart[] {
  return RECORD_PARTS.filter((part) => hasSchemas(partSettings(settings, stream, part).format));
}
