/**
 * Hyperbolic functions, and what they are made of, with the exact results of Java's StrictMath, by the algorithms and
 * with the constants of FDLIBM 5.3 (netlib.org/fdlibm, `s_expm1`, `s_log1p`, `e_sinh`, `e_cosh`, `s_tanh`,
 * `e_hypot`). The inverse ones are by Spark's formulas, which Java has not.
 */
import { BIAS, highWord, polynomial, scaled, withHighWord } from "./double_words.ts";
import { exp, log } from "./strict_math.ts";

const [LN2_HIGH, LN2_LOW] = [6.93147180369123816490e-01, 1.90821492927058770002e-10];
const INVERSE_LN2 = 1.44269504088896338700;
const OVERFLOW = 7.09782712893383973096e+02;
const MANTISSA_BITS = 20;
const MANTISSA_MASK = 0xfffff;
const HIGH_OF_ONE = 0x3ff00000;

const EXPM1 = [
  1,
  -3.33333333333331316428e-02,
  1.58730158725481460165e-03,
  -7.93650757867487942473e-05,
  4.00821782732936239552e-06,
  -2.01099218183624371326e-07,
] as const;

/** `e ** x - 1`. */
export function expm1(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x;
  const magnitude = highWord(x) & 0x7fffffff;
  if (magnitude >= 0x4043687a) {
    // Beyond 56 ln 2.
    if (x > OVERFLOW) return Infinity;
    if (x < 0) return -1;
  }
  if (magnitude < 0x3c900000) return x;
  let [value, correction, k] = [x, 0, 0];
  if (magnitude > 0x3fd62e42) {
    const sign = x < 0 ? -1 : 1;
    k = magnitude < 0x3ff0a2b2 ? sign : Math.trunc(INVERSE_LN2 * x + sign * 0.5);
    const high = x - k * LN2_HIGH;
    const low = k * LN2_LOW;
    value = high - low;
    correction = (high - value) - low;
  }
  const half = 0.5 * value;
  const halfSquare = value * half;
  const r = polynomial(halfSquare, EXPM1);
  const t = 3 - r * half;
  let e = halfSquare * ((r - t) / (6 - value * t));
  if (k === 0) return value - (value * e - halfSquare);
  e = (value * (e - correction) - correction) - halfSquare;
  return ofPower(value, e, k);
}

/** `2 ** k (1 + value - e) - 1`, in the order that loses the fewest digits. */
function ofPower(value: number, e: number, k: number): number {
  if (k === -1) return 0.5 * (value - e) - 0.5;
  if (k === 1) return value < -0.25 ? -2 * (e - (value + 0.5)) : 1 + 2 * (value - e);
  if (k <= -2 || k > 56) return timesPower(1 - (e - value), k) - 1;
  if (k < MANTISSA_BITS) {
    const almostOne = withHighWord(0, HIGH_OF_ONE - (0x200000 >> k));
    return timesPower(almostOne - (e - value), k);
  }
  return timesPower(value - (e + 2 ** -k) + 1, k);
}

function timesPower(value: number, k: number): number {
  return withHighWord(value, highWord(value) + (k << MANTISSA_BITS));
}

const LOG1P = [
  6.666666666666735130e-01,
  3.999999999940941908e-01,
  2.857142874366239149e-01,
  2.222219843214978396e-01,
  1.818357216161805012e-01,
  1.531383769920937332e-01,
  1.479819860511658591e-01,
] as const;

