/**
 * Interns the texts of keys: a short text is kept once, and a key has its number. The first texts of a column are
 * interned, as many as a column with few of them has; once a text is, it always is, so that equal keys have equal bytes.
 */
import { textHashOf } from "./hash_kernel";
import { reserve } from "./memory_kernel";
import { FORM, INTERNED, keyBytes, LENGTH, textCount, textsAt, textsOf } from "./row_kernel";

/** By column. */
const TEXTS_MAX: u32 = 4_096;
const TEXT_BYTES_MAX: u32 = 64;
/** Memory is taken for so many bytes of texts at once. */
const ROOM_BYTES: usize = 16_384;
/** An entry is the address of a text, and its tag: its form, its column and its length. */
const ENTRY_BYTES: usize = 8;
const TAG: usize = 4;
const COLUMN_SHIFT: u32 = 8;
const COLUMN_MAX: u32 = 0x1f_ffff;

/** Numbers plus one, by the hash of their texts; those that collide are in the slots that follow. */
let slots: usize = 0;
let mask: u32 = 0;
/** The texts, by number. */
let entries: usize = 0;
let count: u32 = 0;
/** How many texts each column has. */
let counts: usize = 0;
let room: usize = 0;
let roomEnd: usize = 0;

/** The number of texts. */
export function internedCount(): u32 {
  return count;
}

/** Where the texts are, by number. */
export function internedAt(): usize {
  return entries;
}

/** Replaces the texts of a key, in place, by their numbers, where they have some. It does not become longer. */
export function intern(key: usize): void {
  if (textCount == 0 || textCount > COLUMN_MAX) return;
  const texts = textsOf(key);
  let from = texts;
  let to = texts;
  for (let column: u32 = 0; column < textCount; column++) {
    const at = key + textsAt + (<usize>column << 2);
    const word = load<u32>(at);
    const length = word & LENGTH;
    if (length == 0) continue;
    const number = length > TEXT_BYTES_MAX ? -1 : numberOf(tagOf(column, word), from);
    if (number >= 0) {
      store<u32>(at, INTERNED | (word & FORM) | <u32>number);
    } else {
      if (to != from) memory.copy(to, from, length);
      to += length;
    }
    from += length;
  }
  const end = key + keyBytes(key);
  for (; to < end; to++) store<u8>(to, 0);
}

/** Interns a text with its tag, as in another table. Returns whether there is memory for it. */
export function addInterned(tag: u32, text: usize): bool {
  return numberOf(tag, text) >= 0;
}

// @ts-ignore: decorator
@inline
function tagOf(column: u32, word: u32): u32 {
  return (word & FORM) | (column << COLUMN_SHIFT) | (word & LENGTH);
}

/** The number of a text; −1 if it is not interned. */
function numberOf(tag: u32, text: usize): i32 {
  if (slots == 0 && !begin()) return -1;
  const length = tag & 0xff;
  let index = textHashOf(text, length, tag) & mask;
  for (let found = load<u32>(slots + (<usize>index << 2)); found != 0; found = load<u32>(slots + (<usize>index << 2))) {
    const entry = entries + <usize>(found - 1) * ENTRY_BYTES;
    if (load<u32>(entry, TAG) == tag && memory.compare(load<u32>(entry), text, length) == 0) return <i32>(found - 1);
    index = (index + 1) & mask;
  }
  const countAt = counts + (<usize>((tag & ~FORM) >> COLUMN_SHIFT) << 2);
  if (load<u32>(countAt) == TEXTS_MAX) return -1;
  if (length > roomEnd - room) {
    room = reserve(ROOM_BYTES);
    roomEnd = room == 0 ? 0 : room + ROOM_BYTES;
    if (room == 0) return -1;
  }
  memory.copy(room, text, length);
  const entry = entries + <usize>count * ENTRY_BYTES;
  store<u32>(entry, <u32>room);
  store<u32>(entry, tag, TAG);
  room += length;
  store<u32>(countAt, load<u32>(countAt) + 1);
  store<u32>(slots + (<usize>index << 2), ++count);
  return <i32>(count - 1);
}

function begin(): bool {
  const texts = <usize>TEXTS_MAX * textCount;
  let slotCount: usize = 2;
  while (slotCount < 2 * texts) slotCount <<= 1;
  entries = reserve(texts * ENTRY_BYTES);
  counts = reserve(<usize>textCount << 2);
  const at = reserve(slotCount << 2);
  if (entries == 0 || counts == 0 || at == 0) return false;
  slots = at;
  mask = <u32>slotCount - 1;
  return true;
}
