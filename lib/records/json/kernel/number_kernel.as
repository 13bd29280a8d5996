/**
 * The part of the kernel that reads numbers: takes them apart to a significand and a power of ten, and makes values of
 * each type of these. What does not fit in 64 bits, or is not exact as a double, is not read.
 */

/** The last number, of any type but those of a {@link long}. */
export let float: f64 = 0;
/** The last BIGINT, or unscaled value of a DECIMAL. */
export let long: i64 = 0;

const ZERO: u8 = 0x30;
const PLUS: u8 = 0x2b;
const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;
const LETTER_E: u8 = 0x65;
const LOWER_CASE: u8 = 0x20;

/** So many digits fit in 64 bits without a sign. */
const DIGITS_MAX: i32 = 19;
/** Any number with so many digits fits in 64 bits with a sign. */
const LONG_DIGITS_MAX: i32 = 18;
const EXPONENT_DIGITS_MAX: i32 = 3;
/** Powers of ten up to this one are exact as doubles, and so are integers up to the significand. */
const EXACT_POWER_MAX: i32 = 22;
const SIGNIFICAND_MAX: u64 = <u64>1 << 53;
/** The bits that a double has and a float does not, and their value in the middle between two floats. */
const FLOAT_REST: u64 = (<u64>1 << 29) - 1;
const FLOAT_MIDDLE: u64 = <u64>1 << 28;

const MICROS_PER_SECOND: i64 = 1_000_000;
/** The most seconds whose microseconds are safe as a double. */
const SAFE_SECONDS_MAX: i64 = 9_007_199_254;

/** The position in the text that is being read. */
let at: i32 = 0;
let isNegative: bool = false;
let significand: u64 = 0;
let fractionDigits: i32 = 0;
let exponent: i32 = 0;

/**
 * Takes a number apart, of which the other functions make the value: at most 19 digits, with a point and an exponent
 * if there are any.
 */
export function readNumber(start: i32, end: i32): bool {
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
  const start = at;
  let power = 0;
  for (; at < end; at++) {
    const digit = load<u8>(at) - ZERO;
    if (digit > 9) return false;
    power = power * 10 + digit;
  }
  exponent = sign == MINUS ? -power : power;
  return at > start && at <= start + EXPONENT_DIGITS_MAX;
}

function signed(): i64 {
  return isNegative ? -<i64>significand : <i64>significand;
}

/** Reads an integer of 16 or 32 bits. */
export function readInt(bits: i32): bool {
  const limit: u64 = <u64>1 << (bits - 1);
  if (significand > (isNegative ? limit : limit - 1)) return false;
  float = <f64>signed();
  return true;
}

/** Of numbers that take eight bits without a sign, the bits are taken. */
export function readTiny(): bool {
  if (!readInt(16) || float < -128 || float > 255) return false;
  if (float > 127) float -= 256;
  return true;
}

/** Reads the microseconds of a number of seconds. */
export function readSeconds(): bool {
  if (significand > <u64>SAFE_SECONDS_MAX) return false;
  float = <f64>(signed() * MICROS_PER_SECOND);
  return true;
}

/** Reads an integer of 64 bits. */
export function readLong(): bool {
  const limit: u64 = <u64>1 << 63;
  if (significand > (isNegative ? limit : limit - 1)) return false;
  long = signed();
  return true;
}

/**
 * Reads a DOUBLE. A quotient or product of two exact doubles is rounded once, as the number itself would be (W. Clinger, "How to
 * read floating point numbers accurately").
 */
export function readDouble(isWhole: bool): bool {
  const power = exponent - fractionDigits;
  let value: f64 = <f64>significand;
  if (power != 0) {
    if (significand > SIGNIFICAND_MAX || power > EXACT_POWER_MAX || power < -EXACT_POWER_MAX) return false;
    value = power < 0 ? value / tenTo(-power) : value * tenTo(power);
  }
  float = isNegative && !(isWhole && significand == 0) ? -value : value;
  return true;
}

/** Reads a FLOAT, which is rounded once. */
export function readFloat(isWhole: bool): bool {
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

/** Reads a number rounded half up to a scale, if it is less than the limit; not one with an exponent. */
export function readDecimal(limit: u64, scale: i32): bool {
  if (exponent != 0) return false;
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
