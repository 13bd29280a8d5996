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

/** Where a message of Protobuf is in its schema, and where its bytes begin. */
export interface MessagePlace {
  /** Indexes of messages, from the outermost one. */
  readonly path: readonly number[];
  readonly start: number;
}

/** Messages are not nested deeper. */
const PATH_LENGTH_MAX = 100;

/** The path that follows the id of a schema; undefined if there is none. */
export function messagePlaceIn(bytes: Uint8Array, start: number, end: number): MessagePlace | undefined {
  const numbers: number[] = [];
  let at = start;
  while (numbers.length === 0 || numbers.length <= numbers[0]!) {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      if (at >= end || shift > 28) return undefined;
      const byte = bytes[at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const number = (value >>> 1) ^ -(value & 1);
    if (number < 0 || (numbers.length === 0 && number > PATH_LENGTH_MAX)) return undefined;
    numbers.push(number);
  }
  // The most frequent path, to the first message, is shortened to its length.
  return { path: numbers[0] === 0 ? [0] : numbers.slice(1), start: at };
}

/** A path as {@link messagePlaceIn} reads it. */
export function pathBytes(path: readonly number[]): Uint8Array {
  if (path.length === 1 && path[0] === 0) return Uint8Array.of(0);
  const bytes: number[] = [];
  for (const number of [path.length, ...path]) {
    let rest = number * 2;
    for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
    bytes.push(rest);
  }
  return Uint8Array.from(bytes);
}
