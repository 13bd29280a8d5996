/**
 * A DECIMAL as text, with all the digits of its scale.
 *
 * @param unscaled The value times 10^scale.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(decimalText(-5n, 2), "-0.05");
 * equal(decimalText(1250n, 2), "12.50");
 * ```
 */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled);
  const sign = unscaled < 0n ? "-" : "";
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The smallest power of ten that Java's `BigDecimal.toString` writes without an exponent. */
const EXPONENT_MIN = -6;

/**
 * A DECIMAL as Spark writes it to JSON and CSV: with an exponent if it is very small.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(decimalNotation(-10n, 8), "-1.0E-7");
 * equal(decimalNotation(0n, 7), "0E-7");
 * equal(decimalNotation(1250n, 2), "12.50");
 * ```
 */
export function decimalNotation(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled);
  const exponent = digits.length - 1 - scale;
  if (exponent >= EXPONENT_MIN) return decimalText(unscaled, scale);
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  return `${unscaled < 0n ? "-" : ""}${digits[0]}${fraction}E${exponent}`;
}
