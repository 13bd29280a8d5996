/**
 * Decompresses zstd, frame by frame: an input may have several of them, as `cat a.zst b.zst` makes one. The runtime's
 * decompressor takes one frame, and drops what follows it; so the end of each is found here, by the lengths of its
 * blocks (RFC 8878).
 */
import { Readable } from "node:stream";
import { createZstdDecompress } from "node:zlib";
import { concat } from "../../base/text/bytes.ts";

const MAGIC = 0xfd2f_b528;
/** Frames with anything else, of which there are 16 kinds. */
const SKIPPABLE = 0x184d_2a50;
const MAGIC_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const RLE = 1;
const CHUNK_BYTES = 65_536;

const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];

/** See the module's description. */
export async function* unpackedZstd(packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const source = new FrameSource(packed);
  while (await source.hasMore()) {
    const frame = Readable.from(source.frame());
    const unpacking = createZstdDecompress({ chunkSize: CHUNK_BYTES });
    frame.on("error", (error) => unpacking.destroy(error));
    yield* frame.pipe(unpacking) as AsyncIterable<Uint8Array>;
    await source.skipRest();
  }
}

/** The bytes of an input, of which frames are taken one after the other. */
class FrameSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();
  #frame: AsyncGenerator<Uint8Array> | undefined;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Whether there is a further frame. */
  async hasMore(): Promise<boolean> {
    return await this.#fill(1);
  }

  /** The bytes of the next frame. */
  frame(): AsyncGenerator<Uint8Array> {
    return this.#frame = this.#takeFrame();
  }

  /** Passes over what the decompressor has not taken of the frame. */
  async skipRest(): Promise<void> {
    for await (const _bytes of this.#frame ?? []);
  }

  async *#takeFrame(): AsyncGenerator<Uint8Array> {
    const magic = await this.#number(MAGIC_BYTES);
    if ((magic & ~0xf) >>> 0 === SKIPPABLE) {
      yield* this.#take(MAGIC_BYTES);
      yield* this.#take(MAGIC_BYTES + await this.#number(MAGIC_BYTES));
      return;
    }
    if (magic !== MAGIC) throw damaged("what follows a frame is none");
    yield* this.#take(MAGIC_BYTES);
    const descriptor = await this.#number(1);
    const isSingle = (descriptor & 0x20) !== 0;
    const contentSize = descriptor >> 6;
    const contentBytes = contentSize === 0 && isSingle ? 1 : CONTENT_SIZE_BYTES[contentSize]!;
    yield* this.#take(1 + (isSingle ? 0 : 1) + DICTIONARY_ID_BYTES[descriptor & 3]! + contentBytes);
    for (let isLast = false; !isLast;) {
      const header = await this.#number(BLOCK_HEADER_BYTES);
      isLast = (header & 1) !== 0;
      yield* this.#take(BLOCK_HEADER_BYTES + (((header >> 1) & 3) === RLE ? 1 : header >> 3));
    }
    if ((descriptor & 4) !== 0) yield* this.#take(CHECKSUM_BYTES);
  }

  /** A number at the beginning of what is left, little-endian. */
  async #number(bytes: number): Promise<number> {
    if (!await this.#fill(bytes)) throw damaged("it is cut");
    let number = 0;
    for (let at = bytes - 1; at >= 0; at--) number = number * 256 + this.#rest[at]!;
    return number;
  }

  async *#take(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0;) {
      if (!await this.#fill(1)) throw damaged("it is cut");
      const taken = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(taken.length);
      left -= taken.length;
      yield taken;
    }
  }

  /** Whether there are so many bytes left. */
  async #fill(bytes: number): Promise<boolean> {
    while (this.#rest.length < bytes) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return false;
      this.#rest = this.#rest.length === 0 ? value : concat([this.#rest, value]);
    }
    return true;
  }
}

function damaged(how: string): Error {
  return Object.assign(new Error(how), { code: "ZSTD_DAMAGED" });
}
