/** The mathematical functions: of angles, hyperbolic ones, other bases. */
import { SfcrimeError } from "../../../base/errors.ts";
import {
  acosh,
  asinh,
  atanh,
  cosh,
  expm1,
  hypot,
  log1p,
  sinh,
  tanh,
} from "../../values/strict/strict_hyperbolic.ts";
import { acos, asin, atan, atan2 } from "../../values/strict/strict_trigonometry.ts";
import { type Implementation, strict } from "../implementation.ts";

const DEGREES_PER_RADIAN = 180 / Math.PI;
const RADIANS_PER_DEGREE = Math.PI / 180;
const FACTORIAL_MAX = 20;
const BUCKETS_MAX = 2n ** 63n - 1n;

/** The nearest integer, halves to the even one. */
function rint(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 52) return value;
  const floor = Math.floor(value);
  const rest = value - floor;
  const isUp = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  const whole = isUp ? floor + 1 : floor;
  return whole === 0 && (value < 0 || Object.is(value, -0)) ? -0 : whole;
}

function factorial(value: number): bigint | null {
  if (value < 0 || value > FACTORIAL_MAX) return null;
  let product = 1n;
  for (let factor = 2n; factor <= value; factor++) product *= factor;
  return product;
}

/** The bucket of a value among equal ones, from 1; 0 below them, one more than there are above them. */
function widthBucket(value: number, low: number, high: number, count: bigint): bigint | null {
  const isInvalid = count <= 0n || count === BUCKETS_MAX || Number.isNaN(value) || low === high ||
    !Number.isFinite(low) || !Number.isFinite(high);
  if (isInvalid) return null;
  const width = Math.abs(high - low);
  const [isBelow, isAbove, from] = low < high
    ? [value < low, value >= high, value - low]
    : [value > low, value <= high, low - value];
  if (isBelow) return 0n;
  return isAbove ? count + 1n : BigInt(Math.trunc(Number(count) * from / width)) + 1n;
}

const [BASE_MIN, BASE_MAX] = [2, 36];
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** An integer in another base; a negative `to` writes it with its sign, a positive one its 64 bits. */
function convert(text: string, from: number, to: number): string | null {
  const radix = Math.abs(to);
  const areBases = [from, radix].every((known) => known >= BASE_MIN && known <= BASE_MAX);
  const written = text.replace(/^ +| +$/g, "");
  if (!areBases || written === "") return null;
  const isNegative = written.startsWith("-");
  let value = 0n;
  for (const digit of isNegative ? written.slice(1) : written) {
    const known = DIGITS.indexOf(digit.toUpperCase());
    if (known < 0 || known >= from) break;
    value = value * BigInt(from) + BigInt(known);
  }
  if (value >= 2n ** 64n) {
    throw new SfcrimeError("QUERY_FAILED", `conv: the number ${JSON.stringify(text)} has more than 64 bits.`);
  }
  const signed = BigInt.asIntN(64, value);
  // As in Spark, a negative number below the smallest BIGINT is -1.
  if (to > 0) return digitsOf(isNegative ? (signed < 0n ? -1n : -signed) : signed, radix);
  return (isNegative || signed < 0n ? "-" : "") + digitsOf(signed < 0n ? -signed : signed, radix);
}

function digitsOf(value: bigint, radix: number): string {
  return BigInt.asUintN(64, value).toString(radix).toUpperCase();
}

/** By their name in plans. */
export const MATH_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  acos: strict(acos),
  acosh: strict(acosh),
  asin: strict(asin),
  asinh: strict(asinh),
  atan: strict(atan),
  // Zeros have no sign here.
  atan2: strict((y: number, x: number) => atan2(y + 0, x + 0)),
  atanh: strict(atanh),
  // Java computes them by the instructions of the processor, so that their last digit differs between machines.
  cos: strict((angle: number) => Math.cos(angle)),
  sin: strict((angle: number) => Math.sin(angle)),
  tan: strict((angle: number) => Math.tan(angle)),
  cot: strict((angle: number) => 1 / Math.tan(angle)),
  csc: strict((angle: number) => 1 / Math.sin(angle)),
  sec: strict((angle: number) => 1 / Math.cos(angle)),
  cosh: strict(cosh),
  sinh: strict(sinh),
  tanh: strict(tanh),
  degrees: strict((angle: number) => angle * DEGREES_PER_RADIAN),
  radians: strict((angle: number) => angle * RADIANS_PER_DEGREE),
  expm1: strict(expm1),
  hypot: strict(hypot),
  log1p: strict((value: number) => value <= -1 ? null : log1p(value)),
  rint: strict(rint),
  factorial: strict(factorial),
  width_bucket: strict(widthBucket),
  bin: strict((value: bigint) => BigInt.asUintN(64, value).toString(2)),
  conv: strict(convert),
};
