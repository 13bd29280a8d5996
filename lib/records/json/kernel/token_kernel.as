/**
 * The part of the kernel that knows the tokens of JSON: where a string, a number or a word ends, and what it is. What is
 * not written as usual is UNSURE.
 */

export const UNSURE: i32 = -1;
const NUMBER_BYTES_MAX: i32 = 64;

export const QUOTE: u8 = 0x22;
export const BACKSLASH: u8 = 0x5c;
export const COLON: u8 = 0x3a;
export const COMMA: u8 = 0x2c;
export const OPEN: u8 = 0x7b;
export const CLOSE: u8 = 0x7d;
export const CLOSE_LIST: u8 = 0x5d;
export const SPACE: u8 = 0x20;
const TAB: u8 = 0x09;
const LINE_FEED: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;
const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
const POINT: u8 = 0x2e;
const LETTER_E: u8 = 0x65;
/** The bit that makes a letter a small one, and an opening bracket a brace. */
export const LOWER_CASE: u8 = 0x20;
const ZERO: u8 = 0x30;
const NINE: u8 = 0x39;

/** The kinds of scalars. */
export const WHOLE: i32 = 4;
export const FRACTION: i32 = 5;
export const TRUE: i32 = 6;
export const FALSE: i32 = 7;
export const NULL: i32 = 8;

/** What the last scalar was. */
export let kind: i32 = 0;

export function skipSpace(from: i32, end: i32): i32 {
  let at = from;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte != SPACE && byte != LINE_FEED && byte != CARRIAGE_RETURN && byte != TAB) break;
  }
  return at;
}

/** The position of the quote that ends a string without escapes. */
// @ts-ignore: decorator
@inline
export function endOfString(start: i32, end: i32): i32 {
  const quotes = i8x16.splat(QUOTE);
  const backslashes = i8x16.splat(BACKSLASH);
  const spaces = i8x16.splat(SPACE);
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(at);
    const found = i8x16.bitmask(
      v128.or(v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, backslashes)), i8x16.lt_u(bytes, spaces)),
    );
    if (found != 0) {
      at += ctz(found);
      return at < end && load<u8>(at) == QUOTE ? at : UNSURE;
    }
  }
  return UNSURE;
}

/** The end of a number or a word; sets its kind. */
export function endOfScalar(start: i32, end: i32): i32 {
  const byte = load<u8>(start);
  if (byte == MINUS || (byte >= ZERO && byte <= NINE)) return endOfNumber(start, end);
  // "true", "null", and "alse" after an f, as little-endian words.
  if (byte == 0x66) {
    kind = FALSE;
    return start + 5 <= end && load<u32>(start + 1) == 0x65736c61 ? start + 5 : UNSURE;
  }
  if (start + 4 > end) return UNSURE;
  const word = load<u32>(start);
  kind = word == 0x65757274 ? TRUE : NULL;
  return word == 0x65757274 || word == 0x6c6c756e ? start + 4 : UNSURE;
}

function endOfNumber(start: i32, end: i32): i32 {
  const whole = load<u8>(start) == MINUS ? start + 1 : start;
  let at = skipDigits(whole, end);
  // A number begins with one digit at least, and with no zero before another one.
  if (at == whole || (at > whole + 1 && load<u8>(whole) == ZERO)) return UNSURE;
  kind = WHOLE;
  if (at < end && load<u8>(at) == POINT) {
    const fraction = at + 1;
    at = skipDigits(fraction, end);
    if (at == fraction) return UNSURE;
    kind = FRACTION;
  }
  if (at < end && (load<u8>(at) | LOWER_CASE) == LETTER_E) {
    const sign: u8 = at + 1 < end ? load<u8>(at + 1) : 0;
    const power = sign == PLUS || sign == MINUS ? at + 2 : at + 1;
    at = skipDigits(power, end);
    if (at == power) return UNSURE;
    kind = FRACTION;
  }
  if (at >= end || at - start > NUMBER_BYTES_MAX) return UNSURE;
  const next = load<u8>(at);
  return next == COMMA || next == CLOSE || next == CLOSE_LIST || next <= SPACE ? at : UNSURE;
}

function skipDigits(from: i32, end: i32): i32 {
  let at = from;
  while (at < end && load<u8>(at) >= ZERO && load<u8>(at) <= NINE) at++;
  return at;
}
