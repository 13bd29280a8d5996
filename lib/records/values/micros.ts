/**
 * The value of a TIMESTAMP in memory: its microseconds since the epoch, which have 64 bits in Spark.
 *
 * Between the years 1684 and 2255 they are safe integers, so they are plain numbers, which cost least; before
 * and after that they are bigints. A time has exactly one of the two forms. So `===` and `<` work on times of
 * either form, and so do maps and sets of them; arithmetic does not, and is done by the functions here.
 */

/** Microseconds since the epoch: a number if that is a safe integer, otherwise a bigint. */
export type Micros = number | bigint;

/** Microseconds in a second and in a millisecond. */
export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_MILLI = 1_000;

const [SAFE_MIN, SAFE_MAX] = [BigInt(Number.MIN_SAFE_INTEGER), BigInt(Number.MAX_SAFE_INTEGER)];

/** A bigint as a time. */
export function microsOf(value: bigint): Micros {
  return value >= SAFE_MIN && value <= SAFE_MAX ? Number(value) : value;
}

/** Whether the microseconds fit in the 64 bits of a TIMESTAMP. */
export function isTimestamp(micros: Micros): boolean {
  return typeof micros === "number" || BigInt.asIntN(64, micros) === micros;
}

const [TIMESTAMP_MIN, TIMESTAMP_MAX] = [-(2n ** 63n), 2n ** 63n - 1n];

/** The lower 64 bits: the result of arithmetic that is not checked for overflow, in Java. */
export function wrapped(micros: Micros): Micros {
  return typeof micros === "number" ? micros : microsOf(BigInt.asIntN(64, micros));
}

/** A bigint as a time: the first or the last one if it is out of range. */
export function saturated(value: bigint): Micros {
  return value > TIMESTAMP_MAX ? TIMESTAMP_MAX : value < TIMESTAMP_MIN ? TIMESTAMP_MIN : microsOf(value);
}

/** The same for a double that is not NaN; it is rounded towards zero. */
export function microsOfDouble(value: number): Micros {
  if (value >= 2 ** 63) return TIMESTAMP_MAX;
  if (value < -(2 ** 63)) return TIMESTAMP_MIN;
  // Not −0, which would be a second form of 0.
  const whole = Math.trunc(value) + 0;
  return Number.isSafeInteger(whole) ? whole : BigInt(whole);
}

/** The microseconds of a number of seconds, which is a safe integer, and of microseconds that follow it. */
export function microsOfSeconds(seconds: number, more = 0): Micros {
  const micros = seconds * MICROS_PER_SECOND + more;
  if (Number.isSafeInteger(micros)) return micros;
  return BigInt(seconds) * BigInt(MICROS_PER_SECOND) + BigInt(more);
}

/** The microseconds of a number of milliseconds. */
export function microsOfMillis(millis: number): Micros {
  const micros = millis * MICROS_PER_MILLI;
  return Number.isSafeInteger(micros) ? micros : BigInt(millis) * BigInt(MICROS_PER_MILLI);
}

/**
 * The sum of two times or durations.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(add(1, 2), 3);
 * equal(add(2 ** 53 - 1, 1), 9_007_199_254_740_992n);
 * equal(add(9_007_199_254_740_992n, -1), 9_007_199_254_740_991);
 * ```
 */
export function add(left: Micros, right: Micros): Micros {
  if (typeof left === "number" && typeof right === "number") {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return microsOf(BigInt(left) + BigInt(right));
}

/** The difference of two times or durations. */
export function subtract(left: Micros, right: Micros): Micros {
  if (typeof left === "number" && typeof right === "number") {
    const difference = left - right;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return microsOf(BigInt(left) - BigInt(right));
}

/**
 * The quotient by a positive integer, rounded down.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(floorDivide(-1, 1_000), -1);
 * equal(floorDivide(253_402_300_799_999_999n, 1_000_000), 253_402_300_799);
 * ```
 */
export function floorDivide(micros: Micros, divisor: number): Micros {
  // The quotient of two safe integers is so far from the next integer that it is not rounded to it.
  if (typeof micros === "number") return Math.floor(micros / divisor);
  const by = BigInt(divisor);
  return microsOf((micros - floorRest(micros, by)) / by);
}

/** The remainder of {@link floorDivide}, which is never negative. */
export function floorModulo(micros: Micros, divisor: number): number {
  if (typeof micros === "bigint") return Number(floorRest(micros, BigInt(divisor)));
  const rest = micros % divisor;
  // Not −0.
  return rest < 0 ? rest + divisor : rest + 0;
}

function floorRest(value: bigint, divisor: bigint): bigint {
  const rest = value % divisor;
  return rest < 0n ? rest + divisor : rest;
}

/** The milliseconds of a time, rounded down; exact up to the year 287396. */
export function millisOf(micros: Micros): number {
  return Number(floorDivide(micros, MICROS_PER_MILLI));
}

/** The seconds of a time, rounded down; they are a safe integer for any TIMESTAMP. */
export function secondsOf(micros: Micros): number {
  return floorDivide(micros, MICROS_PER_SECOND) as number;
}

/** A time as JSON, which has no bigints. */
export function microsToJson(micros: Micros): number | string {
  return typeof micros === "number" ? micros : String(micros);
}

/** The time that {@link microsToJson} wrote. Older versions wrote all times as numbers. */
export function microsFromJson(json: number | string): Micros {
  return Number.isSafeInteger(json) ? json as number : BigInt(json);
}
