/** Text that is gathered as bytes: each part is written to its place, without a string or an array of its own. */

const BYTES_FIRST = 4_096;
/** The bytes of a word. */
const WORD = 4;
/** UTF-8 has at most this many bytes for a unit of UTF-16. */
export const UNIT_BYTES_MAX = 3;
/** For longer texts, room for the most bytes that they may have would be too much. */
export const SHORT_TEXT_LENGTH_MAX = 65_536;

const utf8 = new TextEncoder();

/** A text that is added often: it is copied word by word, which takes less than half of the time. */
export class FixedText {
  /** The text, and then anything up to the end of the last word. */
  words: Int32Array<ArrayBuffer>;
  bytes: Uint8Array<ArrayBuffer>;
  /** In bytes. */
  length: number;

  constructor(text = "") {
    const bytes = utf8.encode(text);
    this.length = bytes.length;
    this.words = new Int32Array(Math.ceil(bytes.length / WORD));
    this.bytes = new Uint8Array(this.words.buffer);
    this.bytes.set(bytes);
  }
}

/** See the module's description. */
export class TextBytes {
  /** The text is in the first {@link length} bytes. Writers may add to them directly, after they have reserved room. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  length = 0;
  /** Of {@link bytes}: words are written at any position. */
  #view = new DataView(this.bytes.buffer);
  /** Of new memory. */
  #lengthMin = BYTES_FIRST;
  /** For the next text. */
  #spare: Uint8Array<ArrayBuffer> | undefined;

  /** Makes room for more bytes. */
  reserve(count: number): void {
    const end = this.length + count;
    if (end <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#lengthMin, end, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.#use(larger);
  }

  addByte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  /** Adds a fixed text. */
  add({ words, length }: FixedText): void {
    this.reserve(WORD * words.length);
    const view = this.#view;
    let at = this.length;
    // All platforms of Deno are little-endian.
    for (let index = 0; index < words.length; index++, at += WORD) view.setInt32(at, words[index]!, true);
    this.length += length;
  }

  /** Copies the text from a position on into a fixed one. */
  copy(start: number, to: FixedText): void {
    const count = Math.ceil((this.length - start) / WORD);
    this.reserve(WORD);
    if (to.words.length !== count) {
      to.words = new Int32Array(count);
      to.bytes = new Uint8Array(to.words.buffer);
    }
    for (let index = 0; index < count; index++) {
      to.words[index] = this.#view.getInt32(start + WORD * index, true);
    }
    to.length = this.length - start;
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
    if (text.length > SHORT_TEXT_LENGTH_MAX) return this.addBytes(utf8.encode(text));
    this.reserve(text.length * UNIT_BYTES_MAX);
    this.length += utf8.encodeInto(text, this.bytes.subarray(this.length)).written;
  }

  /** Adds text that is UTF-8 already. */
  addBytes(added: Uint8Array): void {
    this.reserve(added.length);
    this.bytes.set(added, this.length);
    this.length += added.length;
  }

  /** Returns the text, in a buffer of its own, and starts over. */
  take(): Uint8Array<ArrayBuffer> {
    const text = this.bytes.subarray(0, this.length);
    // The next text is probably about as long.
    this.#lengthMin = this.length + (this.length >> 3);
    this.#use(this.#spare ?? new Uint8Array());
    this.#spare = undefined;
    this.length = 0;
    return text;
  }

  /** Uses the memory of a text that was taken, and that nobody needs any more, for one of the next. */
  recycle(text: Uint8Array<ArrayBuffer>): void {
    const memory = new Uint8Array(text.buffer);
    if (this.bytes.length === 0) this.#use(memory);
    else this.#spare = memory;
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
