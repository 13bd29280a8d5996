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
