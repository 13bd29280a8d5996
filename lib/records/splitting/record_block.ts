/** Consecutive records of an input that are all valid: positions in the memory of a kernel. */
import type { InputPosition } from "./input_item.ts";

/**
 * Words of the entry of a record in the table of a block: where its value starts and its length, the same for its key,
 * where it starts in the input, the number of line breaks before that in the block, and two for further stages. The
 * length of a key is −1 where there is none.
 */
export const ENTRY_WORDS = 8;
const [SOURCE, LINE] = [4, 5];

/** What a block consists of. */
export interface BlockParts {
  readonly table: Int32Array;
  /** Where the table is in the memory of the kernel. */
  readonly tableAt: number;
  /** Where the first record starts: the number of records before it, its line, and the offset of `inputAt`. */
  readonly start: InputPosition;
  /** Where the bytes of the input that are in memory start. */
  readonly inputAt: number;
}

/** See the module's description. It is valid until the next item of the input. */
export class RecordBlock {
  readonly kind = "block";
  readonly #parts: BlockParts;

  constructor(parts: BlockParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#parts.table.length / ENTRY_WORDS;
  }

  get table(): Int32Array {
    return this.#parts.table;
  }

  get tableAt(): number {
    return this.#parts.tableAt;
  }

  /** The position of a record, by its index. */
  position(index: number): InputPosition {
    const { table, start, inputAt } = this.#parts;
    const entry = index * ENTRY_WORDS;
    return {
      record: start.record + index + 1,
      line: start.line + table[entry + LINE]!,
      offset: start.offset + table[entry + SOURCE]! - inputAt,
    };
  }

  /** A copy whose table remains valid, though not the records. */
  copy(): RecordBlock {
    return new RecordBlock({ ...this.#parts, table: this.table.slice() });
  }
}
