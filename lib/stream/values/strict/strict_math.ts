/**
 * Exponential, logarithms and cube roots with the exact results of Java's StrictMath, which Spark uses: the
 * last digit depends on the algorithm, and V8 uses others. The algorithms and constants are those of FDLIBM
 * 5.3 (netlib.org/fdlibm, `e_exp`, `e_log`, `e_log10`, `s_cbrt`); powers are in `strict_power.ts`.
 */
import { BIAS, EXP, highWord, polynomial, scaled, withHighWord, withoutLowWord } from "./double_words.ts";

const EXPONENT_ONE = 0x3ff00000;
const MANTISSA_BITS = 20;
const MANTISSA_MASK = 0xfffff;
const LN2_HIGH = 6.93147180369123816490e-01;
const LN2_LOW = 1.90821492927058770002e-10;
const INVERSE_LN2 = 1.44269504088896338700;

const EXP_OVERFLOW = 7.09782712893383973096e+02;
const EXP_UNDERFLOW = -7.45133219101941108420e+02;

/** `e ** x`. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > EXP_OVERFLOW) return Infinity;
  if (x < EXP_UNDERFLOW) return 0;
  const magnitude = highWord(x) & 0x7fffffff;
  let [high, low, k] = [x, 0, 0];
  if (magnitude > 0x3fd62e42) {
    // Beyond half of ln 2 the argument is reduced: x = k ln 2 + r.
    const sign = x < 0 ? -1 : 1;
    k = magnitude < 0x3ff0a2b2 ? sign : Math.trunc(INVERSE_LN2 * x + sign * 0.5);
    high = x - k * LN2_HIGH;
    low = k * LN2_LOW;
  } else if (magnitude < 0x3e300000) {
    return 1 + x;
  }
  const r = high - low;
  const square = r * r;
  const c = r - square * polynomial(square, EXP);
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  return scaled(1 - ((low - (r * c) / (2 - c)) - high), k);
}

const LOG_EVEN = [3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01] as const;
const LOG_ODD = [
  6.666666666666735130e-01,
  2.857142874366239149e-01,
  1.818357216161805012e-01,
  1.479819860511658591e-01,
] as const;

/** Bits by which a subnormal number is scaled to a normal one. */
const NORMAL_BITS = 54;
const HIGH_OF_NORMAL_MIN = 0x00100000;

/** A positive number, scaled to a normal one if it is subnormal. */
function normal(x: number): number {
  return highWord(x) < HIGH_OF_NORMAL_MIN ? x * 2 ** NORMAL_BITS : x;
}

function exponentOf(x: number): number {
  return (highWord(x) >> MANTISSA_BITS) - BIAS;
}

/** The logarithm of zero, of infinity, and of values without one. */
function logOfNoNumber(x: number): number {
  return x === 0 ? -Infinity : x === Infinity ? Infinity : NaN;
}

/** The natural logarithm. */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return logOfNoNumber(x);
  let value = normal(x);
  let k = exponentOf(value) + (value === x ? 0 : -NORMAL_BITS);
  const high = highWord(value) & MANTISSA_MASK;
  // Between the square roots of 1/2 and 2.
  const carry = (high + 0x95f64) & 0x100000;
  value = withHighWord(value, high | (carry ^ EXPONENT_ONE));
  k += carry >> MANTISSA_BITS;
  const f = value - 1;
  if ((MANTISSA_MASK & (2 + high)) < 3) return logNearOne(f, k);
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const r = z * polynomial(w, LOG_ODD) + w * polynomial(w, LOG_EVEN);
  if (((high - 0x6147a) | (0x6b851 - high)) > 0) {
    const half = 0.5 * f * f;
    return k === 0
      ? f - (half - s * (half + r))
      : k * LN2_HIGH - ((half - (s * (half + r) + k * LN2_LOW)) - f);
  }
  return k === 0 ? f - s * (f - r) : k * LN2_HIGH - ((s * (f - r) - k * LN2_LOW) - f);
}

function logNearOne(f: number, k: number): number {
  if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
  const r = f * f * (0.5 - 0.33333333333333333 * f);
  return k === 0 ? f - r : k * LN2_HIGH - ((r - k * LN2_LOW) - f);
}

const INVERSE_LN10 = 4.34294481903251816668e-01;
const LOG10_2_HIGH = 3.01029995663611771306e-01;
const LOG10_2_LOW = 3.69423907715893078616e-13;

/** The base-10 logarithm. */
export function log10(x: number): number {
  if (!(x > 0 && x < Infinity)) return logOfNoNumber(x);
  const value = normal(x);
  const k = exponentOf(value) + (value === x ? 0 : -NORMAL_BITS);
  const below = k < 0 ? 1 : 0;
  const mantissa = withHighWord(value, (highWord(value) & MANTISSA_MASK) | ((BIAS - below) << MANTISSA_BITS));
  const y = k + below;
  return y * LOG10_2_LOW + INVERSE_LN10 * log(mantissa) + y * LOG10_2_HIGH;
}

/** The cube root. */
export function cbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const value = Math.abs(x);
  // An estimate from a third of the exponent, to 5 bits; then to 23 bits, of which 20 are kept; then one
  // Newton step.
  const moved = normal(value);
  let t = moved === value
    ? withHighWord(0, Math.trunc(highWord(value) / 3) + 715_094_163)
    : withHighWord(moved, Math.trunc(highWord(moved) / 3) + 696_219_795);
  const r = (t * t) / value;
  const s = 5.42857142857142815906e-01 + r * t;
  t *= 3.57142857142857150787e-01 +
    1.60714285714285720630e+00 / (s + 1.41428571428571436819e+00 + -7.05306122448979611050e-01 / s);
  t = withoutLowWord(t);
  t = withHighWord(t, highWord(t) + 1);
  const rest = value / (t * t);
  t += t * ((rest - t) / (t + t + rest));
  return x < 0 ? -t : t;
}
