/**
 * The part of the fast reader that looks at every byte, in AssemblyScript: sixteen bytes at once, in
 * WebAssembly. `deno task kernel` makes `json_kernel.wasm.ts` of it; `json_kernel.ts` is its host.
 *
 * It walks over one JSON object of the usual kind (no escapes in keys and in strings that are wanted) and makes an
 * event of each wanted value: the value itself, if `value_kernel.as` can read it, or else its position. A wanted
 * object or array is an event before those of its parts; others are skipped, by `skip_kernel.as`. Whatever else it
 * meets, it is UNSURE.
 *
 * It allocates nothing: all tables are where the host has put them. After what it reads there are
 * always 32 bytes more, so that a load may reach past the end.
 */
import { endOfEscaped, endOfStructure } from "./skip_kernel";
import { encodingOf, isSame, NO_UTF8, numberOf, UNKNOWN } from "./text_kernel";
import {
  BACKSLASH,
  CLOSE,
  CLOSE_LIST,
  COLON,
  COMMA,
  endOfScalar,
  endOfString,
  FALSE,
  FRACTION,
  kind,
  LOWER_CASE,
  NULL,
  OPEN,
  QUOTE,
  skipSpace,
  SPACE,
  TRUE,
  UNSURE,
  WHOLE,
} from "./token_kernel";
import { ARRAY, BOOLEAN, MAP, NOT_READ, readScalar, readString, STRUCT, TEXT } from "./value_kernel";
export { grow, hashOf, keep } from "./text_kernel";
export { useZone } from "./time_kernel";

/** The host finds or makes the member of a name in an object, and returns its address; 0 if it has no room. */
@external("host", "memberOf")
declare function memberOf(begin: i32, start: i32, end: i32): i32;

const NON_ASCII: u8 = 0x80;

// A member: its opening `"name":`, as far as it is not longer; which bits of the comparisons with both halves of
// that must be set; how long all of it is; where the rest stands; the column of its values; and the two members
// that followed it last. In place of a column there is −1 if it is none, and less for one that is only checked.
const OPENING_HERE: i32 = 32;
const FIRST_BITS: usize = 32;
const SECOND_BITS: usize = 36;
const OPENING_BYTES: usize = 40;
const REST: usize = 44;
const COLUMN: usize = 48;
const NEXT: usize = 52;
const OTHER_NEXT: usize = 56;

// A column: what `text_kernel.as` has of it; its type; for a DECIMAL the scale, and the least number that has too many
// digits; for an ARRAY or a MAP whether it is only checked; for a STRUCT the member that stands for its beginning, for an ARRAY
// or a MAP the column of its values.
const COLUMN_BYTES: i32 = 32;
const TYPE: usize = 12;
const SCALE: usize = 16;
const IS_CHECKED: usize = 16;
const PART: usize = 20;
const LIMIT: usize = 24;
const NO_COLUMN: i32 = -1;
const FIRST_CHECKED: i32 = -2;

// An event: the column, the kind, and the bounds of the text, the number of a known one, the value, or where the events
// of the parts end.
const EVENT_BYTES: i32 = 16;
const KIND: usize = 4;
const STRUCTURE: i32 = -1;
const KNOWN: i32 = 0;
// 1 to 3 are texts, by what their bytes are; 4 to 8 are the kinds of scalars; from 9 on are values that were read.
const VALUE: i32 = 9;
const VALUE_AT: i32 = 8;

let first: i32 = 0;
let columns: i32 = 0;
let events: i32 = 0;
let eventsEnd: i32 = 0;
/** Where the next event comes. */
let next: i32 = 0;
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
  const at = skipSpace(start, end);
  if (at >= end || load<u8>(at) != OPEN) return UNSURE;
  next = events;
  return readObject(first, at + 1, end) < 0 ? UNSURE : (next - events) / EVENT_BYTES;
}

/**
 * Reads the members of an object behind its opening brace; returns its end, or UNSURE.
 *
 * @param begin The member that stands for its beginning.
 */
