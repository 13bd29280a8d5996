/**
 * The four compression codecs of record batches. gzip and zstd are part of the runtime (`node:zlib`); snappy
 * and lz4 are small JavaScript libraries, since native add-ons cannot be included in the executable.
 */
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import lz4 from "lz4js";
import xxhash from "lz4js/xxh32.js";
import snappy from "snappyjs";
import { concat } from "../../base/text/bytes.ts";
import { SfcrimeError } from "../../base/errors.ts";

/** The codecs by their number in the attributes of a batch. */
export const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
/** One of {@link CODECS}. */
export type Codec = (typeof CODECS)[number];

type Conversion = (bytes: Uint8Array) => Uint8Array;

const CONVERSIONS: Readonly<Record<Codec, { readonly pack: Conversion; readonly unpack: Conversion }>> = {
  none: { pack: (bytes) => bytes, unpack: (bytes) => bytes },
  gzip: { pack: (bytes) => gzipSync(bytes), unpack: (bytes) => gunzipSync(bytes) },
  snappy: { pack: snappyFrame, unpack: snappyContent },
  lz4: { pack: lz4Frame, unpack: (bytes) => lz4.decompress(bytes) as Uint8Array },
  zstd: { pack: (bytes) => zstdCompressSync(bytes), unpack: (bytes) => zstdDecompressSync(bytes) },
};

/** Compresses the records of a batch. */
export function compress(codec: Codec, bytes: Uint8Array): Uint8Array {
  return CONVERSIONS[codec].pack(bytes);
}

/**
 * Decompresses the records of a batch.
 *
 * @param codec The number of the codec: the lowest three bits of the attributes of the batch.
 * @throws {SfcrimeError} CORRUPT if the codec is unknown or the data is invalid.
 */
export function decompress(codec: number, bytes: Uint8Array): Uint8Array {
  const name = CODECS[codec];
  if (name === undefined) {
    throw new SfcrimeError("CORRUPT", `A record batch has the unknown compression codec ${codec}.`);
  }
  try {
    return CONVERSIONS[name].unpack(bytes);
  } catch (cause) {
    throw new SfcrimeError("CORRUPT", `A record batch is not valid ${name}.`, { cause });
  }
}

/**
 * The magic bytes of xerial's snappy streams, which Java writes; they are followed by the version and the
 * lowest compatible version.
 */
const XERIAL_MAGIC = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00] as const;
const XERIAL_HEADER_BYTES = 16;
const XERIAL_BLOCK_BYTES = 32 * 1_024;

function snappyFrame(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  const header = new Uint8Array(XERIAL_HEADER_BYTES);
  header.set(XERIAL_MAGIC);
  header[11] = 1;
  header[15] = 1;
  parts.push(header);
  for (let at = 0; at < bytes.length; at += XERIAL_BLOCK_BYTES) {
    const block = snappy.compress(bytes.subarray(at, at + XERIAL_BLOCK_BYTES));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setInt32(0, block.length);
    parts.push(length, block);
  }
  return concat(parts);
}

/** librdkafka writes one plain block, Java a stream of them. */
function snappyContent(bytes: Uint8Array): Uint8Array {
  if (!XERIAL_MAGIC.every((byte, at) => bytes[at] === byte)) return snappy.uncompress(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length;) {
    const length = view.getInt32(at);
    parts.push(snappy.uncompress(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return concat(parts);
}

const LZ4_FLAGS_AT = 4;
const LZ4_HEADER_CHECKSUM_AT = 6;
const LZ4_INDEPENDENT_BLOCKS = 0x20;

/**
 * A batch fits into one block of the frame, so its blocks are independent: brokers require that the header
 * says so, which changes the checksum of the header.
 */
function lz4Frame(bytes: Uint8Array): Uint8Array {
  const frame = lz4.compress(bytes) as Uint8Array;
  frame[LZ4_FLAGS_AT]! |= LZ4_INDEPENDENT_BLOCKS;
  frame[LZ4_HEADER_CHECKSUM_AT] = (xxhash.hash(0, frame, LZ4_FLAGS_AT, 2) >>> 8) & 0xff;
  return frame;
}
