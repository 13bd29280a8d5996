/**
 * The part of the fast reader that looks at every byte, in AssemblyScript: sixteen bytes at once, in
 * WebAssembly. `deno task kernel` makes `json_kernel.wasm.ts` of it; `json_kernel.ts` is its host.
 *
 * It walks over one JSON object of the usual kind (no escapes in keys and strings, numbers, true, false,
 * null, one level) and makes an event of each wanted value: the value itself, if `value_kernel.as` can read it, or
 * else its position. Whatever else it meets, it is UNSURE.
 *
 * It allocates nothing: all tables are where the host has put them. After what it reads there are
 * always 32 bytes more, so that a load may reach past the end.
 */
import { encodingOf, isSame, NO_UTF8, numberOf, UNKNOWN } from "./text_kernel";
import { NOT_READ, readScalar, readString, TEXT } from "./value_kernel";
export { grow, hashOf, keep } from "./text_kernel";
export { useZone } from "./time_kernel";

/** The host finds or makes the member of a name, and returns its address; 0 if it has no room. */
@external("host", "memberOf")
declare function memberOf(start: i32, end: i32): i32;

const UNSURE: i32 = -1;
const NUMBER_BYTES_MAX: i32 = 64;

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const COLON: u8 = 0x3a;
const COMMA: u8 = 0x2c;
const OPEN: u8 = 0x7b;
const CLOSE: u8 = 0x7d;
const SPACE: u8 = 0x20;
const TAB: u8 = 0x09;
const LINE_FEED: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;
const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
const POINT: u8 = 0x2e;
const LETTER_E: u8 = 0x65;
const LOWER_CASE: u8 = 0x20;
const ZERO: u8 = 0x30;
const NINE: u8 = 0x39;
const NON_ASCII: u8 = 0x80;

// A member: its opening `"name":`, as far as it is not longer; which bits of the comparisons with both halves of
// that must be set; how long all of it is; where the rest stands; the wanted column or −1; and the two members
// that followed it last.
const OPENING_HERE: i32 = 32;
const FIRST_BITS: usize = 32;
const SECOND_BITS: usize = 36;
const OPENING_BYTES: usize = 40;
const REST: usize = 44;
const COLUMN: usize = 48;
const NEXT: usize = 52;
const OTHER_NEXT: usize = 56;

// A column: what `text_kernel.as` has of it; its type, and for a DECIMAL the scale, and the least number that has too
// many digits.
const COLUMN_BYTES: i32 = 32;
const TYPE: usize = 12;
const SCALE: usize = 16;
const LIMIT: usize = 24;

// An event: the column, the kind, and the bounds of the text, the number of a known one, or the value.
const EVENT_BYTES: i32 = 16;
const KNOWN: i32 = 0;
// 1 to 3 are texts, by what their bytes are.
const WHOLE: i32 = 4;
const FRACTION: i32 = 5;
const TRUE: i32 = 6;
const FALSE: i32 = 7;
const NULL: i32 = 8;
// From 9 on are values that were read.
const VALUE_AT: i32 = 8;

let first: i32 = 0;
let columns: i32 = 0;
let events: i32 = 0;
let eventsEnd: i32 = 0;
/** What the last scalar was. */
let kind: i32 = 0;
/** The position of the value of the member that was sought last. */
let valueAt: i32 = 0;

/** Sets the addresses of the member that stands for the beginning, of the columns, and of room for events. */
export function place(firstAt: i32, columnsAt: i32, eventsAt: i32, eventsMax: i32): void {
  first = firstAt;
  columns = columnsAt;
  events = eventsAt;
  eventsEnd = eventsAt + eventsMax * EVENT_BYTES;
}

/** Reads the object in `[start, end)`; returns the number of events, or UNSURE. */
export function read(start: i32, end: i32): i32 {
  let at = skipSpace(start, end);
  if (at >= end || load<u8>(at) != OPEN) return UNSURE;
  at++;
  let event = events;
  let member = first;
  while (true) {
    const before = member;
    member = load<i32>(before, NEXT);
    // What follows the end may match, too: that is noticed below.
    if (opens(member, at)) {
      at += load<i32>(member, OPENING_BYTES);
    } else {
      member = seek(before, at, end);
      if (member == 0) return UNSURE;
      at = valueAt;
    }
    if (at >= end) return UNSURE;
    let byte = load<u8>(at);
    if (byte <= SPACE) {
      at = skipSpace(at, end);
      if (at >= end) return UNSURE;
      byte = load<u8>(at);
    }
    const column = load<i32>(member, COLUMN);
    if (column >= 0 && event == eventsEnd) return UNSURE;
    const from = at;
    if (byte == QUOTE) {
      at = endOfString(at + 1, end);
      if (at < 0) return UNSURE;
      if (column >= 0) event = string(event, column, from + 1, at);
      at++;
    } else {
      at = endOfScalar(at, end);
      if (at < 0) return UNSURE;
      if (column >= 0) event = scalar(event, column, from, at);
    }
    if (at >= end) return UNSURE;
    byte = load<u8>(at);
    if (byte <= SPACE) {
      at = skipSpace(at, end);
      if (at >= end) return UNSURE;
      byte = load<u8>(at);
    }
    if (byte != COMMA) return byte == CLOSE ? (event - events) / EVENT_BYTES : UNSURE;
    at++;
  }
  return UNSURE;
}