function readObject(begin: i32, start: i32, end: i32): i32 {
  let at = start;
  let event = next;
  let member = begin;
  while (true) {
    const before = member;
    member = load<i32>(before, NEXT);
    // What follows the end may match, too: that is noticed below.
    if (opens(member, at)) {
      at += load<i32>(member, OPENING_BYTES);
    } else {
      member = seek(begin, before, at, end);
      if (member == 0) return before == begin ? endOfEmpty(at, end) : UNSURE;
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
      if (at < 0) {
        if (column >= 0) return UNSURE;
        at = endOfEscaped(from + 1, end);
        if (at < 0) return UNSURE;
      } else if (column >= 0) event = string(event, column, from + 1, at);
      at++;
    } else if ((byte | LOWER_CASE) == OPEN) {
      next = event;
      at = readStructure(column, at, end);
      if (at < 0) return UNSURE;
      event = next;
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
    at++;
    if (byte != COMMA) {
      next = event;
      return byte == CLOSE ? at : UNSURE;
    }
  }
  return UNSURE;
}

/** The end of an object without members. */
function endOfEmpty(from: i32, end: i32): i32 {
  const at = skipSpace(from, end);
  return at < end && load<u8>(at) == CLOSE ? at + 1 : UNSURE;
}

/** Reads the object or array of a member, or skips it; returns its end, or UNSURE. */
function readStructure(column: i32, start: i32, end: i32): i32 {
  if (column >= 0) return readKnown(column, start, end);
  if (column == NO_COLUMN) return endOfStructure(start, end);
  const event = next;
  const at = readKnown(FIRST_CHECKED - column, start, end);
  next = event;
  return at;
}

/** Reads an object or array of the type of its column: an event, and those of its parts. */
function readKnown(column: i32, start: i32, end: i32): i32 {
  const entry = columns + column * COLUMN_BYTES;
  const type = load<i32>(entry, TYPE);
  const event = next;
  if (event == eventsEnd) return UNSURE;
  next = emit(event, column, STRUCTURE, 0, 0);
  let at = UNSURE;
  if (load<u8>(start) == OPEN) {
    if (type == STRUCT) at = readObject(load<i32>(entry, PART), start + 1, end);
    else if (type == MAP) at = readMap(column, start + 1, end);
  } else if (type == ARRAY) at = readList(entry, start + 1, end);
  store<i32>(event, next, VALUE_AT);
  return at;
}

/** Reads the elements of an array behind its opening bracket; returns its end, or UNSURE. */
function readList(entry: i32, start: i32, end: i32): i32 {
  const element = load<i32>(entry, PART);
  const isChecked = load<i32>(entry, IS_CHECKED) != 0;
  let at = skipSpace(start, end);
  if (at < end && load<u8>(at) == CLOSE_LIST) return at + 1;
  while (true) {
    const event = next;
    at = readValue(element, at, end);
    // An element that does not fit its type changes where the rest of the record is read.
    if (at < 0 || (isChecked && !isSure(event))) return UNSURE;
    at = skipSpace(at, end);
    if (at >= end) return UNSURE;
    const byte = load<u8>(at++);
    if (byte != COMMA) return byte == CLOSE_LIST ? at : UNSURE;
    at = skipSpace(at, end);
  }
  return UNSURE;
}

/** Reads the entries of an object behind its opening brace, each a text and a value; returns its end, or UNSURE. */
function readMap(column: i32, start: i32, end: i32): i32 {
  const entry = columns + column * COLUMN_BYTES;
  const item = load<i32>(entry, PART);
  const isChecked = load<i32>(entry, IS_CHECKED) != 0;
  let at = skipSpace(start, end);
  if (at < end && load<u8>(at) == CLOSE) return at + 1;
  while (true) {
    if (at >= end || load<u8>(at) != QUOTE || next == eventsEnd) return UNSURE;
    const name = at + 1;
    at = endOfString(name, end);
    if (at < 0) return UNSURE;
    next = text(next, column, name, at);
    at = skipSpace(at + 1, end);
    if (at >= end || load<u8>(at) != COLON) return UNSURE;
    const event = next;
    at = readValue(item, skipSpace(at + 1, end), end);
    if (at < 0 || (isChecked && !isSure(event))) return UNSURE;
    at = skipSpace(at, end);
    if (at >= end) return UNSURE;
    const byte = load<u8>(at++);
    if (byte != COMMA) return byte == CLOSE ? at : UNSURE;
    at = skipSpace(at, end);
  }
  return UNSURE;
}

/** Reads a value in an array or a map; returns its end, or UNSURE. */
function readValue(column: i32, start: i32, end: i32): i32 {
  if (start >= end || next == eventsEnd) return UNSURE;
  const byte = load<u8>(start);
  if ((byte | LOWER_CASE) == OPEN) return readKnown(column, start, end);
  if (byte == QUOTE) {
    const quote = endOfString(start + 1, end);
    if (quote < 0) return UNSURE;
    next = string(next, column, start + 1, quote);
    return quote + 1;
  }
  const at = endOfScalar(start, end);
  if (at < 0) return UNSURE;
  next = scalar(next, column, start, at);
  return at;
}

/** Whether the value of an event fits the type of its column for sure. */
function isSure(event: i32): bool {
  const what = load<i32>(event, KIND);
  if (what >= VALUE || what == NULL || what == STRUCTURE) return true;
  const type = load<i32>(columns + load<i32>(event) * COLUMN_BYTES, TYPE);
  return type == TEXT || (type == BOOLEAN && (what == TRUE || what == FALSE));
}

/** The member at a position, if it is not the expected one; 0 if it cannot be determined. */
function seek(begin: i32, before: i32, from: i32, end: i32): i32 {
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
    member = memberOf(begin, at + 1, nameEnd);
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

function endOfName(start: i32, end: i32): i32 {
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == QUOTE) return at;
    if (byte < SPACE || byte == BACKSLASH || byte >= NON_ASCII) return UNSURE;
  }
  return UNSURE;
}

function emit(event: i32, column: i32, what: i32, start: i32, end: i32): i32 {
  store<i32>(event, column);
  store<i32>(event, what, KIND);
  store<i32>(event, start, 8);
  store<i32>(event, end, 12);
  return event + EVENT_BYTES;
}

/** Emits a value that stands in the event already. */
function emitValue(event: i32, column: i32, what: i32): i32 {
  store<i32>(event, column);
  store<i32>(event, what, KIND);
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

/** Emits a string: its value if it has another type, or else its text. */
function string(event: i32, column: i32, start: i32, end: i32): i32 {
  const entry = columns + column * COLUMN_BYTES;
  const type = load<i32>(entry, TYPE);
  if (type != TEXT) {
    const limit = load<u64>(entry, LIMIT);
    const what = readString(type, start, end, limit, load<i32>(entry, SCALE), event + VALUE_AT);
    return what == NOT_READ ? emit(event, column, NO_UTF8, start, end) : emitValue(event, column, what);
  }
  return text(event, column, start, end);
}

/** Emits a text: its number if it is known, or else its encoding. */
function text(event: i32, column: i32, start: i32, end: i32): i32 {
  const number = numberOf(columns + column * COLUMN_BYTES, start, end - start);
  return number == UNKNOWN
    ? emit(event, column, encodingOf(start, end), start, end)
    : emit(event, column, KNOWN, number, 0);
}
