/**
 * The value of a STRING column in the current record, as bytes: most strings are only compared, copied or
 * counted, and making a string of each costs more than all of that.
 *
 * A column has one view for all records, so a consumer must not keep it. Its bytes are valid UTF-8: equal texts
 * have equal bytes. They are those of a JSON string without escapes, so they can be written into another as they
 * are.
 */
import type { Buffer } from "node:buffer";
import type { Value } from "../data_type.ts";
import { javaText } from "./java_text.ts";

/** Memory that may move: its bytes are another array then. */
export interface TextMemory {
  readonly bytes: Buffer;
}

/** The text in `bytes[start, end)`, until the next record. */
export class TextView {
  readonly #memory: TextMemory;
  #start = 0;
  #end = 0;
  #isAscii = true;

  constructor(memory: TextMemory) {
    this.#memory = memory;
  }

  /** Moves the view to another text, which is valid UTF-8. */
  place(start: number, end: number, { isAscii }: { readonly isAscii: boolean }): void {
    this.#start = start;
    this.#end = end;
    this.#isAscii = isAscii;
  }

  /** Where the text is; it may be another array for each record. */
  get bytes(): Uint8Array {
    return this.#memory.bytes;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  /** Whether each byte is a character. */
  get isAscii(): boolean {
    return this.#isAscii;
  }

  /** The text as a string. */
  toString(): string {
    const { bytes } = this.#memory;
    return this.#isAscii
      ? bytes.toString("latin1", this.#start, this.#end)
      : javaText(bytes.subarray(this.#start, this.#end));
  }
}

/** A view as the value of a row, for a consumer that takes views. */
export function valueOf(view: TextView): Value {
  return view as unknown as Value;
}

/** The view that a value of such a row is, if it is one. */
export function viewOf(value: Value): TextView | undefined {
  return value instanceof TextView ? value : undefined;
}
