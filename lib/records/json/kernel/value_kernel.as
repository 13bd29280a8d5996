/**
 * The part of the kernel that reads values: times, dates and numbers, from their bytes, exactly as
 * `field_readers.ts` does. It reads the usual forms only, and says where a value has another one; such a value is
 * left to `field_readers.ts`.
 *
 * A value that was read is in `float` or `long`. A `long` is read as far as 64 bits go, a `float` as far as it is exact.
 */

/** What is read as each of these types, and by which rules. */
export const TEXT: i32 = 0;
export const TIMESTAMP: i32 = 1;
export const DATE: i32 = 2;
export const TINYINT: i32 = 3;
export const SMALLINT: i32 = 4;
export const INT: i32 = 5;
export const BIGINT: i32 = 6;
export const FLOAT: i32 = 7;
export const DOUBLE: i32 = 8;
export const DECIMAL: i32 = 9;
/** Values of other types are not read here. */
export const OTHER: i32 = 10;

/** The value that was read, unless it is a {@link long}. */
export let float: f64 = 0;
/** A BIGINT, or the unscaled value of a DECIMAL. */
export let long: i64 = 0;
/** Whether the last timestamp has no zone, and the session's zone has more than one offset. */
export let isLocal: bool = false;

const ZERO: u8 = 0x30;
const SPACE: u8 = 0x20;
const PLUS: u8 = 0x2b;
const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;
const COLON: u8 = 0x3a;
const LETTER_T: u8 = 0x54;
const LETTER_Z: u8 = 0x5a;
/** An exponent, in lower case. */
const LETTER_E: u8 = 0x65;
const LOWER_CASE: u8 = 0x20;

const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_SECOND: i64 = 1_000_000;
const ZONE_SECONDS_MAX: i32 = 18 * 3_600;
/** The largest integer that is safe as a double, as are all below it. */
const SAFE_MAX: i64 = 9_007_199_254_740_991;
const SAFE_SECONDS_MAX: i64 = SAFE_MAX / MICROS_PER_SECOND;

/** No digits. */
const NONE: i32 = -1;
/** So many digits fit in 64 bits without a sign. */
const DIGITS_MAX: i32 = 19;
/** Any number with so many digits fits in 64 bits with a sign. */
const LONG_DIGITS_MAX: i32 = 18;
/** Powers of ten up to this one are exact as doubles. */
const EXACT_POWER_MAX: i32 = 22;
const SIGNIFICAND_MAX: u64 = <u64>1 << 53;
/** The bits that a double has and a float does not, and their value in the middle between two floats. */
const FLOAT_REST: u64 = (<u64>1 << 29) - 1;
const FLOAT_MIDDLE: u64 = <u64>1 << 28;

let hasFixedOffset: bool = true;
let fixedOffsetSeconds: i32 = 0;

/** Sets the offset of the session's zone, if it has a single one. */
export function useZone(hasOffset: bool, offsetSeconds: i32): void {
  hasFixedOffset = hasOffset;
  fixedOffsetSeconds = offsetSeconds;
}

/** The position in the text that is being read. */
let at: i32 = 0;

/** Reads a string as a type; whether it has a usual form. */
export function readString(type: i32, start: i32, end: i32, limit: u64, scale: i32): bool {
  if (type == TIMESTAMP) return readTimestamp(start, end);
  if (type == DATE) return readDate(start, end);
  return type == DECIMAL && readNumber(start, end) && exponent == 0 && readDecimal(limit, scale);
}

/** Reads a JSON number as a type; whether it could be read. */
export function readScalar(type: i32, isWhole: bool, start: i32, end: i32, limit: u64, scale: i32): bool {
  if (type == OTHER || type == DATE || !readNumber(start, end)) return false;
  if (type == DOUBLE) return readDouble(isWhole);
  if (type == FLOAT) return readFloat(isWhole);
  if (type == DECIMAL) return exponent == 0 && readDecimal(limit, scale);
  if (!isWhole) return false;
  if (type == BIGINT) return readLong();
  if (type == TIMESTAMP) {
    if (significand > <u64>SAFE_SECONDS_MAX) return false;
    isLocal = false;
    float = <f64>(signed() * MICROS_PER_SECOND);
    return true;
  }
  return readInt(type);
}

// Numbers

let isNegative: bool = false;
let significand: u64 = 0;
let fractionDigits: i32 = 0;
let exponent: i32 = 0;

