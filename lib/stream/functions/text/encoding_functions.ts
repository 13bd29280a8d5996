/** The functions between texts and bytes. */
import { Buffer } from "node:buffer";
import { SfcrimeError } from "../../../base/errors.ts";
import type { Value } from "../../../records/data_type.ts";
import { type Implementation, strict } from "../implementation.ts";
import { boundedText } from "../../values/text_bound.ts";
import { decoded, encoded } from "./charsets.ts";

function failed(message: string, hint?: string): SfcrimeError {
  return new SfcrimeError("QUERY_FAILED", message, hint === undefined ? {} : { hint });
}

/** A view of bytes with methods for encodings. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function hex(value: string | bigint | Uint8Array): string {
  if (typeof value === "bigint") return BigInt.asUintN(64, value).toString(16).toUpperCase();
  const bytes = typeof value === "string" ? Buffer.from(value) : bufferOf(value);
  return boundedText(bytes.toString("hex").toUpperCase());
}

/** The bytes of hexadecimal digits; null if there is another character. An odd digit comes first, by itself. */
function unhex(text: string): Uint8Array | null {
  if (!/^[0-9a-f]*$/i.test(text)) return null;
  return bytesOf(Buffer.from(text.length % 2 === 0 ? text : `0${text}`, "hex"));
}

/** Bytes by themselves: buffers share their memory. */
function bytesOf(buffer: Buffer): Uint8Array {
  return Uint8Array.from(buffer);
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** As Java's MIME decoder: other characters are skipped, and what follows the padding does not count. */
function unbase64(text: string): Uint8Array {
  const kept = text.replaceAll(/[^A-Za-z0-9+/=]/g, "");
  const end = kept.indexOf("=");
  const digits = end < 0 ? kept : kept.slice(0, end + (kept[end + 1] === "=" ? 2 : 1));
  if (BASE64.test(digits)) return bytesOf(Buffer.from(digits, "base64"));
  throw failed(`unbase64: ${JSON.stringify(text)} is not in base 64.`);
}

/** `to_binary`, in a format that the analysis has checked. */
function toBinary(text: string, format: string): Uint8Array | undefined {
  switch (format) {
    case "hex":
      return unhex(text) ?? undefined;
    case "base64": {
      // White space may stand between digits, but not after the padding has begun.
      const padding = text.search(/=|$/);
      const kept = text.slice(0, padding).replaceAll(/\s/g, "") + text.slice(padding);
      return BASE64.test(kept) ? bytesOf(Buffer.from(kept, "base64")) : undefined;
    }
    default:
      return bytesOf(Buffer.from(text));
  }
}

/** A constant format, in lower case. */
function formatOf({ args }: Parameters<Implementation>[1]): string {
  const format = args[1];
  return format?.kind === "literal" ? String(format.value).toLowerCase() : "hex";
}

const toBinaryFunction: Implementation = (args, call, zone) => {
  const format = formatOf(call);
  return strict((text: string) => {
    const bytes = toBinary(text, format);
    if (bytes !== undefined) return bytes;
    throw failed(
      `to_binary: ${JSON.stringify(text)} is not in the format ${format}.`,
      "Use try_to_binary to get NULL instead.",
    );
  })(args.slice(0, 1), call, zone);
};

const tryToBinary: Implementation = (args, call, zone) => {
  const format = formatOf(call);
  return strict((text: string): Value => toBinary(text, format) ?? null)(args.slice(0, 1), call, zone);
};

/** By their name in plans. */
export const ENCODING_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  hex: strict(hex),
  unhex: strict(unhex),
  base64: strict((bytes: Uint8Array) => boundedText(bufferOf(bytes).toString("base64"))),
  unbase64: strict(unbase64),
  encode: strict(encoded),
  decode: strict(decoded),
  to_binary: toBinaryFunction,
  try_to_binary: tryToBinary,
  bit_length: strict((value: string | Uint8Array) => 8 * sizeOf(value)),
  octet_length: strict(sizeOf),
};

function sizeOf(value: string | Uint8Array): number {
  return typeof value === "string" ? Buffer.byteLength(value) : value.length;
}
