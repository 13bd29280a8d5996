/**
 * Inputs of records written in every layout, with what a splitter must find in them: each piece's place is
 * counted on the text that was written, and its content is `JSON.stringify`'s.
 */
import fc from "fast-check";
import { concat } from "../../lib/base/text/bytes.ts";
import type { BlockSplitter } from "../../lib/records/splitting/block_splitter.ts";
import type { GoodItem, InputItem } from "../../lib/records/splitting/input_item.ts";
import { ENTRY_WORDS, type RecordBlock } from "../../lib/records/splitting/record_block.ts";
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

/** Any layout of an input. */
export const layouts = fc.record({
  shape: fc.constantFrom("array", "lines", "sequence"),
  indent: fc.constantFrom(0, 1, 4),
  newline: fc.constantFrom("\n", "\r\n"),
  bom: fc.boolean(),
  blankLines: fc.boolean(),
});

/** Where an input is cut into chunks. */
export const cuts = fc.array(fc.nat(), { maxLength: 12 });

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

/** A text that grows, and where it ends. */
class Written {
  readonly #parts: Uint8Array[] = [];
  line = 1;
  offset = 0;

  add(text: string): void {
    const bytes = utf8.encode(text);
    this.#parts.push(bytes);
    this.line += text.split("\n").length - 1;
    this.offset += bytes.length;
  }

  get bytes(): Uint8Array {
    return concat(this.#parts);
  }
}

/** Writes pieces down. */
export function write(all: readonly Piece[], layout: InputLayout): WrittenInput {
  const newline = layout.newline ?? "\n";
  const indent = layout.shape === "lines" ? 0 : layout.indent ?? 0;
  const isArray = layout.shape === "array";
  const input = new Written();
  input.add((layout.bom ? "\ufeff" : "") + (isArray ? `[${newline}` : ""));
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
      line: input.line,
      offset: input.offset,
      text: isObject ? JSON.stringify(piece.json) : written.replace(/[\s,]+$/, ""),
    });
    input.add(written);
    ends.push(input.offset);
    if (isBroken && piece.runsOn) continue;
    const comma = isArray && index < all.length - 1 ? "," : "";
    input.add(comma + newline + (layout.blankLines ? ` \t${newline}` : ""));
  }
  if (isArray) input.add(`]${newline}`);
  return { bytes: input.bytes, expected, ends };
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

/** All items of some chunks, with bytes of their own; those of blocks too, where they are split into blocks. */
export function splitAll(chunks: readonly Uint8Array[], blocks?: BlockSplitter): InputItem<undefined>[] {
  const splitter = new RecordSplitter<undefined, RecordBlock>(() => undefined, { blocks });
  // An item is valid until the next one is asked for.
  const kept = function* (items: Iterable<InputItem<undefined, RecordBlock>>) {
    for (const item of items) {
      if (item.kind === "block") {
        yield* recordsOfBlock(item, blocks!).map(({ key: _key, ...record }) => record);
      } else yield { ...item, bytes: item.bytes.slice() };
    }
  };
  return [...chunks.flatMap((chunk) => [...kept(splitter.push(chunk))]), ...kept(splitter.finish())];
}

/** A record that came in a block. */
export interface RecordInBlock extends GoodItem<undefined> {
  readonly key: Uint8Array | null;
}

/** The records of a block, with bytes of their own. */
export function recordsOfBlock(block: RecordBlock, { memory }: BlockSplitter): RecordInBlock[] {
  const bytes = new Uint8Array(memory.buffer);
  return Array.from({ length: block.count }, (_, index) => {
    const [value, valueBytes, key, keyBytes] = block.table.subarray(
      index * ENTRY_WORDS,
    ) as unknown as number[];
    return {
      kind: "record",
      position: block.position(index),
      bytes: bytes.slice(value, value! + valueBytes!),
      notes: undefined,
      key: keyBytes! < 0 ? null : bytes.slice(key, key! + keyBytes!),
    };
  });
}

/** All items of bytes that come in chunks, cut at the given places (which wrap around). */
export function splitInChunks(
  bytes: Uint8Array,
  cuts: readonly number[],
  blocks?: BlockSplitter,
): InputItem<undefined>[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return splitAll(places.slice(1).map((end, index) => bytes.slice(places[index], end)), blocks);
}
