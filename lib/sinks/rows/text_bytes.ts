/** Text that is gathered as bytes: each part is written to its place, without a string or an array of its own. */

const BYTES_FIRST = 4_096;
/** Up to this, a loop takes less than a call. */
const LOOP_BYTES_MAX = 64;
/** UTF-8 has at most this many bytes for a unit of UTF-16. */
export const UNIT_BYTES_MAX = 3;
/** For longer texts, room for the most bytes that they may have would be too much. */
export const SHORT_TEXT_LENGTH_MAX = 65_536;

const utf8 = new TextEncoder();

/** See the module's description. */
export class TextBytes {
  /** The text is in the first {@link length} bytes. Writers may add to them directly, after they have reserved room. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  length = 0;
  /** Of new memory. */
  #lengthMin = BYTES_FIRST;

  /** Makes room for more bytes. */
  reserve(count: number): void {
    const end = this.length + count;
    if (end <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#lengthMin, end, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  addByte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  /** Adds bytes. */
  add(added: Uint8Array): void {
    const count = added.length;
    this.reserve(count);
    if (count > LOOP_BYTES_MAX) {
      this.bytes.set(added, this.length);
    } else {
      const { bytes, length } = this;
      for (let index = 0; index < count; index++) bytes[length + index] = added[index]!;
    }
    this.length += count;
  }

  /** Adds a text that is plain ASCII. */
  addAscii(text: string): void {
    this.reserve(text.length);
    const { bytes, length } = this;
    for (let index = 0; index < text.length; index++) bytes[length + index] = text.charCodeAt(index);
    this.length += text.length;
  }

  /** Adds any text, as UTF-8. */
  addText(text: string): void {
    if (text.length > SHORT_TEXT_LENGTH_MAX) return this.add(utf8.encode(text));
    this.reserve(text.length * UNIT_BYTES_MAX);
    this.length += utf8.encodeInto(text, this.bytes.subarray(this.length)).written;
  }

  /** Returns the text, in a buffer of its own, and starts over. */
  take(): Uint8Array<ArrayBuffer> {
    const text = this.bytes.subarray(0, this.length);
    // The next text is probably about as long.
    this.#lengthMin = this.length + (this.length >> 3);
    this.bytes = new Uint8Array();
    this.length = 0;
    return text;
  }

  /** Uses the memory of a text that was taken, and that nobody needs any more, for the next one. */
  recycle(text: Uint8Array<ArrayBuffer>): void {
    if (this.bytes.length === 0) this.bytes = new Uint8Array(text.buffer);
  }
}
