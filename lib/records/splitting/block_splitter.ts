/**
 * Splits the usual part of an input into blocks of records, which are found by a kernel and never become objects: their
 * positions are in a table in its memory, where the next stage finds them. It is the host of `split_kernel.as`.
 *
 * The memory starts with the tables; the input is at its end, so that it can grow.
 */
import { Buffer } from "node:buffer";
import { BLOCK_BYTES_MAX, BLOCK_RECORDS_MAX } from "../../base/bounds.ts";
import type { InputPosition } from "./input_item.ts";
import type { InputLayout } from "./input_layout.ts";
import { ENTRY_WORDS, RecordBlock } from "./record_block.ts";
import { SPLIT_KERNEL } from "./split_kernel.wasm.ts";

/** What all records of a block have to be. */
export interface BlockOptions {
  /** The field that is the key, if any: it is at the outermost level. */
  readonly keyField: string | undefined;
  /** The names that each record has, in this order, with strings; undefined if records may be anything. */
  readonly fields: readonly string[] | undefined;
  /** The most bytes of a key and its value. */
  readonly recordBytesMax: number;
  /** How many records may follow. */
  readonly recordsMax: () => number;
}

/** Which part of the input to read: `[from, end)` in its memory. */
export interface BlockRange {
  readonly from: number;
  readonly end: number;
  readonly layout: InputLayout;
  /** The number of records before `from` and the line there, and the offset in the input of what is in memory. */
  readonly start: InputPosition;
}

/** The layouts as the kernel numbers them. */
const LAYOUTS: readonly InputLayout[] = ["lines", "array", "sequence"];

const SLOTS_BYTES = 64 * 64;
const ENTRY_BYTES = ENTRY_WORDS * 4;
const NAME_WORDS = 2;

const PAGE_BYTES = 65_536;
/** How far a load or a store may reach past its target. */
const SPARE_BYTES = 32;
const ALIGNMENT = 16;

interface Exports {
  readonly place: (slotsAt: number, tableAt: number, compactAt: number, compactBytes: number) => void;
  readonly want: (keyNameAt: number, keyNameBytes: number, namesAt: number, nameCount: number) => void;
  readonly split: (
    from: number,
    end: number,
    layout: number,
    recordsMax: number,
    bytesMax: number,
  ) => number;
  readonly blockEnd: WebAssembly.Global;
  readonly blockBreaks: WebAssembly.Global;
}

/** A block, and where the input continues after it. */
export interface FoundBlock<Block> {
  readonly block: Block;
  readonly end: number;
  /** The number of line breaks before that. */
  readonly breaks: number;
}

/** Where blocks come from. */
export interface BlockSource<Block extends RecordBlock> {
  /** Memory for the input, of at least that length, with what was in it before. Earlier views of it are lost. */
  reserve(length: number): Uint8Array;
  /** The next records of the input, if they are of the usual kind. */
  split(range: BlockRange): FoundBlock<Block> | undefined;
}

/** See the module's description. */
export class BlockSplitter implements BlockSource<RecordBlock> {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  readonly #options: BlockOptions;
  readonly #kernel: Exports;
  readonly #bytesMax: number;
  readonly #tableAt: number;
  #top = 0;
  #inputAt: number | undefined;
  #table: Int32Array = new Int32Array();

  constructor(options: BlockOptions) {
    this.#options = options;
    this.#bytesMax = Math.min(BLOCK_BYTES_MAX, options.recordBytesMax);
    const module = new WebAssembly.Module(Buffer.from(SPLIT_KERNEL, "base64"));
    const instance = new WebAssembly.Instance(module, { env: { memory: this.memory } });
    this.#kernel = instance.exports as unknown as Exports;
    const slotsAt = this.allocate(SLOTS_BYTES);
    this.#tableAt = this.allocate(BLOCK_RECORDS_MAX * ENTRY_BYTES);
    const compactAt = this.allocate(BLOCK_BYTES_MAX);
    this.#kernel.place(slotsAt, this.#tableAt, compactAt, BLOCK_BYTES_MAX);
    this.#want(options);
  }

  /** Allocates zeroed bytes for a further stage, before there is any input. */
  allocate(bytes: number): number {
    const at = this.#top;
    this.#top = Math.ceil((at + bytes + SPARE_BYTES) / ALIGNMENT) * ALIGNMENT;
    this.#grow(this.#top);
    return at;
  }

  reserve(length: number): Uint8Array {
    this.#inputAt ??= this.#top;
    this.#grow(this.#inputAt + length + SPARE_BYTES);
    const { buffer } = this.memory;
    this.#table = new Int32Array(buffer, this.#tableAt, BLOCK_RECORDS_MAX * ENTRY_WORDS);
    return new Uint8Array(buffer, this.#inputAt, buffer.byteLength - this.#inputAt - SPARE_BYTES);
  }

  split({ from, end, layout, start }: BlockRange): FoundBlock<RecordBlock> | undefined {
    const { split, blockEnd, blockBreaks } = this.#kernel;
    const inputAt = this.#inputAt!;
    const recordsMax = Math.min(BLOCK_RECORDS_MAX, this.#options.recordsMax());
    const count = split(inputAt + from, inputAt + end, LAYOUTS.indexOf(layout), recordsMax, this.#bytesMax);
    if (count === 0) return undefined;
    const table = this.#table.subarray(0, count * ENTRY_WORDS);
    return {
      block: new RecordBlock({ table, tableAt: this.#tableAt, start, inputAt }),
      end: blockEnd.value - inputAt,
      breaks: blockBreaks.value,
    };
  }

  #want({ keyField, fields = [] }: BlockOptions): void {
    const namesAt = this.allocate(fields.length * NAME_WORDS * 4);
    const names = fields.map((field) => this.#write(field));
    const [keyAt, keyBytes] = keyField === undefined ? [0, 0] : this.#write(keyField);
    new Int32Array(this.memory.buffer, namesAt, fields.length * NAME_WORDS).set(names.flat());
    this.#kernel.want(keyAt, keyBytes, namesAt, fields.length);
  }

  /** Writes a name as in JSON; returns its position and length. */
  #write(name: string): [number, number] {
    const bytes = new TextEncoder().encode(JSON.stringify(name));
    const at = this.allocate(bytes.length);
    new Uint8Array(this.memory.buffer).set(bytes, at);
    return [at, bytes.length];
  }

  #grow(length: number): void {
    const missing = length - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
  }
}
