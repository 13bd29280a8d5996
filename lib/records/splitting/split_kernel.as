/**
 * Finds the usual records of an input, many in one call, in AssemblyScript: sixteen bytes at once, in WebAssembly.
 * `deno task kernel` makes `split_kernel.wasm.ts` of it; `block_splitter.ts` is its host.
 *
 * It accepts what is certainly a record: a valid JSON object, with what has to come before and after it. It stops in
 * front of anything else, which the exact splitter then reads. A record with white space between its tokens is copied
 * without it.
 *
 * All tables lie where the host has put them. Behind the input and each table there are 32 bytes more, so that a load
 * or store may reach behind the end.
 */

const UNSURE: i32 = -1;

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const COLON: u8 = 0x3a;
const COMMA: u8 = 0x2c;
const OPEN: u8 = 0x7b;
const CLOSE: u8 = 0x7d;
const OPEN_BRACKET: u8 = 0x5b;
const CLOSE_BRACKET: u8 = 0x5d;
const SPACE: u8 = 0x20;
const TAB: u8 = 0x09;
const LINE_FEED: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;
const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
const POINT: u8 = 0x2e;
const ZERO: u8 = 0x30;
const NINE: u8 = 0x39;
const LOWER_E: u8 = 0x65;
const LOWER_U: u8 = 0x75;

// How the input is laid out: records on lines of their own, in an array, or one after the other.
const LINES: i32 = 0;
const ARRAY: i32 = 1;

// An entry of the table: where the value and the key stand, and where the record begins in the input.
const ENTRY_BYTES: i32 = 32;
const VALUE: usize = 0;
const VALUE_BYTES: usize = 4;
const KEY: usize = 8;
const KEY_BYTES: usize = 12;
const SOURCE: usize = 16;
const LINE: usize = 20;
const NO_KEY: i32 = -1;

// What is known of the member at each place of a record: its opening `"name":`, which bits of the comparisons with
// both halves of that must be set, how long it is, and what the name means.
const SLOTS: i32 = 64;
const SLOT_BYTES: i32 = 64;
const OPENING_BYTES_MAX: i32 = 32;
const FIRST_BITS: usize = 32;
const SECOND_BITS: usize = 36;
const OPENING_BYTES: usize = 40;
const MEANING: usize = 44;

const IS_KEY: i32 = 1;
/** The name that a record of the wanted schema has at this place. */
const IS_EXPECTED: i32 = 2;

// A name: where it stands, with its quotes, and how long it is.
const NAME_BYTES: i32 = 8;

let slots: i32 = 0;
let table: i32 = 0;
let compact: i32 = 0;
let compactEnd: i32 = 0;
let keyName: i32 = 0;
let keyNameBytes: i32 = 0;
let names: i32 = 0;
let nameCount: i32 = 0;

/** Where the last record of the block ends, and the number of line breaks before that. */
export let blockEnd: i32 = 0;
export let blockBreaks: i32 = 0;

// Of the record being read: the start of the piece of it that has no white space, where that is copied, the bytes of
// white space so far, and whether there was too little room for a copy.
let piece: i32 = 0;
let copied: i32 = 0;
let gapBytes: i32 = 0;
let isFull: bool = false;
/** Line breaks since the start of the block. */
let breaks: i32 = 0;
/** Its key, counted from its start, without white space. */
let key: i32 = 0;
let keyBytes: i32 = NO_KEY;
/** Whether the last string has escapes. */
let hasEscapes: bool = false;

/** Says where the host has put everything. */
export function place(slotsAt: i32, tableAt: i32, compactAt: i32, compactBytes: i32): void {
  slots = slotsAt;
  table = tableAt;
  compact = compactAt;
  compactEnd = compactAt + compactBytes;
  for (let slot = slots; slot < slots + SLOTS * SLOT_BYTES; slot += SLOT_BYTES) {
    // It never fits: no character begins with this byte.
    store<u8>(slot, 0xff);
    store<i32>(slot, 1, FIRST_BITS);
  }
}

/** The name of the key, and those that all records must have, in this order, with strings; 0 where there is none. */
export function want(keyNameAt: i32, bytes: i32, namesAt: i32, count: i32): void {
  keyName = keyNameAt;
  keyNameBytes = bytes;
  names = namesAt;
  nameCount = count;
}

