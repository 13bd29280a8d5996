/** The part of an input that has not been taken yet, in memory that is reused and grows to the largest record. */

/** See the module's description. */
export class InputBuffer {
  #memory: Uint8Array = new Uint8Array();
  #start = 0;
  #end = 0;
  #offset = 0;
  /** How far it was searched for the end of a record, without one. */
  searched = 0;

  /** The offset of {@link rest} in the input. */
  get offset(): number {
    return this.#offset;
  }

  /** What has not been taken. Valid until the next chunk. */
  get rest(): Uint8Array {
    return this.#memory.subarray(this.#start, this.#end);
  }

  /** Adds a chunk, which is copied. */
  push(chunk: Uint8Array): void {
    const length = this.#end - this.#start;
    const rest = this.rest;
    if (length + chunk.length > this.#memory.length) {
      this.#memory = new Uint8Array(Math.max(length + chunk.length, 2 * this.#memory.length));
    }
    this.#memory.set(rest, 0);
    this.#memory.set(chunk, length);
    this.#start = 0;
    this.#end = length + chunk.length;
  }

  /** Takes bytes from its beginning; the rest has not been searched. */
  drop(length: number): void {
    this.#start += length;
    this.#offset += length;
    this.searched = 0;
  }
}