/** The logarithm of `1 + x`. */
export function log1p(x: number): number {
  if (x === -1) return -Infinity;
  if (!(x > -1 && x < Infinity)) return x === Infinity ? Infinity : NaN;
  const high = highWord(x);
  const magnitude = high & 0x7fffffff;
  if (magnitude < 0x3e200000) return magnitude < 0x3c900000 ? x : x - x * x * 0.5;
  // Between -0.2929 and 0.41422 nothing needs to be reduced.
  const isNear = high < 0x3fda827a && (high > 0 || high <= (0xbfd2bec3 | 0));
  const { f, k, correction, isTiny } = isNear
    ? { f: x, k: 0, correction: 0, isTiny: false }
    : reduced(x, high);
  const half = 0.5 * f * f;
  if (isTiny) {
    if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + (correction + k * LN2_LOW);
    const r = half * (1 - 0.66666666666666666 * f);
    return k === 0 ? f - r : k * LN2_HIGH - ((r - (k * LN2_LOW + correction)) - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const r = z * polynomial(z, LOG1P);
  if (k === 0) return f - (half - s * (half + r));
  return k * LN2_HIGH - ((half - (s * (half + r) + (k * LN2_LOW + correction))) - f);
}

interface Reduced {
  readonly f: number;
  readonly k: number;
  readonly correction: number;
  readonly isTiny: boolean;
}

/** `1 + x` as `2 ** k (1 + f)`, with what the sum has lost. */
function reduced(x: number, high: number): Reduced {
  const isSum = high < 0x43400000;
  let u = isSum ? 1 + x : x;
  let mantissa = highWord(u);
  let k = (mantissa >> MANTISSA_BITS) - BIAS;
  const correction = isSum ? (k > 0 ? 1 - (u - x) : x - (u - 1)) / u : 0;
  mantissa &= MANTISSA_MASK;
  if (mantissa < 0x6a09e) {
    u = withHighWord(u, mantissa | HIGH_OF_ONE);
  } else {
    k++;
    u = withHighWord(u, mantissa | 0x3fe00000);
    mantissa = (0x00100000 - mantissa) >> 2;
  }
  return { f: u - 1, k, correction, isTiny: mantissa === 0 };
}

/** From here on `e ** -x` does not count. */
const ONE_SIDED = 22;
const HIGH_OF_OVERFLOW = 0x40862e42;

/** Half of `e ** x`, for large numbers also where `e ** x` itself is not representable. */
function halfExp(x: number): number {
  if (highWord(x) < HIGH_OF_OVERFLOW) return 0.5 * exp(x);
  const root = exp(0.5 * x);
  return 0.5 * root * root;
}

/** The hyperbolic sine. */
export function sinh(x: number): number {
  const magnitude = Math.abs(x);
  if (!Number.isFinite(x) || magnitude < 2 ** -28) return x;
  if (magnitude >= ONE_SIDED) return Math.sign(x) * halfExp(magnitude);
  const half = x < 0 ? -0.5 : 0.5;
  const t = expm1(magnitude);
  return magnitude < 1 ? half * (2 * t - t * t / (t + 1)) : half * (t + t / (t + 1));
}

const HIGH_OF_HALF_LN2 = 0x3fd62e43;

/** The hyperbolic cosine. */
export function cosh(x: number): number {
  const magnitude = Math.abs(x);
  if (!Number.isFinite(x)) return magnitude;
  if (magnitude >= ONE_SIDED) return halfExp(magnitude);
  if (highWord(magnitude) >= HIGH_OF_HALF_LN2) {
    const t = exp(magnitude);
    return 0.5 * t + 0.5 / t;
  }
  const t = expm1(magnitude);
  const w = 1 + t;
  return magnitude < 2 ** -55 ? w : 1 + (t * t) / (w + w);
}

/** The hyperbolic tangent. */
export function tanh(x: number): number {
  const magnitude = Math.abs(x);
  if (Number.isNaN(x) || x === 0) return x;
  const sign = x < 0 ? -1 : 1;
  if (magnitude >= ONE_SIDED) return sign;
  if (magnitude < 2 ** -55) return x * (1 + x);
  if (magnitude >= 1) return sign * (1 - 2 / (expm1(2 * magnitude) + 2));
  const t = expm1(-2 * magnitude);
  return sign * (-t / (t + 2));
}

/** The inverse hyperbolic sine. */
export function asinh(x: number): number {
  return x === -Infinity ? x : log(x + Math.sqrt(x * x + 1));
}

/** The inverse hyperbolic cosine. */
export function acosh(x: number): number {
  return log(x + Math.sqrt(x * x - 1));
}

/** The inverse hyperbolic tangent. */
export function atanh(x: number): number {
  return 0.5 * (log1p(x) - log1p(-x));
}

/** A difference of high words from which on the smaller one of two numbers does not count. */
const APART = 0x3c00000;

/** The length of the hypotenuse: `√(x² + y²)`. */
export function hypot(x: number, y: number): number {
  let [a, b] = [Math.abs(x), Math.abs(y)];
  if (a === Infinity || b === Infinity) return Infinity;
  if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
  if (highWord(b) > highWord(a)) [a, b] = [b, a];
  if (highWord(a) - highWord(b) > APART) return a + b;
  // Scaled, so that no square is out of range.
  let k = 0;
  if (highWord(a) > 0x5f300000) {
    [a, b, k] = [scaled(a, -600), scaled(b, -600), 600];
  }
  if (highWord(b) < 0x20b00000) {
    if (b === 0) return a;
    const up = highWord(b) <= MANTISSA_MASK ? 1_022 : 600;
    [a, b, k] = [scaled(a, up), scaled(b, up), k - up];
  }
  const difference = a - b;
  if (difference > b) {
    const high = withHighWord(0, highWord(a));
    return scaled(Math.sqrt(high * high - (b * (-b) - (a - high) * (a + high))), k);
  }
  const [twice, bHigh] = [a + a, withHighWord(0, highWord(b))];
  const twiceHigh = withHighWord(0, highWord(a) + 0x00100000);
  const [twiceLow, bLow] = [twice - twiceHigh, b - bHigh];
  const products = twiceHigh * bLow + twiceLow * b;
  return scaled(Math.sqrt(twiceHigh * bHigh - (difference * (-difference) - products)), k);
}
