/**
 * DOUBLE and FLOAT as text, in the format of Java 19 and later, which Spark uses wherever a number becomes a string:
 * decimal notation from 10^-3 up to 10^7, else scientific notation, with at least one digit after the point. The
 * digits are the fewest that distinguish the value from its neighbours, but at least two, and of the texts with so
 * many digits the closest to the value. Older versions sometimes print more digits.
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
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const plain = String(value);
    return plain.includes(".") ? plain : `${plain}.0`;
  }
  const shortest = value.toExponential();
  // One digit may be enough for a tiny double, but two are closer to it.
  const twoDigits = value.toExponential(1);
  const isShort = !shortest.includes(".");
  const [digits, exponent] = (isShort && Number(twoDigits) === value ? twoDigits : shortest).split("e");
  return `${digits!.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** The text of a float: as {@link doubleText}, with the digits that single precision needs. */
export function floatText(value: number): string {
  if (!Number.isFinite(value) || value === 0) return doubleText(value);
  for (let digits = 2; digits <= 9; digits++) {
    const text = closest(value, digits);
    if (text !== undefined) return text;
  }
  return doubleText(value);
}

/** The closest text with a number of digits that is this float and no other; undefined if there is none. */
function closest(value: number, digits: number): string | undefined {
  const nearest = rounded(value, digits);
  if (Math.fround(nearest) === value) return doubleText(nearest);
  // The floats below a power of two are closer to it than those above.
  const [mantissa, exponent] = nearest.toExponential(digits - 1).split("e") as [string, string];
  const step = 10 ** (1 - digits);
  const other = Number(
    `${(Number(mantissa) + (nearest < value ? step : -step)).toFixed(digits - 1)}e${exponent}`,
  );
  return Math.fround(other) === value ? doubleText(other) : undefined;
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
