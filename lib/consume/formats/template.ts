/** Records by a template, byte by byte as `kcat -f` prints them. */
import type { ConsumedRecord } from "../../broker/broker.ts";
import type { TemplateField, TemplatePart } from "../../config/values/text/record_template.ts";
import { eachRecord, type RecordPrinter } from "./record_printer.ts";

const utf8 = new TextEncoder();

/** The length of a key or value that is null. */
const NULL_LENGTH = -1;

/** A printer of a template. */
export function templatePrinter(template: readonly TemplatePart[]): RecordPrinter {
  const printed = template.map((part) => {
    if ("field" in part) return FIELDS[part.field];
    const bytes = [Uint8Array.from(part.bytes)];
    return () => bytes;
  });
  return eachRecord((record, parts) => {
    for (const partsOf of printed) parts.push(...partsOf(record));
  });
}

/** What a field prints; null keys and values print nothing. */
const FIELDS: Readonly<Record<TemplateField, (record: ConsumedRecord) => Uint8Array[]>> = {
  topic: ({ topic }) => [utf8.encode(topic)],
  partition: ({ partition }) => [utf8.encode(String(partition))],
  offset: ({ offset }) => [utf8.encode(String(offset))],
  timestamp: ({ timestampMs }) => [utf8.encode(String(timestampMs))],
  headers: headerParts,
  key: ({ key }) => key === null ? [] : [key],
  keyLength: ({ key }) => [utf8.encode(String(key?.length ?? NULL_LENGTH))],
  value: ({ value }) => value === null ? [] : [value],
  valueLength: ({ value }) => [utf8.encode(String(value?.length ?? NULL_LENGTH))],
  valueLengthBytes: ({ value }) => [bigEndian(value?.length ?? NULL_LENGTH)],
};

/** `name=value,name=value`; a value that is null is NULL. */
function headerParts({ headers }: ConsumedRecord): Uint8Array[] {
  return headers.flatMap(({ key, value }, index) => [
    utf8.encode(`${index === 0 ? "" : ","}${key}=`),
    value ?? utf8.encode("NULL"),
  ]);
}

/** A length in four bytes, for programs that read values one after the other. */
function bigEndian(length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, length);
  return bytes;
}
