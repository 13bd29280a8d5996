/**
 * What a row is, in bytes; all lengths and addresses are multiples of eight:
 *
 * ```
 * mark │ next │ values │ key: units of eight bytes │ flags │ a word for each text │ the texts, with zeros after them
 * ```
 *
 * The mark and the handle of another row have four bytes each. A handle is an address divided by eight. The word of a
 * text has its form and its length; or, if the table interns it, that bit, its form and its number.
 */

export const MARK: usize = 0;
export const NEXT: usize = 4;
export const VALUES: usize = 8;

/** Marks of rows that were removed, and that are free to be reused. Others are not negative. */
export const REMOVED: i32 = -1;
export const FREE: i32 = -2;

export const INTERNED: u32 = 0x8000_0000;
/** The bits of the form of a text, and those of its length or number. */
export const FORM: u32 = 0x6000_0000;
export const LENGTH: u32 = 0x1fff_ffff;

/** Where the key of a row begins. */
export let keyAt: usize = VALUES;
/** The bytes of a key without its texts, and without zeros at its end. */
let fixedBytes: usize = 0;
/** Where the words of texts are in a key, and how many there are. */
export let textsAt: usize = 0;
export let textCount: u32 = 0;

/** Where a row has the time at which it expires, if it does; the flag that says that it does not; what is added. */
let timeAt: usize = 0;
let flagsAt: usize = 0;
let flag: u32 = 0;
let after: i64 = 0;

/** Sets the layout of rows. */
export function layOut(values: usize, fixed: usize, texts: usize, count: u32): void {
  keyAt = VALUES + values;
  fixedBytes = fixed;
  textsAt = texts;
  textCount = count;
}

/** Sets where rows have the time at which they expire, less what is added to it, and the flag of those without. */
export function expireBy(time: usize, flags: usize, none: u32, added: i64): void {
  timeAt = time;
  flagsAt = flags;
  flag = none;
  after = added;
}

// @ts-ignore: decorator
@inline
export function expires(row: usize): bool {
  return timeAt != 0 && (load<u32>(row + flagsAt) & flag) == 0;
}

// @ts-ignore: decorator
@inline
export function timeOf(row: usize): i64 {
  return load<i64>(row + timeAt) + after;
}

// @ts-ignore: decorator
@inline
export function padded(bytes: usize): usize {
  return (bytes + 7) & ~7;
}

/** The length of the key at an address. */
export function keyBytes(key: usize): usize {
  let bytes = fixedBytes;
  for (let text: u32 = 0; text < textCount; text++) {
    const word = load<u32>(key + textsAt + (<usize>text << 2));
    if ((word & INTERNED) == 0) bytes += word & LENGTH;
  }
  return padded(bytes);
}

/** Where the texts of a key begin. */
export function textsOf(key: usize): usize {
  return key + fixedBytes;
}

/** The length of the row at an address. */
export function rowBytes(row: usize): usize {
  return keyAt + keyBytes(row + keyAt);
}

/** Whether there is a whole row before an address. */
export function isWhole(row: usize, to: usize): bool {
  return row + padded(keyAt + fixedBytes) <= to && row + rowBytes(row) <= to;
}
