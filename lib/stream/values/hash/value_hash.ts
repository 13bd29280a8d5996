/**
 * Hashes as Spark computes them over values: numbers as 4 or 8 bytes, strings as UTF-8 bytes, lists element by element,
 * each with the hash so far as its seed.
 */
import type { DataType, Value } from "../../../records/data_type.ts";
import { isDuration } from "../../../records/types/interval_types.ts";
import type { CalendarValue } from "../../../records/values/interval_text.ts";
import type { Micros } from "../../../records/values/micros.ts";

/** A hash function of numbers and bytes, with a seed. */
export interface ByteHash<H> {
  /** Of 4 bytes. */
  readonly ofInt: (value: number, seed: H) => H;
  /** Of 8 bytes. */
  readonly ofLong: (value: bigint, seed: H) => H;
  readonly ofBytes: (bytes: Uint8Array, seed: H) => H;
}

/** Hashes a value that is not NULL, with a seed. */
export type Hash<H> = (value: Value, seed: H) => H;

const encoder = new TextEncoder();
const scratch = new DataView(new ArrayBuffer(8));

/** The hash function of a type. Zeros of either sign have the same hash, and so do NaNs. */
export function hashOf<H>(type: DataType, own: ByteHash<H>): Hash<H> {
  if (typeof type !== "string") {
    switch (type.kind) {
      case "DECIMAL":
        return type.precision <= 18
          ? (value, seed) => own.ofLong(value as bigint, seed)
          : (value, seed) => own.ofBytes(bigEndian(value as bigint), seed);
      case "ARRAY": {
        const element = hashOf(type.element, own);
        return hashList(() => element);
      }
      case "MAP": {
        const [key, value] = [hashOf(type.key, own), hashOf(type.value, own)];
        const entry = hashList((index) => index === 0 ? key : value);
        return hashList(() => entry);
      }
      case "STRUCT": {
        const fields = type.fields.map((field) => hashOf(field.type, own));
        return hashList((index) => fields[index]!);
      }
    }
  }
  switch (type) {
    case "STRING":
      return (value, seed) => own.ofBytes(encoder.encode(value as string), seed);
    case "BINARY":
      return (value, seed) => own.ofBytes(value as Uint8Array, seed);
    case "BOOLEAN":
      return (value, seed) => own.ofInt(Number(value), seed);
    case "BIGINT":
      return (value, seed) => own.ofLong(value as bigint, seed);
    case "TIMESTAMP":
    case "TIMESTAMP_NTZ":
      return (value, seed) => own.ofLong(BigInt(value as Micros), seed);
    case "FLOAT":
      return (value, seed) => {
        scratch.setFloat32(0, (value as number) + 0);
        return own.ofInt(scratch.getInt32(0), seed);
      };
    case "DOUBLE":
      return (value, seed) => {
        scratch.setFloat64(0, (value as number) + 0);
        return own.ofLong(scratch.getBigInt64(0), seed);
      };
    case "INTERVAL":
      return (value, seed) => {
        const [months, days, micros] = value as CalendarValue;
        return own.ofInt(months, own.ofInt(days, own.ofLong(micros, seed)));
      };
    default:
      if (isDuration(type)) return (value, seed) => own.ofLong(value as bigint, seed);
      return (value, seed) => own.ofInt(value as number, seed);
  }
}

function hashList<H>(hashAt: (index: number) => Hash<H>): Hash<H> {
  return (value, seed) =>
    (value as readonly Value[]).reduce<H>(
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