/** The member at a position, if it is not the expected one; 0 if it cannot be determined. */
function seek(before: i32, from: i32, end: i32): i32 {
  const at = skipSpace(from, end);
  if (at >= end || load<u8>(at) != QUOTE) return 0;
  let member = load<i32>(before, NEXT);
  valueAt = at + load<i32>(member, OPENING_BYTES);
  if (at > from && opens(member, at)) return member;
  member = load<i32>(before, OTHER_NEXT);
  valueAt = at + load<i32>(member, OPENING_BYTES);
  if (!opens(member, at)) {
    const nameEnd = endOfName(at + 1, end);
    if (nameEnd < 0) return 0;
    member = memberOf(at + 1, nameEnd);
    if (member == 0) return 0;
    valueAt = skipSpace(nameEnd + 1, end);
    if (valueAt >= end || load<u8>(valueAt) != COLON) return 0;
    valueAt++;
  }
  store<i32>(before, load<i32>(before, NEXT), OTHER_NEXT);
  store<i32>(before, member, NEXT);
  return member;
}

/** Whether the opening of a member is at a position. */
// @ts-ignore: decorator
@inline
function opens(member: i32, at: i32): bool {
  const first = load<i32>(member, FIRST_BITS);
  if ((i8x16.bitmask(i8x16.eq(v128.load(member), v128.load(at))) & first) != first) return false;
  const second = load<i32>(member, SECOND_BITS);
  if (second == 0) return true;
  if ((i8x16.bitmask(i8x16.eq(v128.load(member, 16), v128.load(at, 16))) & second) != second) return false;
  const rest = load<i32>(member, OPENING_BYTES) - OPENING_HERE;
  return rest <= 0 || isSame(at + OPENING_HERE, load<i32>(member, REST), rest);
}

function skipSpace(from: i32, end: i32): i32 {
  let at = from;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte != SPACE && byte != LINE_FEED && byte != CARRIAGE_RETURN && byte != TAB) break;
  }
  return at;
}

function endOfName(start: i32, end: i32): i32 {
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == QUOTE) return at;
    if (byte < SPACE || byte == BACKSLASH || byte >= NON_ASCII) return UNSURE;
  }
  return UNSURE;
}

/** The position of the quote that ends a string without escapes. */
// @ts-ignore: decorator
@inline
function endOfString(start: i32, end: i32): i32 {
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
function endOfScalar(start: i32, end: i32): i32 {
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
  return next == COMMA || next == CLOSE || next <= SPACE ? at : UNSURE;
}

function skipDigits(from: i32, end: i32): i32 {
  let at = from;
  while (at < end && load<u8>(at) >= ZERO && load<u8>(at) <= NINE) at++;
  return at;
}

function emit(event: i32, column: i32, what: i32, start: i32, end: i32): i32 {
  store<i32>(event, column);
  store<i32>(event, what, 4);
  store<i32>(event, start, 8);
  store<i32>(event, end, 12);
  return event + EVENT_BYTES;
}

/** Emits a value that stands in the event already. */
function emitValue(event: i32, column: i32, what: i32): i32 {
  store<i32>(event, column);
  store<i32>(event, what, 4);
  return event + EVENT_BYTES;
}

/** Emits a number or a word. */
function scalar(event: i32, column: i32, start: i32, end: i32): i32 {
  const entry = columns + column * COLUMN_BYTES;
  if (kind == WHOLE || kind == FRACTION) {
    const what = readScalar(
      load<i32>(entry, TYPE),
      kind == WHOLE,
      start,
      end,
      load<u64>(entry, LIMIT),
      load<i32>(entry, SCALE),
      event + VALUE_AT,
    );
    if (what != NOT_READ) return emitValue(event, column, what);
  }
  return emit(event, column, kind, start, end);
}

/** Emits a string: its value if it has another type, its number if it is known, or else its encoding. */
function string(event: i32, column: i32, start: i32, end: i32): i32 {
  const entry = columns + column * COLUMN_BYTES;
  const type = load<i32>(entry, TYPE);
  if (type != TEXT) {
    const limit = load<u64>(entry, LIMIT);
    const what = readString(type, start, end, limit, load<i32>(entry, SCALE), event + VALUE_AT);
    return what == NOT_READ ? emit(event, column, NO_UTF8, start, end) : emitValue(event, column, what);
  }
  const number = numberOf(entry, start, end - start);
  return number == UNKNOWN
    ? emit(event, column, encodingOf(start, end), start, end)
    : emit(event, column, KNOWN, number, 0);
}
