/**
 * Powers with the exact results of Java's StrictMath, by the algorithm and with the constants of FDLIBM 5.3
 * (netlib.org/fdlibm, `e_pow`): log2 x as a sum of two numbers, the first short enough for exact products,
 * times y, and 2 to the power of that.
 */
import { EXP, highWord, polynomial, scaled, withHighWord, withoutLowWord } from "./double_words.ts";

const LOG = [
  5.99999999999994648725e-01,
  4.28571428578550184252e-01,
  3.33333329818377432918e-01,
  2.72728123808534006489e-01,
  2.30660745775561754067e-01,
  2.06975017800338417784e-01,
] as const;
const [LN2, LN2_HIGH, LN2_LOW] = [
  6.93147180559945286227e-01,
  6.93147182464599609375e-01,
  -1.90465429995776804525e-09,
];
/** 2 / (3 ln 2). */
const [CP, CP_HIGH, CP_LOW] = [
  9.61796693925975554329e-01,
  9.61796700954437255859e-01,
  -7.02846165095275826516e-09,
];
/** 1 / ln 2. */
const [INVERSE_LN2, INVERSE_LN2_HIGH, INVERSE_LN2_LOW] = [
  1.44269504088896338700e+00,
  1.44269502162933349609e+00,
  1.92596299112661746887e-08,
];
/** log2 of 1.5, for mantissas close to it. */
const [LOG2_HIGH, LOG2_LOW] = [5.84962487220764160156e-01, 1.35003920212974897128e-08];
const HUGE_EXPONENT = 2 ** 31;

/** A number as a sum of two, the first with few bits. */
interface Split {
  readonly high: number;
  readonly low: number;
}

/** `x ** y`. */
export function power(x: number, y: number): number {
  if (!Number.isFinite(x) || !Number.isFinite(y) || x === 0 || y === 0 || Math.abs(x) === 1) return x ** y;
  if (y === 1) return x;
  if (y === -1) return 1 / x;
  if (y === 2) return x * x;
  if (y === 0.5 && x > 0) return Math.sqrt(x);
  if (x < 0 && !Number.isInteger(y)) return NaN;
  const sign = x < 0 && Math.abs(y % 2) === 1 ? -1 : 1;
  const base = Math.abs(x);
  if (Math.abs(y) > HUGE_EXPONENT && !isNearOne(base)) return sign * ((base > 1) === (y > 0) ? Infinity : 0);
  return sign * powerOfTwo(y, Math.abs(y) > HUGE_EXPONENT ? logNearOne(base) : log2(base));
}

function isNearOne(base: number): boolean {
  const high = highWord(base);
  return high >= 0x3fefffff && high <= 0x3ff00000;
}

function logNearOne(base: number): Split {
  const t = base - 1;
  const w = t * t * (0.5 - t * (0.3333333333333333333333 - t * 0.25));
  const u = INVERSE_LN2_HIGH! * t;
  const v = t * INVERSE_LN2_LOW! - w * INVERSE_LN2!;
  const high = withoutLowWord(u + v);
  return { high, low: v - (high - u) };
}

function log2(base: number): Split {
  let [ax, n] = [base, 0];
  if (highWord(ax) < 0x00100000) {
    ax *= 2 ** 53;
    n -= 53;
  }
  n += (highWord(ax) >> 20) - 0x3ff;
  const mantissa = highWord(ax) & 0xfffff;
  let high = mantissa | 0x3ff00000;
  // Close to 1, to 1.5, or to 2, which is 1 with the next exponent.
  const isMiddle = mantissa > 0x3988e && mantissa < 0xbb67a;
  if (mantissa >= 0xbb67a) {
    n++;
    high -= 0x00100000;
  }
  ax = withHighWord(ax, high);
  const [near, logHigh, logLow] = isMiddle ? [1.5, LOG2_HIGH!, LOG2_LOW!] : [1, 0, 0];
  const u = ax - near;
  const v = 1 / (ax + near);
  const s = u * v;
  const sHigh = withoutLowWord(s);
  const sumHigh = withHighWord(0, ((high >> 1) | 0x20000000) + 0x00080000 + (isMiddle ? 1 << 18 : 0));
  const sumLow = ax - (sumHigh - near);
  const sLow = v * ((u - sHigh * sumHigh) - sHigh * sumLow);
  const square = s * s;
  const r = square * square * polynomial(square, LOG) + sLow * (sHigh + s);
  const squareHigh = sHigh * sHigh;
  const tHigh = withoutLowWord(3 + squareHigh + r);
  const tLow = r - ((tHigh - 3) - squareHigh);
  const productHigh = sHigh * tHigh;
  const productLow = sLow * tHigh + tLow * s;
  const pHigh = withoutLowWord(productHigh + productLow);
  const pLow = productLow - (pHigh - productHigh);
  const zHigh = CP_HIGH! * pHigh;
  const zLow = CP_LOW! * pHigh + pLow * CP! + logLow;
  const sum = withoutLowWord(((zHigh + zLow) + logHigh) + n);
  return { high: sum, low: zLow - (((sum - n) - logHigh) - zHigh) };
}

/** 2 to the power of `y * log`. */
function powerOfTwo(y: number, log: Split): number {
  const yHigh = withoutLowWord(y);
  const low = (y - yHigh) * log.high + y * log.low;
  let high = yHigh * log.high;
  const z = low + high;
  if (z >= 1_024 && (z > 1_024 || low + 8.0085662595372944372e-17 > z - high)) return Infinity;
  if (z <= -1_075 && (z < -1_075 || low <= z - high)) return 0;
  let n = 0;
  if (Math.abs(z) > 0.5) {
    // The nearest integer, halves rounded away from zero.
    n = Math.sign(z) * Math.floor(Math.abs(z) + 0.5);
    high -= n;
  }
  const t = withoutLowWord(low + high);
  const u = t * LN2_HIGH!;
  const v = (low - (t - high)) * LN2! + t * LN2_LOW!;
  const x = u + v;
  const w = v - (x - u);
  const square = x * x;
  const c = x - square * polynomial(square, EXP);
  const r = (x * c) / (c - 2) - (w + x * w);
  return scaled(1 - (r - x), n);
}
