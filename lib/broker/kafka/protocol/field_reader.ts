/** Reads the fields of a protocol message in sequence. */

const utf8 = new TextDecoder();

/** See the module's description. */
export class FieldReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(raw: Uint8Array) {
    // The fields are not Buffers, whose slices would not be copies.
    this.#bytes = new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
    this.#view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  }

  skip(count: number): void {
    this.#at += Math.max(0, count);
  }

  int8(): number {
    return this.#view.getInt8(this.#at++);
  }

  int16(): number {
    this.#at += 2;
    return this.#view.getInt16(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#view.getInt32(this.#at - 4);
  }

  bigint64(): bigint {
    this.#at += 8;
    return this.#view.getBigInt64(this.#at - 8);
  }

  int64(): number {
    return Number(this.bigint64());
  }

  bytes(count: number): Uint8Array {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  string(): string | undefined {
    const length = this.int16();
    return length < 0 ? undefined : utf8.decode(this.bytes(length));
  }

  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = this.#view.getUint8(this.#at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  compactString(): string | undefined {
    const length = this.unsignedVarint() - 1;
    return length < 0 ? undefined : utf8.decode(this.bytes(length));
  }

  compactArray<T>(element: () => T): T[] {
    return Array.from({ length: Math.max(0, this.unsignedVarint() - 1) }, element);
  }

  skipTags(): void {
    for (let count = this.unsignedVarint(); count > 0; count--) {
      this.unsignedVarint();
      this.skip(this.unsignedVarint());
    }
  }
}
