/** The character sets of `encode` and `decode`. */
import { SfcrimeError } from "../../../base/errors.ts";

/** A character set: how wide its units are, and whether their bytes begin with the lowest one. */
interface Charset {
  /** The bytes of a unit, or the bits of a character. */
  readonly kind: "utf-8" | "utf-16" | "utf-32" | "single byte";
  readonly littleEndian?: boolean;
  /** Whether bytes begin with a mark of their order. */
  readonly hasMark?: boolean;
  readonly highest?: number;
}

const CHARSETS: Readonly<Record<string, Charset>> = {
  "utf-8": { kind: "utf-8" },
  "utf-16": { kind: "utf-16", hasMark: true },
  "utf-16be": { kind: "utf-16" },
  "utf-16le": { kind: "utf-16", littleEndian: true },
  "utf-32": { kind: "utf-32" },
  "iso-8859-1": { kind: "single byte", highest: 0xff },
  "us-ascii": { kind: "single byte", highest: 0x7f },
};
const MARK = 0xfeff;

function charsetOf(name: string, call: string): Charset {
  const charset = CHARSETS[name.toLowerCase()];
  if (charset !== undefined) return charset;
  throw new SfcrimeError("QUERY_FAILED", `${call}: there is no character set ${JSON.stringify(name)}.`, {
    hint: `Use one of: ${Object.keys(CHARSETS).join(", ")}.`,
  });
}

function malformed(call: string, name: string): SfcrimeError {
  return new SfcrimeError("QUERY_FAILED", `${call}: the value cannot be represented in ${name}.`);
}

/** The bytes of a text. @throws {SfcrimeError} QUERY_FAILED if it has others than the character set. */
export function encoded(text: string, name: string): Uint8Array {
  const { kind, littleEndian = false, hasMark = false, highest = 0 } = charsetOf(name, "encode");
  switch (kind) {
    case "utf-8":
      return new TextEncoder().encode(text);
    case "utf-16": {
      const units = Array.from(text.split(""), (unit) => unit.charCodeAt(0));
      return words(hasMark && text !== "" ? [MARK, ...units] : units, { width: 2, littleEndian });
    }
    case "utf-32":
      return words(Array.from(text, (character) => character.codePointAt(0)!), { width: 4, littleEndian });
    case "single byte": {
      const codes = Array.from(text, (character) => character.codePointAt(0)!);
      if (codes.some((code) => code > highest)) throw malformed("encode", name);
      return Uint8Array.from(codes);
    }
  }
}

function words(
  units: readonly number[],
  { width, littleEndian }: { readonly width: 2 | 4; readonly littleEndian: boolean },
): Uint8Array {
  const bytes = new Uint8Array(units.length * width);
  const view = new DataView(bytes.buffer);
  for (const [index, unit] of units.entries()) {
    if (width === 2) view.setUint16(index * 2, unit, littleEndian);
    else view.setUint32(index * 4, unit, littleEndian);
  }
  return bytes;
}

/** The text of bytes. @throws {SfcrimeError} QUERY_FAILED if they are none. */
export function decoded(bytes: Uint8Array, name: string): string {
  const { kind, littleEndian = false, hasMark = false, highest = 0 } = charsetOf(name, "decode");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (kind) {
      case "utf-8":
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      case "utf-16": {
        const first = hasMark && bytes.length >= 2 ? view.getUint16(0) : 0;
        const isLittle = littleEndian || first === 0xfffe;
        const units = first === MARK || first === 0xfffe ? bytes.subarray(2) : bytes;
        return new TextDecoder(isLittle ? "utf-16le" : "utf-16be", { fatal: true, ignoreBOM: true }).decode(
          units,
        );
      }
      case "utf-32": {
        if (bytes.length % 4 !== 0) throw malformed("decode", name);
        const isLittle = bytes.length >= 4 && view.getUint32(0) === 0xfffe0000;
        const codes = Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(at * 4, isLittle));
        return String.fromCodePoint(...(codes[0] === MARK ? codes.slice(1) : codes));
      }
      case "single byte": {
        if (bytes.some((byte) => byte > highest)) throw malformed("decode", name);
        return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
      }
    }
  } catch {
    throw malformed("decode", name);
  }
}