/** Reads records from `[from, end)`, at most so many and with so many bytes; gives their number. */
export function split(from: i32, end: i32, layout: i32, recordsMax: i32, bytesMax: i32): i32 {
  let at = from;
  let count = 0;
  let room = compact;
  // The bytes of all keys and values.
  let blockBytes = 0;
  blockEnd = from;
  blockBreaks = breaks = 0;
  while (count < recordsMax) {
    at = skipSpace(at, end);
    if (layout != LINES && at < end && load<u8>(at) == COMMA) at = skipSpace(at + 1, end);
    if (at >= end || load<u8>(at) != OPEN) break;
    const start = at;
    const line = breaks;
    copied = room;
    at = endOfRecord(start, end);
    if (at < 0 || !isFollowed(at, end, layout)) break;
    const bytes = at - start - gapBytes;
    const size = bytes + max(0, keyBytes);
    if (blockBytes + size > bytesMax) break;
    let value = start;
    if (gapBytes > 0) {
      copyPiece(at);
      if (isFull) break;
      value = room;
      room = copied;
    }
    const entry = table + count * ENTRY_BYTES;
    store<i32>(entry, value, VALUE);
    store<i32>(entry, bytes, VALUE_BYTES);
    store<i32>(entry, value + key, KEY);
    store<i32>(entry, keyBytes, KEY_BYTES);
    store<i32>(entry, start, SOURCE);
    store<i32>(entry, line, LINE);
    blockBytes += size;
    blockEnd = at;
    blockBreaks = breaks;
    count++;
  }
  return count;
}

/** Whether a record may end here: a line break follows, or another record. */
function isFollowed(from: i32, end: i32, layout: i32): bool {
  if (layout == LINES) {
    let at = from;
    while (at < end && (load<u8>(at) == SPACE || load<u8>(at) == TAB || load<u8>(at) == CARRIAGE_RETURN)) at++;
    return at < end && load<u8>(at) == LINE_FEED;
  }
  let at = spaceEnd(from, end);
  if (at < end && load<u8>(at) == COMMA) at = spaceEnd(at + 1, end);
  else if (layout == ARRAY) return false;
  return at < end && load<u8>(at) == OPEN;
}

/** Where the object ends that starts here; UNSURE if it may be none, or not one as wanted. */
function endOfRecord(start: i32, end: i32): i32 {
  piece = start;
  gapBytes = 0;
  isFull = false;
  key = 0;
  keyBytes = NO_KEY;
  let at = skipGap(start + 1, end);
  if (at >= end) return UNSURE;
  if (load<u8>(at) == CLOSE) return nameCount == 0 ? at + 1 : UNSURE;
  let slot = slots;
  for (let index = 0; true; index++, slot += SLOT_BYTES) {
    let meaning: i32;
    if (index < SLOTS && opens(slot, at)) {
      meaning = load<i32>(slot, MEANING);
      at += load<i32>(slot, OPENING_BYTES);
    } else {
      const name = at;
      if (at >= end || load<u8>(at) != QUOTE) return UNSURE;
      at = endOfString(at, end);
      if (at < 0) return UNSURE;
      meaning = meaningOf(name, at - name, index);
      const tight = at;
      at = skipGap(at, end);
      if (at >= end || load<u8>(at) != COLON) return UNSURE;
      at++;
      if (at == tight + 1 && index < SLOTS) learn(slot, name, at - name, meaning);
    }
    at = skipGap(at, end);
    if (at >= end) return UNSURE;
    const value = at;
    const first = load<u8>(at);
    const before = at - start - gapBytes;
    if (first == QUOTE) at = endOfString(at, end);
    else if (first == OPEN || first == OPEN_BRACKET) at = endOfNested(at, end);
    else at = endOfScalar(at, end);
    if (at < 0) return UNSURE;
    if (nameCount > 0 && (first != QUOTE || (meaning & IS_EXPECTED) == 0)) return UNSURE;
    if ((meaning & IS_KEY) != 0) {
      key = before;
      keyBytes = at - start - gapBytes - before;
      if (first == QUOTE) {
        if (hasEscapes) return UNSURE;
        key++;
        keyBytes -= 2;
      } else if (keyBytes == 4 && load<u32>(value) == 0x6c6c756e) {
        // It is null.
        keyBytes = NO_KEY;
      }
    }
    at = skipGap(at, end);
    if (at >= end) return UNSURE;
    const next = load<u8>(at++);
    if (next == CLOSE) return nameCount == 0 || index == nameCount - 1 ? at : UNSURE;
    if (next != COMMA) return UNSURE;
    at = skipGap(at, end);
  }
  return UNSURE;
}

