/**
 * Reads the fields of a protocol message in sequence. In a "flexible" message, lengths are varints plus one, and
 * tags may follow each struct.
 */

const utf8 = new TextDecoder();

/** See the module's description. */
export class FieldReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #isFlexible: boolean;
  #at = 0;

  constructor(raw: Uint8Array, { isFlexible = false } = {}) {
    this.#isFlexible = isFlexible;
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

  /** The given number of bytes. */
  raw(count: number): Uint8Array {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  bytes(): Uint8Array {
    return this.raw(Math.max(0, this.#isFlexible ? this.#unsignedVarint() - 1 : this.int32()));
  }

  string(): string | undefined {
    const length = this.#isFlexible ? this.#unsignedVarint() - 1 : this.int16();
    return length < 0 ? undefined : utf8.decode(this.raw(length));
  }

  array<T>(element: () => T): T[] {
    const length = this.#isFlexible ? this.#unsignedVarint() - 1 : this.int32();
    return Array.from({ length: Math.max(0, length) }, element);
  }

  /** An array of structs. */
  structs<T>(fields: () => T): T[] {
    return this.array(() => {
      const read = fields();
      this.skipTags();
      return read;
    });
  }

  skipTags(): void {
    for (let count = this.#isFlexible ? this.#unsignedVarint() : 0; count > 0; count--) {
      this.#unsignedVarint();
      this.skip(this.#unsignedVarint());
    }
  }

  /** The tagged fields of a struct, as bytes by their tags. */
  tags(): ReadonlyMap<number, Uint8Array> {
    const count = this.#isFlexible ? this.#unsignedVarint() : 0;
    return new Map(
      Array.from({ length: count }, () => {
        const tag = this.#unsignedVarint();
        return [tag, this.raw(this.#unsignedVarint())] as const;
      }),
    );
  }

  #unsignedVarint(): number {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = this.#view.getUint8(this.#at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
}
