/**
 * Texts as bytes, so that equal texts have equal bytes and the same form: ASCII, other text as UTF-8, and text with
 * half a surrogate pair, which UTF-8 does not have, as UTF-16.
 */
import type { Buffer } from "node:buffer";
import type { TextView } from "../../../records/values/text_view.ts";

/** How the bytes of a text are to be read. */
export const TextForm = { ascii: 0, utf8: 1, utf16: 2 } as const;
export type TextForm = (typeof TextForm)[keyof typeof TextForm];

/** The most bytes that a UTF-16 unit takes, in any form. */
export const UNIT_BYTES_MAX = 3;

/** Where a text ends, and its form. */
export interface WrittenText {
  end: number;
  form: TextForm;
}

/** Up to this length a loop is faster than a call. */
const SHORT = 48;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Writes a text at a position, where there is room for it; returns where it ends, or −1 if it is not plain ASCII. */
export function writeAscii(bytes: Uint8Array, at: number, text: string): number {
  const { length } = text;
  if (length > SHORT) {
    const { written } = encoder.encodeInto(text, bytes.subarray(at, at + length));
    return written === length && isAscii(bytes, at, at + length) ? at + length : -1;
  }
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) return -1;
    bytes[at + index] = unit;
  }
  return at + length;
}

/** Writes a view at a position, where there is room for it; returns where it ends. */
export function writeView(bytes: Uint8Array, at: number, { bytes: from, start, end }: TextView): number {
  const length = end - start;
  if (length > SHORT) bytes.set(from.subarray(start, end), at);
  else for (let index = 0; index < length; index++) bytes[at + index] = from[start + index]!;
  return at + length;
}

/** Writes a text that is not plain ASCII. */
export function writeWide(bytes: Uint8Array, at: number, text: string): WrittenText {
  if (text.isWellFormed()) {
    const room = bytes.subarray(at, at + UNIT_BYTES_MAX * text.length);
    return { end: at + encoder.encodeInto(text, room).written, form: TextForm.utf8 };
  }
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[at + 2 * index] = unit;
    bytes[at + 2 * index + 1] = unit >> 8;
  }
  return { end: at + 2 * text.length, form: TextForm.utf16 };
}

/** The text in `bytes[start, end)`, which is not plain ASCII. */
export function readText(bytes: Buffer, { start, end, form }: {
  readonly start: number;
  readonly end: number;
  readonly form: number;
}): string {
  return form === TextForm.utf8
    ? decoder.decode(bytes.subarray(start, end))
    : bytes.toString("utf16le", start, end);
}

/** The text that some bytes are. */
export function textOf(bytes: Buffer, form: TextForm): string {
  return form === TextForm.ascii
    ? bytes.toString("latin1")
    : readText(bytes, { start: 0, end: bytes.length, form });
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! > 0x7f) return false;
  return true;
}
