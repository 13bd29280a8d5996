/** Writes "flexible" messages, in which lengths are varints plus one, and tags may follow each struct. */
import { Buffer } from "node:buffer";
import { createEncoder, type Encoder } from "../kafkajs/internals.ts";

/** The number of tags of a struct without any. */
export const NO_TAGS = 0;

/** The length of the ID of a topic. */
export const UUID_BYTES = 16;

/**
 * For a flexible request: kafkajs writes a header of version 1, and the tag count after it makes it version
 * 2.
 */
export function flexibleEncoder(): Encoder {
  return createEncoder().writeInt8(NO_TAGS);
}

/** Writes a number with seven bits in a byte, as lengths are written. */
export function writeUnsignedVarint(encoder: Encoder, value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) encoder.writeInt8(((rest & 0x7f) | 0x80) - 0x100);
  encoder.writeInt8(rest);
}

/** Writes a text. */
export function writeCompactString(encoder: Encoder, text: string): void {
  const bytes = Buffer.from(text);
  writeUnsignedVarint(encoder, bytes.length + 1);
  encoder.writeBuffer(bytes);
}

/** Writes an array. */
export function writeCompactArray<T>(
  encoder: Encoder,
  elements: readonly T[],
  write: (element: T) => void,
): void {
  writeUnsignedVarint(encoder, elements.length + 1);
  for (const element of elements) write(element);
}