/** Takes a number apart: at most 19 digits, with a point and an exponent where there is one. */
function readNumber(start: i32, end: i32): bool {
  at = start;
  isNegative = at < end && load<u8>(at) == MINUS;
  if (isNegative) at++;
  significand = 0;
  const whole = at;
  addDigits(end);
  let digits = at - whole;
  fractionDigits = 0;
  if (at < end && load<u8>(at) == POINT) {
    const fraction = ++at;
    addDigits(end);
    fractionDigits = at - fraction;
    digits += fractionDigits;
  }
  // A longer number has wrapped around.
  if (digits == 0 || digits > DIGITS_MAX) return false;
  exponent = 0;
  if (at == end) return true;
  return (load<u8>(at++) | LOWER_CASE) == LETTER_E && readExponent(end);
}

function addDigits(end: i32): void {
  for (; at < end; at++) {
    const digit = load<u8>(at) - ZERO;
    if (digit > 9) return;
    significand = significand * 10 + digit;
  }
}

function readExponent(end: i32): bool {
  const sign: u8 = at < end ? load<u8>(at) : 0;
  if (sign == MINUS || sign == PLUS) at++;
  const power = readDigits(3, end);
  exponent = sign == MINUS ? -power : power;
  return power >= 0 && at == end;
}

function signed(): i64 {
  return isNegative ? -<i64>significand : <i64>significand;
}

function readInt(type: i32): bool {
  const limit: u64 = type == INT ? <u64>1 << 31 : <u64>1 << 15;
  if (significand > (isNegative ? limit : limit - 1)) return false;
  let value = signed();
  if (type == TINYINT) {
    if (value < -128 || value > 255) return false;
    if (value > 127) value -= 256;
  }
  float = <f64>value;
  return true;
}

function readLong(): bool {
  const limit: u64 = <u64>1 << 63;
  if (significand > (isNegative ? limit : limit - 1)) return false;
  long = signed();
  return true;
}

/**
 * A quotient or product of two exact doubles is rounded once, as the number itself would be (W. Clinger, "How to
 * read floating point numbers accurately").
 */
function readDouble(isWhole: bool): bool {
  const power = exponent - fractionDigits;
  let value: f64 = <f64>significand;
  if (power != 0) {
    if (significand > SIGNIFICAND_MAX || power > EXACT_POWER_MAX || power < -EXACT_POWER_MAX) return false;
    value = power < 0 ? value / tenTo(-power) : value * tenTo(power);
  }
  float = isNegative && !(isWhole && significand == 0) ? -value : value;
  return true;
}

function readFloat(isWhole: bool): bool {
  if (isWhole) {
    const value = <f64><f32>significand;
    float = isNegative && significand != 0 ? -value : value;
    return true;
  }
  // The double is rounded a second time, which may only be wrong in the middle between two floats.
  if (!readDouble(isWhole) || (reinterpret<u64>(float) & FLOAT_REST) == FLOAT_MIDDLE) return false;
  float = <f64><f32>float;
  return true;
}

function readDecimal(limit: u64, scale: i32): bool {
  let value = significand;
  let shift = scale - fractionDigits;
  if (shift >= 0) {
    // This many digits, and zeros after them, fit in any case.
    if (value != 0 && digitsOf(value) + shift > LONG_DIGITS_MAX) return false;
    for (; shift > 0; shift--) value *= 10;
  } else {
    if (shift < -LONG_DIGITS_MAX) return false;
    let unit: u64 = 1;
    for (; shift < 0; shift++) unit *= 10;
    const rest = value % unit;
    value = value / unit + (rest >= unit - rest ? 1 : 0);
  }
  if (value >= limit) return false;
  long = isNegative ? -<i64>value : <i64>value;
  return true;
}

function digitsOf(value: u64): i32 {
  let digits = 0;
  for (let rest = value; rest != 0; rest /= 10) digits++;
  return digits;
}

function tenTo(power: i32): f64 {
  let value: f64 = 1;
  for (let count = 0; count < power; count++) value *= 10;
  return value;
}

// Times

