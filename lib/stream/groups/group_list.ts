/** A list of groups. There may be millions of them, so it takes four bytes for each, and is never copied. */
import type { Group } from "./packed_groups.ts";

const PIECE_MIN = 64;
const PIECE_MAX = 65_536;

/** See the module's description. */
export class GroupList implements Iterable<Group> {
  readonly #pieces: Int32Array[] = [];
  #last = new Int32Array(0);
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(group: Group): void {
    if (this.#used === this.#last.length) this.#addPiece();
    this.#last[this.#used++] = group;
    this.#length++;
  }

  /** Adds groups of a list, so many from an index on. */
  pushAll(list: Int32Array, from: number, count: number): void {
    for (let at = from; at < from + count;) {
      if (this.#used === this.#last.length) this.#addPiece();
      const taken = Math.min(from + count - at, this.#last.length - this.#used);
      this.#last.set(list.subarray(at, at + taken), this.#used);
      this.#used += taken;
      at += taken;
    }
    this.#length += count;
  }

  #addPiece(): void {
    this.#last = new Int32Array(Math.min(PIECE_MAX, Math.max(PIECE_MIN, 2 * this.#last.length)));
    this.#pieces.push(this.#last);
    this.#used = 0;
  }

  *[Symbol.iterator](): Iterator<Group> {
    for (const piece of this.#pieces) {
      // The last piece grows.
      for (let at = 0; at < (piece === this.#last ? this.#used : piece.length); at++) yield piece[at]!;
    }
  }

  /** The groups in long pieces, which are views. */
  *parts(): Iterable<Int32Array> {
    for (const piece of this.#pieces) yield piece === this.#last ? piece.subarray(0, this.#used) : piece;
  }
}
