/** Integers as the bytes of their digits, without a string for each. */
import type { TextBytes } from "./text_bytes.ts";

const MINUS = 0x2d;
const ZERO = 0x30;
/** The digits of a safe integer, and its sign. */
const INTEGER_BYTES_MAX = 17;
/** Numbers below this are divided as 32-bit integers, which is several times as fast. */
const HALF = 1_000_000_000;
const HALF_DIGITS = 9;

/** Adds a safe integer. */
export function addInteger(value: number, out: TextBytes): void {
  out.reserve(INTEGER_BYTES_MAX);
  if (value < 0) out.bytes[out.length++] = MINUS;
  const magnitude = Math.abs(value);
  if (magnitude < HALF) {
    addDigits(magnitude | 0, out);
    return;
  }
  const high = Math.floor(magnitude / HALF);
  addDigits(high | 0, out);
  addLastDigits({ value: (magnitude - high * HALF) | 0, count: HALF_DIGITS }, out);
}

/** A bigint is read by its two halves: its conversion to a number is a call into the runtime. */
const wide = new BigInt64Array(1);
/** The lower half, then the upper one: all platforms of Deno are little-endian. */
const halves = new Int32Array(wide.buffer);
/** Upper halves from −2^21 up to this one are those of safe integers, and of −2^53. */
const SAFE_HIGH = 2 ** 21;

/** Adds an integer of 64 bits. */
export function addLong(value: bigint, out: TextBytes): void {
  wide[0] = value;
  const high = halves[1]!;
  if (high >= -SAFE_HIGH && high < SAFE_HIGH) addInteger(high * 2 ** 32 + (halves[0]! >>> 0), out);
  else out.addAscii(String(value));
}

function addDigits(value: number, out: TextBytes): void {
  let count = 1;
  for (let power = 10; value >= power; power *= 10) count++;
  addLastDigits({ value, count }, out);
}

function addLastDigits(
  { value, count }: { readonly value: number; readonly count: number },
  out: TextBytes,
): void {
  const { bytes, length } = out;
  let rest = value;
  for (let at = length + count - 1; at >= length; at--) {
    const tenth = (rest / 10) | 0;
    bytes[at] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  out.length = length + count;
}