/** Reads `yyyy-[m]m-[d]d`, and leaves `at` after it. A year alone, or with a month only, has its first day. */
function readDays(start: i32, end: i32): bool {
  at = start;
  const year = readDigits(4, end);
  if (at != start + 4) return false;
  let month = 1;
  let day = 1;
  if (at < end) {
    if (load<u8>(at++) != MINUS) return false;
    month = readDigits(2, end);
    if (at < end) {
      if (load<u8>(at++) != MINUS) return false;
      day = readDigits(2, end);
    }
  }
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
  const length = month == 2 ? (isLeap ? 29 : 28) : 30 + ((month + (month >> 3)) & 1);
  if (day > length) return false;
  // Counted from 400 years before, so that no quotient is negative.
  const before = year + 399;
  days = before * 365 + before / 4 - before / 100 + before / 400 - DAYS_BEFORE_EPOCH;
  // The days before a month, as if February had 30.
  days += (month * 367 - 362) / 12 + day - 1;
  if (month > 2) days -= isLeap ? 1 : 2;
  return true;
}

/** From the first day of the year −399 to the epoch. */
const DAYS_BEFORE_EPOCH: i32 = 719_162 + 146_097;

let days: i32 = 0;

function readDate(start: i32, end: i32): bool {
  // Whatever follows the day is ignored.
  if (!readDays(start, end) || (at < end && load<u8>(at) != SPACE && load<u8>(at) != LETTER_T)) return false;
  float = <f64>days;
  return true;
}

function readTimestamp(start: i32, end: i32): bool {
  if (!readDays(start, end)) return false;
  let secondOfDay = 0;
  let micros = 0;
  isLocal = !hasFixedOffset;
  let offsetSeconds = fixedOffsetSeconds;
  if (at < end) {
    const separator = load<u8>(at++);
    if (separator != LETTER_T && separator != SPACE) return false;
    const hour = readDigits(2, end);
    let minute = 0;
    let second = 0;
    let hasSecond = false;
    if (skips(COLON, end)) {
      minute = readDigits(2, end);
      hasSecond = skips(COLON, end);
      if (hasSecond) {
        second = readDigits(2, end);
        if (skips(POINT, end)) micros = readMicros(end);
      }
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
    secondOfDay = hour * 3_600 + minute * 60 + second;
    if (at < end) {
      if (!hasSecond) return false;
      isLocal = false;
      offsetSeconds = readOffset(end);
      if (at != end || offsetSeconds > ZONE_SECONDS_MAX || offsetSeconds < -ZONE_SECONDS_MAX) return false;
    }
  }
  const seconds = <i64>days * SECONDS_PER_DAY + secondOfDay - (isLocal ? 0 : offsetSeconds);
  const time = seconds * MICROS_PER_SECOND + micros;
  if (time > SAFE_MAX || time < -SAFE_MAX) return false;
  float = <f64>time;
  return true;
}

/** `Z`, `+hh`, `+hhmm` or `+hh:mm`, in seconds; out of range if it is none of these. */
function readOffset(end: i32): i32 {
  const sign = load<u8>(at++);
  if (sign == LETTER_Z) return 0;
  if (sign != PLUS && sign != MINUS) return i32.MAX_VALUE;
  const start = at;
  const hours = readDigits(2, end);
  if (at != start + 2) return i32.MAX_VALUE;
  let minutes = 0;
  if (at < end) {
    if (load<u8>(at) == COLON) at++;
    const minutesStart = at;
    minutes = readDigits(2, end);
    if (at != minutesStart + 2 || minutes > 59) return i32.MAX_VALUE;
  }
  const seconds = hours * 3_600 + minutes * 60;
  return sign == MINUS ? -seconds : seconds;
}

/** Any number of digits, of which six count. */
function readMicros(end: i32): i32 {
  let micros = 0;
  let unit = <i32>MICROS_PER_SECOND;
  for (; at < end; at++) {
    const digit = load<u8>(at) - ZERO;
    if (digit > 9) break;
    unit /= 10;
    micros += digit * unit;
  }
  return micros;
}

function skips(byte: u8, end: i32): bool {
  if (at >= end || load<u8>(at) != byte) return false;
  at++;
  return true;
}

/** Reads as many digits as there are, up to a number of them; NONE if there are none. */
// @ts-ignore: decorator
@inline
function readDigits(count: i32, end: i32): i32 {
  const stop = min(at + count, end);
  const start = at;
  let value = 0;
  while (at < stop) {
    const digit = load<u8>(at) - ZERO;
    if (digit > 9) break;
    value = value * 10 + digit;
    at++;
  }
  return at == start ? NONE : value;
}
