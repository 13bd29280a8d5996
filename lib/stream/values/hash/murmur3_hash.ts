/**
 * Murmur3 of 32 bits, as Spark computes it: the bytes after the last whole word are mixed in one by one, as signed
 * numbers.
 *
 * Algorithm: https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
import type { ByteHash } from "./value_hash.ts";

const [C_1, C_2] = [0xcc9e2d51, 0x1b873593];

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function mix(hash: number, word: number): number {
  const mixed = hash ^ Math.imul(rotate(Math.imul(word, C_1), 15), C_2);
  return (Math.imul(rotate(mixed, 13), 5) + 0xe6546b64) | 0;
}

function finish(hash: number, length: number): number {
  let mixed = hash ^ length;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function ofBytes(bytes: Uint8Array, seed: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  let [hash, at] = [seed, 0];
  for (; at <= length - 4; at += 4) hash = mix(hash, view.getInt32(at, true));
  for (; at < length; at++) hash = mix(hash, view.getInt8(at));
  return finish(hash, length);
}

/** See {@link ByteHash}. */
export const MURMUR3: ByteHash<number> = {
  ofInt: (value, seed) => finish(mix(seed, value), 4),
  ofLong: (value, seed) => {
    const low = Number(BigInt.asIntN(32, value));
    return finish(mix(mix(seed, low), Number(BigInt.asIntN(32, value >> 32n))), 8);
  },
  ofBytes,
};
