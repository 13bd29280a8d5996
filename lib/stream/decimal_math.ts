/** Whole numbers with a point somewhere: what DECIMALs are computed with. */
import { SfcrimeError } from "../base/errors.ts";
import { type DataType, typeName } from "../records/data_type.ts";
import { decimalText } from "../records/decimal_text.ts";

/** A DECIMAL of some precision and scale. */
export type DecimalType = Extract<DataType, { kind: "DECIMAL" }>;

/** What becomes of the digits that are cut. `floor` and `ceil` look at the sign, the others do not. */
export type Rounding = "half up" | "half even" | "floor" | "ceil";

/** The quotient of two whole numbers, rounded to a whole number. */
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

/** The size of a number without its sign. */
export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** A number with `from` digits behind the point as one with `to`. */
export function rescale(
  unscaled: bigint,
  from: number,
  to: number,
  rounding: Rounding = "half up",
): bigint {
  return to >= from
    ? unscaled * 10n ** BigInt(to - from)
    : divide(unscaled, 10n ** BigInt(from - to), rounding);
}

/** A written number, with an exponent or without, or undefined where it is none. */
export function parseDecimal(
  text: string,
): { readonly unscaled: bigint; readonly scale: number } | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const isBeyond = Math.abs(Number(exponent)) > DECIMAL_EXPONENT_MAX;
  if (`${whole}${fraction}` === "" || isBeyond) return undefined;
  const unscaled = BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n);
  return { unscaled, scale: fraction.length - Number(exponent) };
}

const DECIMAL_EXPONENT_MAX = 1_000;

/** A number that has to fit a DECIMAL. @throws {SfcrimeError} QUERY_FAILED where it does not. */
export function fitDecimal(unscaled: bigint, type: DecimalType): bigint {
  if (absolute(unscaled) < 10n ** BigInt(type.precision)) return unscaled;
  throw new SfcrimeError(
    "QUERY_FAILED",
    `The result ${decimalText(unscaled, type.scale)} does not fit a ${typeName(type)}.`,
    { hint: "CAST the operands to DOUBLE, or to DECIMALs of fewer digits." },
  );
}
