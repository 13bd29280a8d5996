/**
 * Places blocks of records in partitions, and encodes them for record batches, straight from the memory of the kernel
 * that has found them. It is the host of `encode_kernel.as`, which works in the same memory.
 */
import { Buffer } from "node:buffer";
import { BLOCK_BYTES_MAX, BLOCK_RECORDS_MAX } from "../../base/bounds.ts";
import { ENCODE_KERNEL } from "./encode_kernel.wasm.ts";
import { type Deltas, type EncodableRecords, RECORD_OVERHEAD_BYTES_MAX } from "./encode.ts";

/** The memory of a kernel, with room for others. */
export interface KernelMemory {
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): number;
}

/** A table of records in that memory: see `RecordBlock`. */
export interface RecordTable {
  readonly tableAt: number;
  readonly count: number;
}

/** The records of a block that are in one partition. */
export interface BlockPart extends EncodableRecords {
  readonly partition: number;
  /** The bytes of their keys and values. */
  readonly bytes: number;
}

/** A block whose records have their partitions. */
export interface PlacedBlock {
  readonly parts: readonly BlockPart[];
  /** The number of records without a key. */
  readonly keyless: number;
}

interface Exports {
  readonly prepare: (partitions: number, partitionCount: number) => void;
  readonly clear: (partitions: number, list: number, listed: number) => void;
  readonly place: (
    table: number,
    count: number,
    partitions: number,
    partitionCount: number,
    turn: number,
    list: number,
  ) => number;
  readonly encode: (
    table: number,
    first: number,
    offsetDelta: number,
    timestampDeltaMs: number,
    out: number,
  ) => number;
  readonly keyless: WebAssembly.Global;
}

/** Words of an entry of the table, and the partition among them. */
const ENTRY_WORDS = 8;
const PARTITION = 6;
/** Words of an entry of the partitions: the first record, their number, and their bytes. */
const PARTITION_WORDS = 4;
const [FIRST, COUNT, BYTES] = [0, 1, 2];

const ENCODED_BYTES_MAX = BLOCK_BYTES_MAX + BLOCK_RECORDS_MAX * RECORD_OVERHEAD_BYTES_MAX;

/** See the module's description. */
export class BlockEncoder {
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: Exports;
  readonly #partitionCount: number;
  readonly #partitionsAt: number;
  readonly #listAt: number;
  readonly #encodedAt: number;
  /** The number of partitions of the last block. */
  #listed = 0;

  constructor(room: KernelMemory, partitionCount: number) {
    this.#memory = room.memory;
    this.#partitionCount = partitionCount;
    this.#partitionsAt = room.allocate(partitionCount * PARTITION_WORDS * 4);
    this.#listAt = room.allocate(Math.min(partitionCount, BLOCK_RECORDS_MAX) * 4);
    this.#encodedAt = room.allocate(ENCODED_BYTES_MAX);
    const module = new WebAssembly.Module(Buffer.from(ENCODE_KERNEL, "base64"));
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    this.#kernel = instance.exports as unknown as Exports;
    this.#kernel.prepare(this.#partitionsAt, partitionCount);
  }

  /**
   * Chooses the partition of each record by its key; those without one are distributed in turn.
   *
   * @param turn The partition of the first record without a key.
   */
  place(table: RecordTable, turn: number): PlacedBlock {
    const [partitionsAt, listAt] = [this.#partitionsAt, this.#listAt];
    this.#kernel.clear(partitionsAt, listAt, this.#listed);
    const count = this.#partitionCount;
    this.#listed = this.#kernel.place(table.tableAt, table.count, partitionsAt, count, turn, listAt);
    const { buffer } = this.#memory;
    const entries = new Int32Array(buffer, partitionsAt, count * PARTITION_WORDS);
    const list = new Int32Array(buffer, listAt, this.#listed);
    const parts = Array.from(list, (partition): BlockPart => {
      const entry = partition * PARTITION_WORDS;
      return {
        partition,
        count: entries[entry + COUNT]!,
        bytes: entries[entry + BYTES]!,
        encode: (deltas) => this.#encode(table.tableAt, entries[entry + FIRST]!, deltas),
      };
    });
    return { parts, keyless: this.#kernel.keyless.value };
  }

  #encode(tableAt: number, first: number, { offsetDelta, timestampDeltaMs }: Deltas): Uint8Array {
    const at = this.#encodedAt;
    const end = this.#kernel.encode(tableAt, first, offsetDelta, timestampDeltaMs, at);
    return new Uint8Array(this.#memory.buffer, at, end - at);
  }
}

/** The index in its block of a record, by its number among those of a partition; the table was placed. */
export function nthIn(
  table: Int32Array,
  { partition, nth }: { readonly partition: number; readonly nth: number },
): number {
  let left = nth;
  for (let entry = 0; entry < table.length; entry += ENTRY_WORDS) {
    if (table[entry + PARTITION] === partition && left-- === 0) return entry / ENTRY_WORDS;
  }
  throw new RangeError(`Partition ${partition} has no record ${nth} of the block.`);
}
