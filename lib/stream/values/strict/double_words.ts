/** The bits of doubles, and helpers shared by `strict_math.ts` and `strict_power.ts`. */

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
/** The indexes of the halves; the high one has the sign and the exponent. */
const [LOW, HIGH] = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? [0, 1] as const : [1, 0] as const;

/** The high half of a double, with its sign and exponent. */
export function highWord(value: number): number {
  double[0] = value;
  return words[HIGH]!;
}

/** A double with its high half replaced. */
export function withHighWord(value: number, high: number): number {
  double[0] = value;
  words[HIGH] = high;
  return double[0];
}

/** A double with its low half cleared, so that products with another such number are exact. */
export function withoutLowWord(value: number): number {
  double[0] = value;
  words[LOW] = 0;
  return double[0];
}

/** The exponent bias of doubles. */
export const BIAS = 1_023;

/** Coefficients of the polynomial for `r (e^r + 1) / (e^r - 1)`, over r². */
export const EXP = [
  1.66666666666666019037e-01,
  -2.77777777770155933842e-03,
  6.61375632143793436117e-05,
  -1.65339022054652515390e-06,
  4.13813679705723846039e-08,
] as const;

/** Evaluates a polynomial, lowest coefficient first. */
export function polynomial(x: number, coefficients: readonly number[]): number {
  let value = 0;
  for (let index = coefficients.length - 1; index >= 0; index--) value = coefficients[index]! + x * value;
  return value;
}

/** `value * 2 ** exponent`, even if the power itself is not representable. */
export function scaled(value: number, exponent: number): number {
  if (exponent >= -1_021 && exponent <= BIAS) return value * 2 ** exponent;
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}
