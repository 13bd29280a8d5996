/**
 * Confluent's wire format: a value begins with a zero byte and the id of its schema, as four bytes, the highest first;
 * one of Protobuf has the path to its message as well.
 */

const MAGIC = 0;

/** The bytes before what a schema describes. */
export const ID_BYTES = 5;

/** The id of the schema of a value; undefined if it is not in this format. */
export function schemaIdIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start < ID_BYTES || bytes[start] !== MAGIC) return undefined;
  return (bytes[start + 1]! << 24 | bytes[start + 2]! << 16 | bytes[start + 3]! << 8 | bytes[start + 4]!) >>>
    0;
}

/** The bytes before a value of a schema. */
export function idBytes(id: number): Uint8Array {
  return Uint8Array.of(MAGIC, id >>> 24, id >>> 16 & 0xff, id >>> 8 & 0xff, id & 0xff);
}
