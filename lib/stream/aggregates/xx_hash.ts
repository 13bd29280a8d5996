/**
 * xxHash64, as Spark computes it over values: numbers as 4 or 8 bytes, strings as UTF-8 bytes, lists element
 * by element, each with the hash so far as its seed.
 *
 * Algorithm: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
import type { DataType, Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";

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
export function hashBytes(bytes: Uint8Array, seed: bigint): bigint {
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

/** Hashes a value that is not NULL, with a seed. */
export type Hash = (value: Value, seed: bigint) => bigint;

const encoder = new TextEncoder();
const scratch = new DataView(new ArrayBuffer(8));

/** The hash function of a type. Zeros of either sign have the same hash, and so do NaNs. */
export function hashOf(type: DataType): Hash {
  if (typeof type !== "string") {
    switch (type.kind) {
      case "DECIMAL":
        return type.precision <= 18
          ? (value, seed) => hashLong(value as bigint, seed)
          : (value, seed) => hashBytes(bigEndian(value as bigint), seed);
      case "ARRAY": {
        const element = hashOf(type.element);
        return hashList(() => element);
      }
      case "MAP": {
        const [key, value] = [hashOf(type.key), hashOf(type.value)];
        const entry = hashList((index) => index === 0 ? key : value);
        return hashList(() => entry);
      }
      case "STRUCT": {
        const fields = type.fields.map((field) => hashOf(field.type));
        return hashList((index) => fields[index]!);
      }
    }
  }
  switch (type) {
    case "STRING":
      return (value, seed) => hashBytes(encoder.encode(value as string), seed);
    case "BINARY":
      return (value, seed) => hashBytes(value as Uint8Array, seed);
    case "BOOLEAN":
      return (value, seed) => hashInt(Number(value), seed);
    case "BIGINT":
      return (value, seed) => hashLong(value as bigint, seed);
    case "TIMESTAMP":
      return (value, seed) => hashLong(BigInt(value as Micros), seed);
    case "FLOAT":
      return (value, seed) => {
        scratch.setFloat32(0, (value as number) + 0);
        return hashInt(scratch.getInt32(0), seed);
      };
    case "DOUBLE":
      return (value, seed) => {
        scratch.setFloat64(0, (value as number) + 0);
        return hashLong(scratch.getBigInt64(0), seed);
      };
    default:
      return (value, seed) => hashInt(value as number, seed);
  }
}

function hashList(hashAt: (index: number) => Hash): Hash {
  return (value, seed) =>
    (value as readonly Value[]).reduce<bigint>(
      (hash, item, index) => item === null ? hash : hashAt(index)(item, hash),
      seed,
    );
}

/** An integer in the fewest two's-complement bytes, big-endian, as in Java's BigInteger. */
function bigEndian(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(Number(rest & 0xffn));
    rest >>= 8n;
  } while (!((rest === 0n && bytes[0]! < 128) || (rest === -1n && bytes[0]! >= 128)));
  return Uint8Array.from(bytes);
}