/** What the name of the member at a place means. */
function meaningOf(name: i32, bytes: i32, index: i32): i32 {
  let meaning = 0;
  if (keyNameBytes == bytes && isSame(name, keyName, bytes)) meaning |= IS_KEY;
  if (index < nameCount) {
    const expected = names + index * NAME_BYTES;
    if (load<i32>(expected, 4) == bytes && isSame(name, load<i32>(expected), bytes)) meaning |= IS_EXPECTED;
  }
  return meaning;
}

function isSame(left: i32, right: i32, bytes: i32): bool {
  for (let at = 0; at < bytes; at++) if (load<u8>(left + at) != load<u8>(right + at)) return false;
  return true;
}

/** Notes the opening of a member at its place, where the next record probably has it, too. */
function learn(slot: i32, opening: i32, bytes: i32, meaning: i32): void {
  if (bytes > OPENING_BYTES_MAX) return;
  v128.store(slot, v128.load(opening));
  v128.store(slot, v128.load(opening, 16), 16);
  store<i32>(slot, (1 << min(16, bytes)) - 1, FIRST_BITS);
  store<i32>(slot, (1 << max(0, bytes - 16)) - 1, SECOND_BITS);
  store<i32>(slot, bytes, OPENING_BYTES);
  store<i32>(slot, meaning, MEANING);
}

// @ts-ignore: decorator
@inline
function opens(slot: i32, at: i32): bool {
  const first = load<i32>(slot, FIRST_BITS);
  if ((i8x16.bitmask(i8x16.eq(v128.load(slot), v128.load(at))) & first) != first) return false;
  const second = load<i32>(slot, SECOND_BITS);
  return second == 0 || (i8x16.bitmask(i8x16.eq(v128.load(slot, 16), v128.load(at, 16))) & second) == second;
}

/** Where an object or array ends that is inside a record. */
function endOfNested(start: i32, end: i32): i32 {
  let at = start;
  // A bit for each level: whether it is an object.
  let levels: u64 = 0;
  let depth = 0;
  while (true) {
    const first = load<u8>(at);
    if (first == OPEN || first == OPEN_BRACKET) {
      if (depth == 64) return UNSURE;
      levels = (levels << 1) | (first == OPEN ? 1 : 0);
      depth++;
      at = skipGap(at + 1, end);
      if (at >= end) return UNSURE;
      if (load<u8>(at) != (first == OPEN ? CLOSE : CLOSE_BRACKET)) {
        if (first == OPEN) at = endOfColon(at, end);
        if (at < 0 || at >= end) return UNSURE;
        continue;
      }
      at++;
      levels >>= 1;
      depth--;
    } else {
      at = first == QUOTE ? endOfString(at, end) : endOfScalar(at, end);
      if (at < 0) return UNSURE;
    }
    while (true) {
      if (depth == 0) return at;
      at = skipGap(at, end);
      if (at >= end) return UNSURE;
      const next = load<u8>(at++);
      const isObject = (levels & 1) != 0;
      if (next == COMMA) {
        at = skipGap(at, end);
        if (isObject && at < end) at = endOfColon(at, end);
        if (at < 0 || at >= end) return UNSURE;
        break;
      }
      if (next != (isObject ? CLOSE : CLOSE_BRACKET)) return UNSURE;
      levels >>= 1;
      depth--;
    }
  }
}

/** Where the value starts behind the name that starts here. */
function endOfColon(start: i32, end: i32): i32 {
  if (load<u8>(start) != QUOTE) return UNSURE;
  let at = endOfString(start, end);
  if (at < 0) return UNSURE;
  at = skipGap(at, end);
  if (at >= end || load<u8>(at) != COLON) return UNSURE;
  return skipGap(at + 1, end);
}

/** The position behind the string whose quote is here. */
// @ts-ignore: decorator
@inline
function endOfString(start: i32, end: i32): i32 {
  const quotes = i8x16.splat(QUOTE);
  const backslashes = i8x16.splat(BACKSLASH);
  const spaces = i8x16.splat(SPACE);
  hasEscapes = false;
  let at = start + 1;
  while (at < end) {
    const bytes = v128.load(at);
    const found = i8x16.bitmask(
      v128.or(v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, backslashes)), i8x16.lt_u(bytes, spaces)),
    );
    if (found == 0) {
      at += 16;
      continue;
    }
    at += ctz(found);
    if (at >= end) return UNSURE;
    const byte = load<u8>(at);
    if (byte == QUOTE) return at + 1;
    if (byte != BACKSLASH) return UNSURE;
    hasEscapes = true;
    at = endOfEscape(at + 1, end);
    if (at < 0) return UNSURE;
  }
  return UNSURE;
}

