/** The functions of texts that also take BINARY, of which they count bytes. */
import type { Value } from "../../../records/data_type.ts";
import { requireTextLength } from "../../values/text_bound.ts";
import { type Implementation, strict } from "../implementation.ts";

/** One of two implementations, by the type of the first argument. */
export function textOrBytes(ofText: Implementation, ofBytes: Implementation): Implementation {
  return (args, call, zone) => (call.args[0]?.type === "BINARY" ? ofBytes : ofText)(args, call, zone);
}

/** Bytes from a position, counted from 1, or from the end if negative. */
function substring(bytes: Uint8Array, position: number, length = Infinity): Uint8Array {
  const start = position > 0 ? position - 1 : position < 0 ? bytes.length + position : 0;
  return bytes.slice(Math.max(0, start), Math.max(0, start + Math.max(0, length)));
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  requireTextLength(size);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function padding(bytes: Uint8Array, length: number, pad: Uint8Array): Uint8Array {
  const missing = Math.max(0, length) - bytes.length;
  requireTextLength(Math.max(0, length));
  return missing <= 0 || pad.length === 0
    ? new Uint8Array()
    : Uint8Array.from({ length: missing }, (_, index) => pad[index % pad.length]!);
}

function indexIn(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = 0; at + part.length <= bytes.length; at++) {
    if (part.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}

const ZERO = Uint8Array.of(0);

/** By the name of the function of texts. */
export const BINARY_FUNCTIONS = {
  length: strict((bytes: Uint8Array) => bytes.length),
  substring: strict(substring),
  left: strict((bytes: Uint8Array, length: number) => substring(bytes, 1, length)),
  concat: (args) => (row) => {
    const parts: Value[] = args.map((arg) => arg(row));
    return parts.includes(null) ? null : concatenated(parts as Uint8Array[]);
  },
  lpad: strict((bytes: Uint8Array, length: number, pad = ZERO) =>
    concatenated([padding(bytes, length, pad), bytes.subarray(0, Math.max(0, length))])
  ),
  rpad: strict((bytes: Uint8Array, length: number, pad = ZERO) =>
    concatenated([bytes.subarray(0, Math.max(0, length)), padding(bytes, length, pad)])
  ),
  startswith: strict((bytes: Uint8Array, part: Uint8Array) =>
    part.length <= bytes.length && part.every((byte, index) => bytes[index] === byte)
  ),
  endswith: strict((bytes: Uint8Array, part: Uint8Array) =>
    part.length <= bytes.length &&
    part.every((byte, index) => bytes[bytes.length - part.length + index] === byte)
  ),
  contains: strict((bytes: Uint8Array, part: Uint8Array) => indexIn(bytes, part) >= 0),
} satisfies Readonly<Record<string, Implementation>>;
