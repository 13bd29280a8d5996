/**
 * The part of the fast reader that looks at every byte, in AssemblyScript: sixteen bytes at once, in
 * WebAssembly. `deno task kernel` makes `json_kernel.wasm.ts` of it; `json_kernel.ts` is its host.
 *
 * It walks over one JSON object of the usual kind (no escapes in keys and strings, numbers, true, false,
 * null, one level) and makes an event of each wanted value: the value itself, if `value_kernel.as` can read it, or
 * else its position. Whatever else it meets, it is UNSURE.
 *
 * It keeps nothing of its own: all tables lie where the host has put them. After what it reads there are
 * always 32 bytes more, so that a load may reach past the end.
 */
import {
  BIGINT,
  DECIMAL,
  float,
  isLocal,
  long,
  OTHER,
  readScalar,
  readString,
  TEXT,
  TIMESTAMP,
} from "./value_kernel";
export { useZone } from "./value_kernel";

/** The host finds or makes the member of a name, and gives its address; 0 where it has no room. */
@external("host", "memberOf")
declare function memberOf(start: i32, end: i32): i32;

const UNSURE: i32 = -1;
const NUMBER_BYTES_MAX: i32 = 64;
/** Longer texts come again too seldom to be kept. */
const KEPT_BYTES_MAX: i32 = 128;

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
// that were last seen behind it.
const OPENING_HERE: i32 = 32;
const FIRST_BITS: usize = 32;
const SECOND_BITS: usize = 36;
const OPENING_BYTES: usize = 40;
const REST: usize = 44;
const COLUMN: usize = 48;
const NEXT: usize = 52;
const OTHER_NEXT: usize = 56;

// A column: its table of known texts or 0, the number of slots less one, how often it was asked; its type, and for a
// DECIMAL the scale, and the least number that has too many digits.
const COLUMN_BYTES: i32 = 32;
const TABLE: usize = 0;
const MASK: usize = 4;
const LOOKUPS: usize = 8;
const TYPE: usize = 12;
const SCALE: usize = 16;
const LIMIT: usize = 24;

// A slot of a table: the text's hash or 0 where there is none, where it stands, its length, its number.
const SLOT_BYTES: i32 = 16;
const HASH: usize = 0;
const TEXT_AT: usize = 4;
const LENGTH: usize = 8;
const NUMBER: usize = 12;

// An event: the column, the kind, and the bounds of the text, the number of a known one, or the value.
const EVENT_BYTES: i32 = 16;
const KNOWN: i32 = 0;
const ASCII: i32 = 1;
const UTF8: i32 = 2;
const STRING: i32 = 3;
const WHOLE: i32 = 4;
const FRACTION: i32 = 5;
const TRUE: i32 = 6;
const FALSE: i32 = 7;
const NULL: i32 = 8;
const VALUE: i32 = 9;
const LONG_VALUE: i32 = 10;
const LOCAL_TIME: i32 = 11;

let first: i32 = 0;
let columns: i32 = 0;
let events: i32 = 0;
let eventsEnd: i32 = 0;
/** What the last scalar was. */
let kind: i32 = 0;
/** Where the value of the member stands that was looked for last. */
let valueAt: i32 = 0;

/** Says where the host has put the member that stands for the beginning, the columns, and room for events. */
export function place(firstAt: i32, columnsAt: i32, eventsAt: i32, eventsMax: i32): void {
  first = firstAt;
  columns = columnsAt;
  events = eventsAt;
  eventsEnd = eventsAt + eventsMax * EVENT_BYTES;
}

