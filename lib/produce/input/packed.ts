/** Compressed inputs, which their first bytes show. */
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { unpackedZstd } from "./zstd_frames.ts";

/** How an input is compressed. */
export type Packing = "gzip" | "zstd";

const MARKS: Readonly<Record<Packing, readonly number[]>> = {
  gzip: [0x1f, 0x8b],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
};

/** As many bytes show how an input is compressed. */
export const MARK_BYTES_MAX = 4;

/** How many bytes to decompress at once. */
const CHUNK_BYTES = 65_536;

/** How the input with these first bytes is compressed; undefined if it is plain. */
export function packingOf(head: Uint8Array): Packing | undefined {
  return Object.entries(MARKS).find(([, mark]) => mark.every((byte, at) => head[at] === byte))?.[0] as
    | Packing
    | undefined;
}

/** The decompressed bytes. */
export function unpacked(packed: Readable, packing: Packing): AsyncIterable<Uint8Array> {
  if (packing === "zstd") return unpackedZstd(packed);
  const unpacking = createGunzip({ chunkSize: CHUNK_BYTES });
  packed.on("error", (error) => unpacking.destroy(error));
  return packed.pipe(unpacking);
}
