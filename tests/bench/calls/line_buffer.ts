/** Collects lines as bytes. Each is encoded by itself: V8 is slow at joining the many parts of a long text. */

const utf8 = new TextEncoder();

/** See the module's description. */
export class LineBuffer {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #size = 0;
  readonly #fullBytes: number;

  /** Is full with so many bytes; the last line may go beyond them, by as many at most. */
  constructor(fullBytes: number) {
    this.#bytes = new Uint8Array(2 * fullBytes);
    this.#fullBytes = fullBytes;
  }

  get isFull(): boolean {
    return this.#size >= this.#fullBytes;
  }

  add(line: string): void {
    this.#size += utf8.encodeInto(line, this.#bytes.subarray(this.#size)).written;
  }

  /** A copy of the lines that were added since the last time. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#size);
    this.#size = 0;
    return taken;
  }
}