/** Reads the object in `[start, end)`; gives the number of events, or UNSURE. */
export function read(start: i32, end: i32): i32 {
  let at = skipSpace(start, end);
  if (at >= end || load<u8>(at) != OPEN) return UNSURE;
  at++;
  let event = events;
  let member = first;
  while (true) {
    const before = member;
    member = load<i32>(before, NEXT);
    // What stands behind the end may fit, too: that is noticed below.
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

/** The member that stands here, where it is not the one that was expected; 0 where none can be told. */
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

/** Keeps a text of a column under a number; the table must have room for it. */
export function keep(column: i32, text: i32, length: i32, number: i32): void {
  const entry = columns + column * COLUMN_BYTES;
  const hash = hashOf(text, length);
  const slot = freeSlot(load<i32>(entry, TABLE), load<i32>(entry, MASK), hash);
  fill(slot, hash, text, length, number);
}

/** Moves what a column's table holds into a larger one, which must be empty, and takes that from now on. */
export function grow(column: i32, table: i32, slots: i32): void {
  const entry = columns + column * COLUMN_BYTES;
  const mask = slots - 1;
  let slot = load<i32>(entry, TABLE);
  const end = slot == 0 ? 0 : slot + (load<i32>(entry, MASK) + 1) * SLOT_BYTES;
  for (; slot < end; slot += SLOT_BYTES) {
    const hash = load<i32>(slot, HASH);
    if (hash == 0) continue;
    const free = freeSlot(table, mask, hash);
    fill(free, hash, load<i32>(slot, TEXT_AT), load<i32>(slot, LENGTH), load<i32>(slot, NUMBER));
  }
  store<i32>(entry, table, TABLE);
  store<i32>(entry, mask, MASK);
}

function freeSlot(table: i32, mask: i32, hash: i32): i32 {
  let index = hash & mask;
  while (load<i32>(table + index * SLOT_BYTES, HASH) != 0) index = (index + 1) & mask;
  return table + index * SLOT_BYTES;
}

function fill(slot: i32, hash: i32, text: i32, length: i32, number: i32): void {
  store<i32>(slot, hash, HASH);
  store<i32>(slot, text, TEXT_AT);
  store<i32>(slot, length, LENGTH);
  store<i32>(slot, number, NUMBER);
}

/** Whether a member's opening stands here. */
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

// @ts-ignore: decorator
@inline
function isSame(left: i32, right: i32, length: i32): bool {
  const words = length & ~7;
  let at = 0;
  for (; at < words; at += 8) {
    if (load<u64>(left + at) != load<u64>(right + at)) return false;
  }
  return at == length || ((load<u64>(left + at) ^ load<u64>(right + at)) << ((8 - (length & 7)) << 3)) == 0;
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

/** Where the quote stands that ends a string without escapes. */
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

/** Where a number or a word ends; says its kind. */
function endOfScalar(start: i32, end: i32): i32 {
  const byte = load<u8>(start);
  if (byte == MINUS || (byte >= ZERO && byte <= NINE)) return endOfNumber(start, end);
  // "true", "null", and "alse" behind an f, as little-endian words.
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

/** Emits the value that was read last. */
function emitValue(event: i32, column: i32, type: i32): i32 {
  store<i32>(event, column);
  if (type == BIGINT || type == DECIMAL) {
    store<i32>(event, LONG_VALUE, 4);
    store<i64>(event, long, 8);
  } else {
    store<i32>(event, type == TIMESTAMP && isLocal ? LOCAL_TIME : VALUE, 4);
    store<f64>(event, float, 8);
  }
  return event + EVENT_BYTES;
}

/** Emits a number or a word. */
function scalar(event: i32, column: i32, start: i32, end: i32): i32 {
  const entry = columns + column * COLUMN_BYTES;
  const type = load<i32>(entry, TYPE);
  const isRead = type != TEXT && type != OTHER && (kind == WHOLE || kind == FRACTION) &&
    readScalar(type, kind == WHOLE, start, end, load<u64>(entry, LIMIT), load<i32>(entry, SCALE));
  return isRead ? emitValue(event, column, type) : emit(event, column, kind, start, end);
}

/** Emits a string: its value if it has another type, its number if it is known, or else its encoding. */
function string(event: i32, column: i32, start: i32, end: i32): i32 {
  const entry = columns + column * COLUMN_BYTES;
  const type = load<i32>(entry, TYPE);
  if (type != TEXT) {
    return readString(type, start, end, load<u64>(entry, LIMIT), load<i32>(entry, SCALE))
      ? emitValue(event, column, type)
      : emit(event, column, STRING, start, end);
  }
  const table = load<i32>(entry, TABLE);
  const length = end - start;
  if (table == 0 || length > KEPT_BYTES_MAX) return emit(event, column, encodingOf(start, end), start, end);
  store<i32>(entry, load<i32>(entry, LOOKUPS) + 1, LOOKUPS);
  const mask = load<i32>(entry, MASK);
  const hash = hashOf(start, length);
  let index = hash & mask;
  let slot = table + index * SLOT_BYTES;
  for (let known = load<i32>(slot, HASH); known != 0; known = load<i32>(slot, HASH)) {
    if (known == hash && load<i32>(slot, LENGTH) == length && isSame(start, load<i32>(slot, TEXT_AT), length)) {
      return emit(event, column, KNOWN, load<i32>(slot, NUMBER), 0);
    }
    index = (index + 1) & mask;
    slot = table + index * SLOT_BYTES;
  }
  return emit(event, column, encodingOf(start, end), start, end);
}

/** ASCII or UTF8, or STRING if the bytes are neither. */
function encodingOf(start: i32, end: i32): i32 {
  for (let at = start; at < end; at += 16) {
    let high = i8x16.bitmask(v128.load(at));
    if (at + 16 > end) high &= (1 << (end - at)) - 1;
    if (high != 0) return isUtf8(at + ctz(high), end) ? UTF8 : STRING;
  }
  return ASCII;
}

/** Whether bytes are UTF-8 as Unicode has it: no surrogates, no longer forms of characters. */
function isUtf8(start: i32, end: i32): bool {
  let at = start;
  while (at < end) {
    const byte = load<u8>(at++);
    if (byte < NON_ASCII) continue;
    // How many bytes follow, and the bounds of the next one, which differ for some first bytes.
    let following = 1;
    let least: u8 = 0x80;
    let greatest: u8 = 0xbf;
    if (byte >= 0xf0) {
      if (byte > 0xf4) return false;
      following = 3;
      if (byte == 0xf0) least = 0x90;
      if (byte == 0xf4) greatest = 0x8f;
    } else if (byte >= 0xe0) {
      following = 2;
      if (byte == 0xe0) least = 0xa0;
      if (byte == 0xed) greatest = 0x9f;
    } else if (byte < 0xc2) return false;
    for (; following > 0; following--) {
      if (at >= end) return false;
      const next = load<u8>(at++);
      if (next < least || next > greatest) return false;
      least = 0x80;
      greatest = 0xbf;
    }
  }
  return true;
}

// @ts-ignore: decorator
@inline
function hashOf(start: i32, length: i32): i32 {
  const prime: u64 = 0x9e3779b97f4a7c15;
  const words = length & ~7;
  let hash: u64 = (<u64>length) * prime;
  let at = 0;
  for (; at < words; at += 8) hash = mix(hash ^ load<u64>(start + at));
  if (at < length) hash = mix(hash ^ (load<u64>(start + at) << ((8 - (length & 7)) << 3)));
  const low = <i32>(hash ^ (hash >> 32));
  return low == 0 ? 1 : low;
}

// @ts-ignore: decorator
@inline
function mix(hash: u64): u64 {
  const product = hash * 0x9e3779b97f4a7c15;
  return product ^ (product >> 29);
}
