/**
 * The part of the kernel that reads times and dates in their usual forms: a year of four digits, other fields of one or
 * two, any fraction, and no zone, `Z` or an offset.
 */

/** The last time in microseconds, or the last date in days. */
export let time: f64 = 0;
/** Whether that time has no zone, and the session's zone has more than one offset. */
export let isLocal: bool = false;

const ZERO: u8 = 0x30;
const SPACE: u8 = 0x20;
const PLUS: u8 = 0x2b;
const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;
const COLON: u8 = 0x3a;
const LETTER_T: u8 = 0x54;
const LETTER_Z: u8 = 0x5a;

const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_SECOND: i64 = 1_000_000;
const ZONE_SECONDS_MAX: i32 = 18 * 3_600;
/** The largest integer that is safe as a double, as are all below it. */
const SAFE_MAX: i64 = 9_007_199_254_740_991;
/** From the first day of the year −399 to the epoch. */
const DAYS_BEFORE_EPOCH: i32 = 719_162 + 146_097;
/** No digits. */
const NONE: i32 = -1;

let hasFixedOffset: bool = true;
let fixedOffsetSeconds: i32 = 0;

/** Sets the offset of the session's zone, if it has a single one. */
export function useZone(hasOffset: bool, offsetSeconds: i32): void {
  hasFixedOffset = hasOffset;
  fixedOffsetSeconds = offsetSeconds;
}

/** The position in the text that is being read. */
let at: i32 = 0;
/** The last date, in days since the epoch. */
let days: i32 = 0;

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

/** Reads a DATE; whatever follows the day is ignored. */
export function readDate(start: i32, end: i32): bool {
  if (!readDays(start, end) || (at < end && load<u8>(at) != SPACE && load<u8>(at) != LETTER_T)) return false;
  time = <f64>days;
  return true;
}

/** Reads a TIMESTAMP. */
export function readTimestamp(start: i32, end: i32): bool {
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
  const total = seconds * MICROS_PER_SECOND + micros;
  if (total > SAFE_MAX || total < -SAFE_MAX) return false;
  time = <f64>total;
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

function skips(byte: u8, end: i32): bool {
  if (at >= end || load<u8>(at) != byte) return false;
  at++;
  return true;
}