/** The position behind an escape, of which the backslash stands before `at`. */
function endOfEscape(at: i32, end: i32): i32 {
  if (at >= end) return UNSURE;
  const byte = load<u8>(at);
  if (byte == LOWER_U) {
    if (at + 5 > end) return UNSURE;
    for (let digit = at + 1; digit < at + 5; digit++) if (!isHex(load<u8>(digit))) return UNSURE;
    return at + 5;
  }
  const isEscape = byte == QUOTE || byte == BACKSLASH || byte == 0x2f || byte == 0x62 || byte == 0x66 ||
    byte == 0x6e || byte == 0x72 || byte == 0x74;
  return isEscape ? at + 1 : UNSURE;
}

function isHex(byte: u8): bool {
  const lower = byte | 0x20;
  return (byte >= ZERO && byte <= NINE) || (lower >= 0x61 && lower <= 0x66);
}

/** Where a number or a word ends. */
function endOfScalar(start: i32, end: i32): i32 {
  const byte = load<u8>(start);
  if (byte == MINUS || (byte >= ZERO && byte <= NINE)) return endOfNumber(start, end);
  // "true", "null", and "alse" behind an f, as little-endian words.
  if (byte == 0x66) return start + 5 <= end && load<u32>(start + 1) == 0x65736c61 ? start + 5 : UNSURE;
  if (start + 4 > end) return UNSURE;
  const word = load<u32>(start);
  return word == 0x65757274 || word == 0x6c6c756e ? start + 4 : UNSURE;
}

function endOfNumber(start: i32, end: i32): i32 {
  const whole = load<u8>(start) == MINUS ? start + 1 : start;
  let at = skipDigits(whole, end);
  // A number begins with one digit at least, and with no zero before another one.
  if (at == whole || (at > whole + 1 && load<u8>(whole) == ZERO)) return UNSURE;
  if (at < end && load<u8>(at) == POINT) {
    const fraction = at + 1;
    at = skipDigits(fraction, end);
    if (at == fraction) return UNSURE;
  }
  if (at < end && (load<u8>(at) | 0x20) == LOWER_E) {
    at++;
    if (at < end && (load<u8>(at) == PLUS || load<u8>(at) == MINUS)) at++;
    const exponent = at;
    at = skipDigits(exponent, end);
    if (at == exponent) return UNSURE;
  }
  return at;
}

function skipDigits(from: i32, end: i32): i32 {
  let at = from;
  while (at < end && load<u8>(at) >= ZERO && load<u8>(at) <= NINE) at++;
  return at;
}

/** Skips white space between the tokens of a record, of which there is usually none; it is left out of the copy. */
// @ts-ignore: decorator
@inline
function skipGap(at: i32, end: i32): i32 {
  return load<u8>(at) <= SPACE ? leaveOut(at, end) : at;
}

function leaveOut(from: i32, end: i32): i32 {
  const to = skipSpace(from, end);
  if (to <= from) return from;
  copyPiece(from);
  piece = to;
  gapBytes += to - from;
  return to;
}

/** Copies the current piece of the record, which ends here. */
function copyPiece(end: i32): void {
  const bytes = end - piece;
  if (copied + bytes > compactEnd) isFull = true;
  if (isFull) return;
  for (let at = 0; at < bytes; at += 16) v128.store(copied + at, v128.load(piece + at));
  copied += bytes;
}

/** Skips white space, and counts its line breaks. */
function skipSpace(from: i32, end: i32): i32 {
  let at = from;
  while (at < end) {
    const bytes = v128.load(at);
    const lineFeeds = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(LINE_FEED)));
    const count = ctz(~(lineFeeds | otherSpaces(bytes)));
    breaks += popcnt(lineFeeds & ((1 << count) - 1));
    at += count;
    if (count < 16) break;
  }
  return min(at, end);
}

/** The same without counting. */
function spaceEnd(from: i32, end: i32): i32 {
  let at = from;
  while (at < end) {
    const bytes = v128.load(at);
    const lineFeeds = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(LINE_FEED)));
    const count = ctz(~(lineFeeds | otherSpaces(bytes)));
    at += count;
    if (count < 16) break;
  }
  return min(at, end);
}

// @ts-ignore: decorator
@inline
function otherSpaces(bytes: v128): i32 {
  return i8x16.bitmask(
    v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(SPACE)), i8x16.eq(bytes, i8x16.splat(TAB))),
      i8x16.eq(bytes, i8x16.splat(CARRIAGE_RETURN)),
    ),
  );
}
