/**
 * xxHash64.
 *
 * Algorithm: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
import type { ByteHash } from "./value_hash.ts";

const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

const wrap = (value: bigint) => BigInt.asUintN(64, value);

function rotate(value: bigint, bits: bigint): bigint {
  return wrap(value << bits) | (value >> (64n - bits));
}

function round(accumulator: bigint, input: bigint): bigint {
  return wrap(rotate(wrap(accumulator + wrap(input * PRIME_2)), 31n) * PRIME_1);
}

function finish(hash: bigint): bigint {
  let mixed = wrap((hash ^ (hash >> 33n)) * PRIME_2);
  mixed = wrap((mixed ^ (mixed >> 29n)) * PRIME_3);
  return mixed ^ (mixed >> 32n);
}

function mix4(hash: bigint, input: bigint): bigint {
  return wrap(rotate(hash ^ wrap(input * PRIME_1), 23n) * PRIME_2 + PRIME_3);
}

function mix8(hash: bigint, input: bigint): bigint {
  return wrap(rotate(hash ^ round(0n, input), 27n) * PRIME_1 + PRIME_4);
}

/** The hash of 4 bytes. */
function hashInt(value: number, seed: bigint): bigint {
  return finish(mix4(wrap(seed + PRIME_5 + 4n), BigInt(value >>> 0)));
}

/** The hash of 8 bytes. */
function hashLong(value: bigint, seed: bigint): bigint {
  return finish(mix8(wrap(seed + PRIME_5 + 8n), wrap(value)));
}

/** The hash of any bytes. */
function hashBytes(bytes: Uint8Array, seed: bigint): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  let at = 0;
  let hash = wrap(seed + PRIME_5);
  if (length >= 32) {
    const lanes = [seed + PRIME_1 + PRIME_2, seed + PRIME_2, seed, seed - PRIME_1].map(wrap);
    for (; at <= length - 32; at += 32) {
      for (let lane = 0; lane < 4; lane++) {
        lanes[lane] = round(lanes[lane]!, view.getBigUint64(at + 8 * lane, true));
      }
    }
    hash = [1n, 7n, 12n, 18n].reduce((sum, bits, lane) => wrap(sum + rotate(lanes[lane]!, bits)), 0n);
    for (const lane of lanes) hash = wrap((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4);
  }
  hash = wrap(hash + BigInt(length));
  for (; at <= length - 8; at += 8) hash = mix8(hash, view.getBigUint64(at, true));
  for (; at <= length - 4; at += 4) hash = mix4(hash, BigInt(view.getUint32(at, true)));
  for (; at < length; at++) hash = wrap(rotate(hash ^ wrap(BigInt(bytes[at]!) * PRIME_5), 11n) * PRIME_1);
  return finish(hash);
}

/** See {@link ByteHash}. */
export const XX_HASH: ByteHash<bigint> = { ofInt: hashInt, ofLong: hashLong, ofBytes: hashBytes };
