/** Packed groups as plain data, as they cross from one thread to another. */
import type { DataType, Value } from "../../records/data_type.ts";
import type { WindowKey } from "../../sql/plan.ts";
import { KeyCodec } from "./key_codec.ts";
import { type RowViews, VALUES, viewsOf } from "./row_views.ts";
import { ValueCodec } from "./value_codec.ts";

/** The layout of groups. */
export interface GroupTypes {
  readonly keyTypes: readonly DataType[];
  /** The keys that are windows of one length. */
  readonly windows?: readonly WindowKey[];
  readonly valueTypes: readonly DataType[];
  /** The values of a new group; only those that are NULL may become NULL. */
  readonly initial: readonly Value[];
}

/** Groups as plain data, to be sent to another thread; the memory of the rows can be transferred. */
export interface PackedRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
  /** What does not fit in the rows. */
  readonly objects: readonly Value[];
}

/** A group of {@link PackedRows}, with its mark. */
export interface PackedRow {
  readonly key: readonly Value[];
  readonly values: readonly Value[];
  readonly mark: number;
}

/** Reads groups of a layout. */
export class PackedRowReader {
  readonly #keys: KeyCodec;
  readonly #values: ValueCodec;

  constructor({ keyTypes, windows, valueTypes, initial }: GroupTypes) {
    this.#keys = new KeyCodec(keyTypes, windows);
    this.#values = new ValueCodec(valueTypes, initial);
  }

  /** The groups, in the order in which they were first seen. */
  *read({ bytes, objects }: PackedRows): Iterable<PackedRow> {
    const views: RowViews = viewsOf(bytes.buffer);
    for (let row = 0; row < bytes.length / 8;) {
      const key = row + VALUES + this.#values.bytes / 8;
      const values: Value[] = [];
      this.#values.load(views, row + VALUES, { into: values, objects });
      yield { key: this.#keys.read(views, key), values, mark: views.words[2 * row]! };
      row = key + this.#keys.bytesAt(views, key) / 8;
    }
  }
}
