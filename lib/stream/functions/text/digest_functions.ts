/** Checksums and hashes. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Value } from "../../../records/data_type.ts";
import { MURMUR3 } from "../../values/hash/murmur3_hash.ts";
import { type ByteHash, type Hash, hashOf } from "../../values/hash/value_hash.ts";
import { XX_HASH } from "../../values/hash/xx_hash.ts";
import { type Implementation, strict } from "../implementation.ts";

function digest(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).digest(
    "hex",
  );
}

/** The algorithms of SHA-2 by their bits; 0 is 256. */
const SHA_2: Readonly<Record<number, string>> = {
  0: "sha256",
  224: "sha224",
  256: "sha256",
  384: "sha384",
  512: "sha512",
};

function sha2(bytes: Uint8Array, bits: number): string | null {
  const algorithm = SHA_2[bits];
  return algorithm === undefined ? null : digest(algorithm, bytes);
}

/** The polynomial of CRC-32, its bits reversed. */
const POLYNOMIAL = 0xedb88320;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

function crc32(bytes: Uint8Array): bigint {
  let crc = ~0;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return BigInt(~crc >>> 0);
}

/** The seed that Spark begins with. */
const SEED = 42;

/** The hash of all arguments, each with the hash so far as its seed; NULL does not change it. */
function hashed<H extends Value>(
  own: ByteHash<H>,
  { seed, result }: { readonly seed: H; readonly result: (hash: H) => Value },
): Implementation {
  return (args, call) => {
    const hashes: readonly Hash<H>[] = call.args.map(({ type }) => hashOf(type, own));
    return (row) => {
      let hash = seed;
      for (const [index, arg] of args.entries()) {
        const value = arg(row);
        if (value !== null) hash = hashes[index]!(value, hash);
      }
      return result(hash);
    };
  };
}

/** By their name in plans. */
export const DIGEST_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  md5: strict((bytes: Uint8Array) => digest("md5", bytes)),
  sha1: strict((bytes: Uint8Array) => digest("sha1", bytes)),
  sha2: strict(sha2),
  crc32: strict(crc32),
  hash: hashed(MURMUR3, { seed: SEED, result: (hash) => hash }),
  xxhash64: hashed(XX_HASH, { seed: BigInt(SEED), result: (hash) => BigInt.asIntN(64, hash) }),
};
