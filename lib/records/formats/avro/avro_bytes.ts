/** Reads the binary encoding of Avro's values. What no writer makes is an error, as in Avro's Java library. */
import { Buffer } from "node:buffer";
import { javaText } from "../../values/java_text.ts";

/** Bytes that are not a value of their schema; its message is a part of a sentence. */
export class MalformedValue extends Error {
  override readonly name = "MalformedValue";
}

/** A position in bytes. */
export class AvroBytes {
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#bytes.buffer);
  /** The same bytes, which makes strings of ASCII in a third of the time. */
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  /** Begins to read a record. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.#at = start;
    this.#end = end;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#end - this.#at;
  }

  boolean(): boolean {
    return this.#bytes[this.skip(1)] === 1;
  }

  /** An int: at most five bytes. */
  int(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.skip(1)]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new MalformedValue("an int has more than five bytes");
  }

  /** A long: at most ten bytes. The lower 28 bits are read as a number, as most longs have no more. */
  long(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#bytes[this.skip(1)]!;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt((low >>> 1) ^ -(low & 1));
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.skip(1)]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (BigInt.asUintN(64, value) >> 1n) ^ -(value & 1n));
    }
    throw new MalformedValue("a long has more than ten bytes");
  }

  float(): number {
    return this.#view.getFloat32(this.skip(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.skip(8), true);
  }

  /** Bytes with their length, which are not copied. */
  bytes(): Uint8Array {
    return this.fixed(this.length());
  }

  /** Bytes of a known number, which are not copied. */
  fixed(size: number): Uint8Array {
    const start = this.skip(size);
    return this.#bytes.subarray(start, this.#at);
  }

  string(): string {
    const length = this.length();
    const start = this.skip(length);
    if (length > SHORT_TEXT_MAX) return javaText(this.#bytes.subarray(start, this.#at));
    for (let at = start; at < this.#at; at++) {
      if (this.#bytes[at]! >= 0x80) return javaText(this.#bytes.subarray(start, this.#at));
    }
    return this.#buffer.toString("latin1", start, this.#at);
  }

  /** A length of bytes, or the number of a branch or symbol. */
  length(): number {
    const byte = this.#bytes[this.#at]!;
    // Most are below 64, in one byte; an even one is not negative.
    if (byte < 0x80 && (byte & 1) === 0 && this.#at < this.#end) {
      this.#at++;
      return byte >>> 1;
    }
    const length = Number(this.long());
    if (length < 0 || !Number.isSafeInteger(length)) throw new MalformedValue(`a length is ${length}`);
    return length;
  }

  /**
   * The number of items in the next block of an array or map; 0 is its end.
   *
   * @param itemBytesMin The fewest bytes of an item.
   */
  block(itemBytesMin: number): number {
    if (this.#bytes[this.#at] === 0 && this.#at < this.#end) {
      this.#at++;
      return 0;
    }
    let count = Number(this.long());
    if (count < 0) {
      count = -count;
      // The bytes of the block, which only those need who skip it.
      this.length();
    }
    if (count * itemBytesMin > this.left || count > ITEMS_MAX) throw END;
    return count;
  }

  /** Goes on by that many bytes; returns where it was. */
  skip(count: number): number {
    const start = this.#at;
    if (count > this.#end - start) throw END;
    this.#at = start + count;
    return start;
  }
}

/** Texts up to this length are looked through for bytes that are not ASCII. */
const SHORT_TEXT_MAX = 256;

/** Items of an array that have no bytes, such as nulls. */
const ITEMS_MAX = 1_000_000;

const END = new MalformedValue("it ends too early");
