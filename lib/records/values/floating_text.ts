/** Numbers of the types DOUBLE and FLOAT that are written in text, as Java reads them. */
import { withoutBlanks } from "./trimmed.ts";

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[df]?$/i;
const HEXADECIMAL = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?\d+)[df]?$/i;
const NAMED: Readonly<Record<string, number>> = {
  nan: NaN,
  infinity: Infinity,
  "+infinity": Infinity,
  "-infinity": -Infinity,
  inf: Infinity,
  "+inf": Infinity,
  "-inf": -Infinity,
};
/** Java knows these in this case only. */
const SIGNED_NAN = ["+NaN", "-NaN"];

/** How many bits a number has, and the exponent of the lowest one that there is. */
interface Precision {
  readonly bits: number;
  readonly leastExponent: number;
}

const DOUBLE: Precision = { bits: 53, leastExponent: -1_074 };
const FLOAT: Precision = { bits: 24, leastExponent: -149 };
/** Exponents beyond these are infinite or zero, whatever is in front of them. */
const EXPONENT_MAX = 1e9;

/**
 * The double that a text is; undefined where it is none.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(readDouble(" 1.5e3d"), 1500);
 * equal(readDouble("0x1.8p1"), 3);
 * equal(readDouble("0x1.8"), undefined);
 * ```
 */
export function readDouble(text: string): number | undefined {
  const written = withoutBlanks(text);
  if (DECIMAL.test(written)) return Number(written.replace(/[df]$/i, ""));
  return hexadecimal(written, DOUBLE) ?? named(written);
}

/** The same for a FLOAT, which is rounded once: the double between would round a second time. */
export function readFloat(text: string): number | undefined {
  const written = withoutBlanks(text);
  if (!DECIMAL.test(written)) return hexadecimal(written, FLOAT) ?? named(written);
  const digits = written.replace(/[df]$/i, "");
  const double = Number(digits);
  const side = isHalfway(double) ? sideOf(digits, double) : 0;
  return side === 0 ? Math.fround(double) : Math.fround(neighbour(double, side));
}

function named(written: string): number | undefined {
  return SIGNED_NAN.includes(written) ? NaN : NAMED[written.toLowerCase()];
}

function hexadecimal(written: string, precision: Precision): number | undefined {
  const match = HEXADECIMAL.exec(written);
  if (match === null) return undefined;
  const [sign, whole, fraction, exponent] = match.slice(1) as [string, string, string, string];
  if (whole === "" && fraction === "") return undefined;
  const power = Math.max(-EXPONENT_MAX, Math.min(Number(exponent), EXPONENT_MAX)) - 4 * fraction.length;
  const value = nearest(BigInt(`0x${whole}${fraction}`), power, precision);
  return sign === "-" ? -value : value;
}

/** `significand × 2^power`, rounded to the nearest, and to an even one of two. */
function nearest(significand: bigint, power: number, { bits, leastExponent }: Precision): number {
  if (significand === 0n) return 0;
  const length = significand.toString(2).length;
  if (length + power > 1_024) return Infinity;
  if (length + power < leastExponent) return 0;
  const dropped = Math.max(length - bits, leastExponent - power);
  if (dropped <= 0) return Number(significand) * 2 ** power;
  const unit = 1n << BigInt(dropped);
  const rest = significand % unit;
  const kept = significand / unit;
  const isUp = rest * 2n > unit || (rest * 2n === unit && kept % 2n === 1n);
  const value = Number(isUp ? kept + 1n : kept) * 2 ** (power + dropped);
  return bits === FLOAT.bits ? Math.fround(value) : value;
}

/** The middle between the largest FLOAT and what would be the next one. */
const OVERFLOW = 2 ** 128 - 2 ** 103;

/** Whether a double lies in the middle between two FLOATs, so that what it was rounded from decides. */
function isHalfway(double: number): boolean {
  const float = Math.fround(double);
  if (float === double || !Number.isFinite(float)) return Math.abs(double) === OVERFLOW;
  const other = double + (double - float);
  return Math.fround(other) === other;
}

/** Digits of a text that are looked at; a number between two FLOATs has fewer. */
const DIGITS_MAX = 200;

/** Whether a written number is above (1), below (-1) or at (0) a double, which is the nearest one. */
function sideOf(digits: string, double: number): -1 | 0 | 1 {
  const [number, exponent = "0"] = digits.toLowerCase().split("e") as [string, string?];
  const [whole, fraction = ""] = number.replace(/^[+-]/, "").split(".") as [string, string?];
  const all = (whole + fraction).replace(/^0+/, "");
  const cut = all.slice(0, DIGITS_MAX);
  const isMore = /[1-9]/.test(all.slice(DIGITS_MAX));
  const power = Number(exponent) - fraction.length + (all.length - cut.length);
  // Both sides as whole numbers over the same powers of ten and two.
  let [written, exact] = [BigInt(cut) * 2n + (isMore ? 1n : 0n), 2n];
  const [significand, binary] = wholeParts(Math.abs(double));
  exact *= significand;
  if (power >= 0) written *= 10n ** BigInt(power);
  else exact *= 10n ** BigInt(-power);
  if (binary >= 0) exact <<= BigInt(binary);
  else written <<= BigInt(-binary);
  const sign = written > exact ? 1 : written < exact ? -1 : 0;
  return (double < 0 ? -sign : sign) as -1 | 0 | 1;
}

/** A double as a whole number and a power of two. */
function wholeParts(double: number): [bigint, number] {
  let [significand, power] = [double, 0];
  for (; !Number.isInteger(significand); power--) significand *= 2;
  return [BigInt(significand), power];
}

/** The double next to another one, above or below it. */
function neighbour(double: number, side: -1 | 1): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, double);
  const isAway = (double > 0) === (side > 0);
  view.setBigInt64(0, view.getBigInt64(0) + (isAway ? 1n : -1n));
  return view.getFloat64(0);
}
