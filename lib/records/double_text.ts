/**
 * DOUBLE as text, in the format of Java's `Double.toString`, which Spark uses wherever a double becomes a
 * string: decimal notation from 10^-3 up to 10^7, else scientific notation, with at least one digit after the
 * point. The digits are the fewest that distinguish the value from its neighbours, as in Java 19 and later;
 * older versions sometimes print one digit more.
 */

/**
 * The text of a double.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(doubleText(1.5), "1.5");
 * equal(doubleText(1000), "1000.0");
 * equal(doubleText(12345678.9), "1.23456789E7");
 * equal(doubleText(1e-7), "1.0E-7");
 * equal(doubleText(-0), "-0.0");
 * ```
 */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  }
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  // Java writes at least two digits, and picks the two that are closest to the smallest double.
  if (Math.abs(value) === Number.MIN_VALUE) return value > 0 ? "4.9E-324" : "-4.9E-324";
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const plain = String(value);
    return plain.includes(".") ? plain : `${plain}.0`;
  }
  const [digits, exponent] = value.toExponential().split("e") as [string, string];
  return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/**
 * The text of a float: as {@link doubleText}, with the digits that single precision needs. Java writes two at least,
 * those nearest to the value: the smallest float is 1.4E-45.
 */
export function floatText(value: number): string {
  if (!Number.isFinite(value) || value === 0) return doubleText(value);
  for (let digits = 2; digits <= 9; digits++) {
    const candidate = rounded(value, digits);
    if (Math.fround(candidate) === value) return doubleText(candidate);
  }
  return doubleText(value);
}

/** Rounds to a number of digits, half to even. */
function rounded(value: number, digits: number): number {
  const nearest = value.toExponential(digits - 1);
  const [mantissa, exponent] = value.toExponential(EXACT_DIGITS).split("e") as [string, string];
  const kept = mantissa.replace("-", "").replace(".", "").slice(0, digits);
  const isHalfWay = /^50*$/.test(mantissa.replace("-", "").replace(".", "").slice(digits));
  if (!isHalfWay || Number(kept.at(-1)) % 2 !== 0) return Number(nearest);
  return Math.sign(value) * Number(`${kept}e${Number(exponent) - digits + 1}`);
}

const EXACT_DIGITS = 40;
