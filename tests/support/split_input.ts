/**
 * Inputs of records written in every layout, with what a splitter must find in them: each piece's place is
 * counted on the text that was written, and its content is `JSON.stringify`'s.
 */
import type { InputItem } from "../../lib/records/splitting/input_item.ts";
import { RecordSplitter } from "../../lib/records/splitting/record_splitter.ts";

/** An element of an input: a value, or a text that is none. */
export type Piece =
  | { readonly json: unknown }
  | {
    readonly broken: string;
    /** Whether the next piece follows at once, without a separator. */
    readonly runsOn: boolean;
  };

/** How an input is written. */
export interface InputLayout {
  readonly shape: "array" | "lines" | "sequence";
  /** Spaces of indentation; lines take none. */
  readonly indent?: number;
  readonly newline?: "\n" | "\r\n";
  readonly bom?: boolean;
  readonly blankLines?: boolean;
}

/** What is told of an item. */
export interface Described {
  readonly kind: "record" | "broken";
  readonly record: number;
  readonly line: number;
  readonly offset: number;
  /** The record without white space, or the broken text as it stands. */
  readonly text: string;
}

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** An input, the items it holds, and the offset behind each of them. */
export interface WrittenInput {
  readonly bytes: Uint8Array;
  readonly expected: Described[];
  readonly ends: number[];
}

/** Writes pieces down. */
export function write(all: readonly Piece[], layout: InputLayout): WrittenInput {
  const newline = layout.newline ?? "\n";
  const indent = layout.shape === "lines" ? 0 : layout.indent ?? 0;
  const isArray = layout.shape === "array";
  let input = (layout.bom ? "\ufeff" : "") + (isArray ? `[${newline}` : "");
  const expected: Described[] = [];
  const ends: number[] = [];
  for (const [index, piece] of all.entries()) {
    const isBroken = "broken" in piece;
    const written = (isBroken ? piece.broken : JSON.stringify(piece.json, null, indent)).replaceAll(
      "\n",
      newline,
    );
    const isObject = !isBroken && typeof piece.json === "object" && piece.json !== null &&
      !Array.isArray(piece.json);
    expected.push({
      kind: isObject ? "record" : "broken",
      record: index + 1,
      line: input.split("\n").length,
      offset: utf8.encode(input).length,
      text: isObject ? JSON.stringify(piece.json) : written.replace(/[\s,]+$/, ""),
    });
    input += written;
    ends.push(utf8.encode(input).length);
    if (isBroken && piece.runsOn) continue;
    const comma = isArray && index < all.length - 1 ? "," : "";
    input += comma + newline + (layout.blankLines ? ` \t${newline}` : "");
  }
  return { bytes: utf8.encode(input + (isArray ? `]${newline}` : "")), expected, ends };
}

/** What is told of items that a splitter has found. */
export function describe(found: readonly InputItem[]): Described[] {
  return found.map(({ kind, position, bytes }) => ({ kind, ...position, text: text.decode(bytes) }));
}

/** How one of some calls is damaged. */
export interface Damage {
  readonly damaged: number;
  /** Bytes of it that are kept. */
  readonly keep: number;
  /** Cut: its end is missing. Merged: that, and the separator behind it. */
  readonly kind: "cut" | "merged";
  readonly indent?: number;
}

/** Calls as pieces, one of them damaged. */
export function pieces(calls: readonly unknown[], { damaged, keep, kind, indent }: Damage): Piece[] {
  return calls.map((json, index): Piece => {
    if (index !== damaged) return { json };
    const whole = JSON.stringify(json, null, indent ?? 0);
    return { broken: whole.slice(0, Math.min(keep, whole.length - 1)), runsOn: kind === "merged" };
  });
}

/** All items of some chunks, with bytes of their own. */
export function splitAll(chunks: readonly Uint8Array[]): InputItem<undefined>[] {
  const splitter = new RecordSplitter(() => undefined);
  const kept = (items: Iterable<InputItem<undefined>>) =>
    Array.from(items, (item) => ({ ...item, bytes: item.bytes.slice() }));
  return [...chunks.flatMap((chunk) => kept(splitter.push(chunk))), ...kept(splitter.finish())];
}

/** All items of bytes that come in chunks, cut at the given places (which wrap around). */
export function splitInChunks(bytes: Uint8Array, cuts: readonly number[]): InputItem<undefined>[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return splitAll(places.slice(1).map((end, index) => bytes.slice(places[index], end)));
}
