/** Arithmetic on unscaled DECIMALs. */
import type { DataType } from "../data_type.ts";

/** A DECIMAL of some precision and scale. */
export type DecimalType = Extract<DataType, { kind: "DECIMAL" }>;

/** How to round. `floor` and `ceil` depend on the sign, the others do not. */
export type Rounding = "half up" | "half even" | "floor" | "ceil";

/** The quotient of two integers, rounded to an integer. */
export function divide(dividend: bigint, divisor: bigint, rounding: Rounding = "half up"): bigint {
  const [quotient, rest] = [dividend / divisor, dividend % divisor];
  if (rest === 0n) return quotient;
  const isNegative = (dividend < 0n) !== (divisor < 0n);
  const away = isNegative ? quotient - 1n : quotient + 1n;
  if (rounding === "floor") return isNegative ? away : quotient;
  if (rounding === "ceil") return isNegative ? quotient : away;
  const twice = absolute(rest) * 2n - absolute(divisor);
  if (twice !== 0n) return twice > 0n ? away : quotient;
  return rounding === "half up" || quotient % 2n !== 0n ? away : quotient;
}

/** The absolute value of a number. */
export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Converts a number from scale `from` to scale `to`. */
export function rescale(unscaled: bigint, from: number, to: number, rounding: Rounding = "half up"): bigint {
  return to >= from
    ? unscaled * 10n ** BigInt(to - from)
    : divide(unscaled, 10n ** BigInt(from - to), rounding);
}

/**
 * Parses a number, with or without an exponent, to its unscaled value and scale; undefined if it is not a
 * number.
 */
export function parseNumber(text: string): { readonly unscaled: bigint; readonly scale: number } | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = `${whole}${fraction}`;
  if (digits === "" || Math.abs(Number(exponent)) > EXPONENT_MAX) return undefined;
  return { unscaled: BigInt(`${sign}${digits}`), scale: fraction.length - Number(exponent) };
}

/** The largest power of ten that fits in Java's BigInteger. */
const EXPONENT_MAX = 646_456_993;

/**
 * Parses a number as a DECIMAL, rounded half up to its scale. Undefined if it is not a number, or has more
 * digits than the precision.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * const type = { kind: "DECIMAL", precision: 5, scale: 2 } as const;
 * equal(parseDecimal("1.5e2", type), 15_000n);
 * equal(parseDecimal("-0.005", type), -1n);
 * equal(parseDecimal("1000", type), undefined);
 * ```
 */
export function parseDecimal(text: string, { precision, scale }: DecimalType): bigint | undefined {
  const number = parseNumber(text);
  if (number === undefined || number.unscaled === 0n) return number?.unscaled;
  // Numbers that are far too large or too small are detected without writing out their zeros.
  const wholeDigits = String(absolute(number.unscaled)).length - number.scale;
  if (wholeDigits > precision - scale) return undefined;
  if (wholeDigits < -scale) return 0n;
  const value = rescale(number.unscaled, number.scale, scale);
  return absolute(value) < 10n ** BigInt(precision) ? value : undefined;
}
