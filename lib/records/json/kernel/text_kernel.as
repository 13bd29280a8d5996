/**
 * The part of the kernel that knows texts: which of them a column has had before, by a hash table, and what their
 * bytes are.
 */

/** Longer texts repeat too rarely to be cached. */
const KNOWN_BYTES_MAX: i32 = 128;
const NON_ASCII: u8 = 0x80;

// What a column has here: its table of known texts or 0, the number of slots less one, and how often it was asked.
const TABLE: usize = 0;
const MASK: usize = 4;
const LOOKUPS: usize = 8;

// A slot of a table: the text's hash or 0 if it is free, the text's address, its length, its number.
const SLOT_BYTES: i32 = 16;
const HASH: usize = 0;
const TEXT: usize = 4;
const LENGTH: usize = 8;
const NUMBER: usize = 12;

/** The text is not known. */
export const UNKNOWN: i32 = -1;

/** What the bytes of a text are. */
export const ASCII: i32 = 1;
export const UTF8: i32 = 2;
export const NO_UTF8: i32 = 3;

/** The number of a text of a column, or UNKNOWN. */
export function numberOf(column: i32, start: i32, length: i32): i32 {
  const table = load<i32>(column, TABLE);
  if (table == 0 || length > KNOWN_BYTES_MAX) return UNKNOWN;
  store<i32>(column, load<i32>(column, LOOKUPS) + 1, LOOKUPS);
  const mask = load<i32>(column, MASK);
  const hash = hashOf(start, length);
  let index = hash & mask;
  let slot = table + index * SLOT_BYTES;
  for (let known = load<i32>(slot, HASH); known != 0; known = load<i32>(slot, HASH)) {
    if (known == hash && load<i32>(slot, LENGTH) == length && isSame(start, load<i32>(slot, TEXT), length)) {
      return load<i32>(slot, NUMBER);
    }
    index = (index + 1) & mask;
    slot = table + index * SLOT_BYTES;
  }
  return UNKNOWN;
}

/** Adds a text of a column with a number; the table must have room for it. */
export function keep(column: i32, text: i32, length: i32, number: i32): void {
  const hash = hashOf(text, length);
  fill(freeSlot(load<i32>(column, TABLE), load<i32>(column, MASK), hash), hash, text, length, number);
}

/** Moves the texts of a column into a larger table, which must be empty. */
export function grow(column: i32, table: i32, slots: i32): void {
  const mask = slots - 1;
  let slot = load<i32>(column, TABLE);
  const end = slot == 0 ? 0 : slot + (load<i32>(column, MASK) + 1) * SLOT_BYTES;
  for (; slot < end; slot += SLOT_BYTES) {
    const hash = load<i32>(slot, HASH);
    if (hash == 0) continue;
    const free = freeSlot(table, mask, hash);
    fill(free, hash, load<i32>(slot, TEXT), load<i32>(slot, LENGTH), load<i32>(slot, NUMBER));
  }
  store<i32>(column, table, TABLE);
  store<i32>(column, mask, MASK);
}

function freeSlot(table: i32, mask: i32, hash: i32): i32 {
  let index = hash & mask;
  while (load<i32>(table + index * SLOT_BYTES, HASH) != 0) index = (index + 1) & mask;
  return table + index * SLOT_BYTES;
}

function fill(slot: i32, hash: i32, text: i32, length: i32, number: i32): void {
  store<i32>(slot, hash, HASH);
  store<i32>(slot, text, TEXT);
  store<i32>(slot, length, LENGTH);
  store<i32>(slot, number, NUMBER);
}

/** Whether two texts of a length are the same. */
// @ts-ignore: decorator
@inline
export function isSame(left: i32, right: i32, length: i32): bool {
  const words = length & ~7;
  let at = 0;
  for (; at < words; at += 8) {
    if (load<u64>(left + at) != load<u64>(right + at)) return false;
  }
  return at == length || ((load<u64>(left + at) ^ load<u64>(right + at)) << ((8 - (length & 7)) << 3)) == 0;
}

/** The hash of a text, of which the lowest bits are the slot; never 0. */
export function hashOf(start: i32, length: i32): i32 {
  const words = length & ~7;
  let hash: u64 = (<u64>length) * FACTOR;
  let at = 0;
  for (; at < words; at += 8) hash = mix(hash ^ load<u64>(start + at));
  if (at < length) hash = mix(hash ^ (load<u64>(start + at) << ((8 - (length & 7)) << 3)));
  // A product carries bits only upwards, so its upper half depends on all of them.
  const high = <i32>((hash * FACTOR) >> 32);
  return high == 0 ? 1 : high;
}

// @ts-ignore: decorator
@inline
function mix(hash: u64): u64 {
  const product = hash * FACTOR;
  return product ^ (product >> 32);
}

/** An odd number without a pattern: 2^64 by the golden ratio. */
const FACTOR: u64 = 0x9e3779b97f4a7c15;

/** What the bytes of a text are: ASCII, UTF8 or NO_UTF8. */
export function encodingOf(start: i32, end: i32): i32 {
  for (let at = start; at < end; at += 16) {
    let high = i8x16.bitmask(v128.load(at));
    if (at + 16 > end) high &= (1 << (end - at)) - 1;
    if (high != 0) return isUtf8(at + ctz(high), end) ? UTF8 : NO_UTF8;
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
