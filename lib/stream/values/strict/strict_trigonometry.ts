/**
 * Arc functions with the exact results of Java's StrictMath, by the algorithms and with the constants of FDLIBM 5.3
 * (netlib.org/fdlibm, `e_asin`, `e_acos`, `s_atan`, `e_atan2`).
 */
import { highWord, polynomial, withoutLowWord } from "./double_words.ts";

const [HALF_PI, HALF_PI_LOW] = [1.57079632679489655800e+00, 6.12323399573676603587e-17];
const QUARTER_PI = 7.85398163397448278999e-01;
const [PI, PI_LOW] = [3.1415926535897931160e+00, 1.2246467991473531772e-16];

/** Numerator and denominator of `(asin(x) - x) / x³`, over x². */
const ASIN_UP = [
  1.66666666666666657415e-01,
  -3.25565818622400915405e-01,
  2.01212532134862925881e-01,
  -4.00555345006794114027e-02,
  7.91534994289814532176e-04,
  3.47933107596021167570e-05,
] as const;
const ASIN_DOWN = [
  1,
  -2.40339491173441421878e+00,
  2.02094576023350569471e+00,
  -6.88283971605453293030e-01,
  7.70381505559019352791e-02,
] as const;

function asinRatio(square: number): number {
  return (square * polynomial(square, ASIN_UP)) / polynomial(square, ASIN_DOWN);
}

/** The arc sine; NaN outside of -1 to 1. */
export function asin(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude <= 1)) return NaN;
  if (magnitude === 1) return x * HALF_PI + x * HALF_PI_LOW;
  if (magnitude < 2 ** -27) return x;
  if (magnitude < 0.5) return x + x * asinRatio(x * x);
  const half = (1 - magnitude) * 0.5;
  const root = Math.sqrt(half);
  const ratio = asinRatio(half);
  let result: number;
  if (highWord(magnitude) >= 0x3fef3333) {
    result = HALF_PI - (2 * (root + root * ratio) - HALF_PI_LOW);
  } else {
    const high = withoutLowWord(root);
    const low = (half - high * high) / (root + high);
    result = QUARTER_PI - ((2 * root * ratio - (HALF_PI_LOW - 2 * low)) - (QUARTER_PI - 2 * high));
  }
  return x > 0 ? result : -result;
}

/** The arc cosine; NaN outside of -1 to 1. */
export function acos(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude <= 1)) return NaN;
  if (magnitude === 1) return x > 0 ? 0 : PI + 2 * HALF_PI_LOW;
  if (magnitude < 0.5) return HALF_PI - (x - (HALF_PI_LOW - x * asinRatio(x * x)));
  const half = (1 - magnitude) * 0.5;
  const root = Math.sqrt(half);
  if (x < 0) return PI - 2 * (root + (asinRatio(half) * root - HALF_PI_LOW));
  const high = withoutLowWord(root);
  const low = (half - high * high) / (root + high);
  return 2 * (high + (asinRatio(half) * root + low));
}

/** The arc tangents of 0.5, 1, 1.5 and infinity, each as a sum of two numbers. */
const ATAN_HIGH = [4.63647609000806093515e-01, QUARTER_PI, 9.82793723247329054082e-01, HALF_PI] as const;
const ATAN_LOW = [
  2.26987774529616870924e-17,
  3.06161699786838301793e-17,
  1.39033110312309984516e-17,
  HALF_PI_LOW,
] as const;
const ATAN_EVEN = [
  3.33333333333329318027e-01,
  1.42857142725034663711e-01,
  9.09088713343650656196e-02,
  6.66107313738753120669e-02,
  4.97687799461593236017e-02,
  1.62858201153657823623e-02,
] as const;
const ATAN_ODD = [
  -1.99999999998764832476e-01,
  -1.11111104054623557880e-01,
  -7.69187620504482999495e-02,
  -5.83357013379057348645e-02,
  -3.65315727442169155270e-02,
] as const;

/** The arc tangent. */
export function atan(x: number): number {
  if (Number.isNaN(x)) return NaN;
  const magnitude = Math.abs(x);
  const sign = x < 0 ? -1 : 1;
  if (magnitude >= 2 ** 66) return sign * (HALF_PI + HALF_PI_LOW);
  if (magnitude < 2 ** -29) return x;
  const [near, reduced] = reducedTangent(magnitude);
  const value = near === undefined ? x : reduced;
  const square = value * value;
  const fourth = square * square;
  const sum = square * polynomial(fourth, ATAN_EVEN) + fourth * polynomial(fourth, ATAN_ODD);
  if (near === undefined) return value - value * sum;
  return sign * (ATAN_HIGH[near]! - ((value * sum - ATAN_LOW[near]!) - value));
}

/** Which of the known arc tangents is near, and the tangent of the difference from it. */
function reducedTangent(x: number): readonly [near: number | undefined, reduced: number] {
  if (x < 0.4375) return [undefined, x];
  if (x < 0.6875) return [0, (2 * x - 1) / (2 + x)];
  if (x < 1.1875) return [1, (x - 1) / (x + 1)];
  return x < 2.4375 ? [2, (x - 1.5) / (1 + 1.5 * x)] : [3, -1 / x];
}

const EXPONENT_SHIFT = 20;
/** A difference of exponents from which on the smaller one of two numbers does not count. */
const EXPONENTS_APART = 60;

/** The angle of the point `(x, y)`. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  if (x === 1) return atan(y);
  const isNegative = y < 0 || Object.is(y, -0);
  const isLeft = x < 0 || Object.is(x, -0);
  const signed = (angle: number) => isNegative ? -angle : angle;
  if (y === 0) return isLeft ? signed(PI) : y;
  if (x === 0) return signed(HALF_PI);
  const [infiniteX, infiniteY] = [Math.abs(x) === Infinity, Math.abs(y) === Infinity];
  if (infiniteX && infiniteY) return signed(isLeft ? 3 * QUARTER_PI : QUARTER_PI);
  if (infiniteX) return signed(isLeft ? PI : 0);
  if (infiniteY) return signed(HALF_PI);
  const apart = ((highWord(y) & 0x7fffffff) - (highWord(x) & 0x7fffffff)) >> EXPONENT_SHIFT;
  const angle = apart > EXPONENTS_APART
    ? HALF_PI + 0.5 * PI_LOW
    : isLeft && apart < -EXPONENTS_APART
    ? 0
    : atan(Math.abs(y / x));
  if (!isLeft) return signed(angle);
  return isNegative ? (angle - PI_LOW) - PI : PI - (angle - PI_LOW);
}
