/**
 * The part of the kernel that skips objects and arrays of which nothing is wanted: they have to be JSON, and nothing
 * else matters. What is nested deeper than 64 levels is UNSURE.
 */
import {
  BACKSLASH,
  CLOSE,
  CLOSE_LIST,
  COLON,
  COMMA,
  endOfScalar,
  endOfString,
  LOWER_CASE,
  OPEN,
  QUOTE,
  skipSpace,
  SPACE,
  UNSURE,
} from "./token_kernel";

/** A bit for each level. */
const DEPTH_MAX: i32 = 64;
/** From an opening bracket or brace to the closing one. */
const TO_CLOSING: u8 = 2;
const LETTER_U: u8 = 0x75;
const HEX_DIGITS: i32 = 4;

/** The end of the object or array at `start`. */
export function endOfStructure(start: i32, end: i32): i32 {
  // The levels that are open, the innermost as the lowest bit: whether it is an object.
  let objects: u64 = 0;
  let depth = 0;
  let at = start;
  while (true) {
    let byte: u8 = at < end ? load<u8>(at) : 0;
    if ((byte | LOWER_CASE) == OPEN) {
      if (depth++ == DEPTH_MAX) return UNSURE;
      objects = (objects << 1) | <u64>(byte == OPEN);
      at = skipSpace(at + 1, end);
      if (at >= end) return UNSURE;
      if (load<u8>(at) != byte + TO_CLOSING) {
        if (byte == OPEN) {
          at = endOfName(at, end);
          if (at < 0) return UNSURE;
        }
        continue;
      }
    } else {
      at = byte == QUOTE ? endOfText(at + 1, end) : endOfScalar(at, end);
      if (at < 0) return UNSURE;
    }
    while (true) {
      at = skipSpace(at, end);
      if (at >= end) return UNSURE;
      byte = load<u8>(at++);
      const isObject = (objects & 1) != 0;
      if (byte == COMMA) {
        at = skipSpace(at, end);
        if (isObject) {
          at = endOfName(at, end);
          if (at < 0) return UNSURE;
        }
        break;
      }
      if (byte != (isObject ? CLOSE : CLOSE_LIST)) return UNSURE;
      objects >>= 1;
      if (--depth == 0) return at;
    }
  }
  return UNSURE;
}

/** The position of the value after the name at `start`. */
function endOfName(start: i32, end: i32): i32 {
  if (start >= end || load<u8>(start) != QUOTE) return UNSURE;
  const name = endOfText(start + 1, end);
  if (name < 0) return UNSURE;
  const at = skipSpace(name, end);
  return at < end && load<u8>(at) == COLON ? skipSpace(at + 1, end) : UNSURE;
}

/** The position after the quote that ends a string. */
// @ts-ignore: decorator
@inline
function endOfText(start: i32, end: i32): i32 {
  let at = endOfString(start, end);
  if (at < 0) at = endOfEscaped(start, end);
  return at < 0 ? UNSURE : at + 1;
}

/** The position of the quote that ends a string with escapes. */
export function endOfEscaped(start: i32, end: i32): i32 {
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == QUOTE) return at;
    if (byte < SPACE) return UNSURE;
    if (byte != BACKSLASH) continue;
    at++;
    const escape: u8 = at < end ? load<u8>(at) : 0;
    if (escape == LETTER_U) {
      for (let digits = 0; digits < HEX_DIGITS; digits++) if (++at >= end || !isHex(load<u8>(at))) return UNSURE;
    } else if (!isEscape(escape)) return UNSURE;
  }
  return UNSURE;
}

/** Whether a character after a backslash stands for one of its own: `" \ / b f n r t`. */
function isEscape(byte: u8): bool {
  return byte == QUOTE || byte == BACKSLASH || byte == 0x2f || byte == 0x62 || byte == 0x66 || byte == 0x6e ||
    byte == 0x72 || byte == 0x74;
}

function isHex(byte: u8): bool {
  const letter = byte | LOWER_CASE;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66);
}
