/** What encodes the keys and values that `produce` sends, where their formats have schemas. */
import { hasSchemas, type RecordFormat } from "../../config/values/record_format.ts";
import type { EncodeJson } from "../../records/formats/schemas/value_encoder.ts";
import type { RecordPart } from "../../registry/formats/stream_format.ts";
import type { Context } from "../context.ts";

/** What encodes values and keys; undefined for what is sent as it is. */
export interface Encoders {
  readonly encode: EncodeJson | undefined;
  readonly encodeKey: EncodeJson | undefined;
}

/** What encodes the parts of records whose formats have schemas; a dry run registers none. */
export async function encodersOf(
  context: Context,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Encoders> {
  const { key, key_template, key_format, value_format } = context.settings.producer;
  const encoderOf = async (part: RecordPart, format: RecordFormat) => {
    if (!hasSchemas(format)) return undefined;
    const { partEncoder } = await import("./record_schemas.ts");
    return await partEncoder(context, { part, format, registers: !dryRun });
  };
  const hasKeys = key !== "none" || key_template !== undefined;
  return {
    encode: await encoderOf("value", value_format),
    encodeKey: hasKeys ? await encoderOf("key", key_format) : undefined,
  };
}
