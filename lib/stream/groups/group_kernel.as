/**
 * The hash table of groups, in AssemblyScript: it finds or adds the row of a key, removes rows, and merges the rows
 * of other tables. `deno task kernel` makes `group_kernel.wasm.ts` of it; `group_memory.ts` is its host.
 *
 * A row is its mark (a double), the address of another row, the length of its key, its values, and its key; all
 * lengths are multiples of eight. Rows stand one after the other in segments, and never move. A slot of the table is
 * the hash of a key and the address of its row, or zeros; keys that collide are in the slots that follow.
 */

/** Called when the memory has grown: the views of the host are no longer valid. */
@external("host", "grown")
declare function grown(): void;

const PAGE_BITS: u32 = 16;

// The parts of a row.
const MARK: usize = 0;
const NEXT: usize = 8;
const KEY_BYTES: usize = 12;
const VALUES: usize = 16;

/** The mark of a row that is free to be reused. */
const FREE: f64 = -2;

/** By the length of rows divided by eight: the first free row; longer ones are not reused. */
const FREE_AT: usize = 64;
const FREE_LISTS: u32 = 512;

/** The segments: where each begins, and where its last row ends. */
const SEGMENTS_AT: usize = 2_112;
const SEGMENTS_MAX: u32 = 128;
const SEGMENT_BYTES_MIN: usize = 16_384;
const FIXED_END: usize = 3_136;

const SLOT_BITS: u32 = 3;
const SLOTS_MIN: u32 = 256;

// Why a merge has stopped.
const DONE: i32 = 0;
const LATE: i32 = 1;
const FULL: i32 = 2;

let valueBytes: usize = 0;
/** Where the values of a new row stand. */
let initial: usize = 0;
/** Where the key of a row holds the time at which it expires, if it does; and the flag that says that it does not. */
let expiry: i32 = -1;
let expiryFlags: usize = 0;
let expiryNull: u32 = 0;

let table: usize = 0;
let mask: u32 = 0;
let size: u32 = 0;
/** The end of the memory in use, and where the first rows may stand. */
let top: usize = FIXED_END;
let base: usize = 0;
/** What the host has taken since: no rows may stand there. */
let takenFrom: usize = usize.MAX_VALUE;
let takenTo: usize = 0;
/** The current segment: where the next row goes, and where the room for rows ends. */
let segments: u32 = 0;
let next: usize = 0;
let end: usize = 0;
/** Room for another segment. */
let spare: usize = 0;
let spareEnd: usize = 0;
/** The bytes of rows that are free. */
let freed: usize = 0;
/** What {@link merge} has done: the number of rows in its list, and why it has stopped. */
let listed: u32 = 0;
let stopped: i32 = DONE;

/** Begins with an empty table. Returns where the values of new rows are to be placed; 0 if there is no memory. */
export function start(bytes: usize): usize {
  valueBytes = bytes;
  initial = reserve(bytes + 8);
  table = reserve(<usize>SLOTS_MIN << SLOT_BITS);
  mask = SLOTS_MIN - 1;
  base = top;
  return table == 0 ? 0 : initial;
}

/** Sets where keys hold the time of expiry, and the flag that says that there is none. */
export function expireBy(at: i32, flagsAt: usize, flag: u32): void {
  expiry = at;
  expiryFlags = flagsAt;
  expiryNull = flag;
}

/** Takes memory for the host; returns its address, or 0 if there is no more memory. */
export function take(bytes: usize): usize {
  const at = reserve(bytes);
  if (at != 0) {
    takenFrom = min(takenFrom, at);
    takenTo = top;
  }
  return at;
}

/** The number of rows in the table. */
export function count(): u32 {
  return size;
}

/** The bytes of rows that are free to be reused, or too long for that. */
export function freeBytes(): usize {
  return freed;
}

/** The number of segments. */
export function segmentCount(): u32 {
  return segments;
}

/** What the last merge has listed. */
export function listedCount(): u32 {
  return listed;
}

/** Why the last merge has stopped. */
export function stopReason(): i32 {
  return stopped;
}

/** The row of a key, divided by eight; it is added if it is missing. 0 if there is no more memory. */
export function upsert(key: usize, bytes: u32): u32 {
  return <u32>(rowOf(key, bytes) >> 3);
}

function rowOf(key: usize, bytes: u32): usize {
  const hash = hashOf(key, bytes);
  let index = hash & mask;
  let slot = table + (<usize>index << SLOT_BITS);
  for (let row: usize = load<u32>(slot, 4); row != 0; row = load<u32>(slot, 4)) {
    if (load<u32>(slot) == hash && isSame(row, key, bytes)) return row;
    index = (index + 1) & mask;
    slot = table + (<usize>index << SLOT_BITS);
  }
  // At most three quarters of the slots are used.
  if (size + 1 > mask - (mask >> 2)) {
    if (!growTable()) return 0;
    slot = freeSlot(hash);
  }
  const row = allocate(VALUES + valueBytes + bytes);
  if (row == 0) return 0;
  store<u32>(slot, hash);
  store<u32>(slot, <u32>row, 4);
  size++;
  store<f64>(row, 0, MARK);
  store<u32>(row, 0, NEXT);
  store<u32>(row, bytes, KEY_BYTES);
  copy(row + VALUES, initial, valueBytes);
  copy(row + VALUES + valueBytes, key, bytes);
  return row;
}

/** Removes a row from the table. It can still be read until it is freed. */
export function remove(handle: u32): void {
  const row = <usize>handle << 3;
  const hash = hashOf(row + VALUES + valueBytes, load<u32>(row, KEY_BYTES));
  let hole = hash & mask;
  while (load<u32>(table + (<usize>hole << SLOT_BITS), 4) != <u32>row) hole = (hole + 1) & mask;
  // Closes the gap, so that every key is still found from the slot of its hash on.
  let index = hole;
  while (true) {
    index = (index + 1) & mask;
    const slot = table + (<usize>index << SLOT_BITS);
    if (load<u32>(slot, 4) == 0) break;
    const home = load<u32>(slot) & mask;
    if (((index - home) & mask) < ((index - hole) & mask)) continue;
    store<u64>(table + (<usize>hole << SLOT_BITS), load<u64>(slot));
    hole = index;
  }
  store<u64>(table + (<usize>hole << SLOT_BITS), 0);
  size--;
}

/** Frees a row that was removed. */
export function free(handle: u32): void {
  const row = <usize>handle << 3;
  store<f64>(row, FREE, MARK);
  freed += rowBytes(row);
  const list = rowBytes(row) >> 3;
  if (list >= FREE_LISTS) return;
  store<u32>(row, load<u32>(FREE_AT + (list << 2)), NEXT);
  store<u32>(FREE_AT + (list << 2), <u32>row);
}

/** Removes all rows from the table, which keeps its size. They can still be read. */
export function removeAll(): void {
  memory.fill(table, 0, <usize>(mask + 1) << SLOT_BITS);
  size = 0;
}

/** Removes and frees all rows. */
export function clear(): void {
  const tableEnd = table + (<usize>(mask + 1) << SLOT_BITS);
  if (size > 0) removeAll();
  memory.fill(FREE_AT, 0, FREE_LISTS << 2);
  segments = 0;
  freed = 0;
  next = base;
  end = base;
  spare = base;
  spareEnd = max(base, min(table, takenFrom));
  const from = max(base, max(tableEnd, takenTo));
  if (top - from <= spareEnd - spare) return;
  // The larger part comes first, as only one other can be spare.
  openSegment(from, top);
}

/**
 * Merges the rows in `[from, to)`, as far as they are whole: finds or adds the row of each key, and lists both, divided
 * by eight. If `adds` is set, the values are doubles, which are added here, and only rows without the current mark are
 * listed. Stops before a row that expires at or before `until`, if `drops` is set. Returns where it has stopped.
 */
export function merge(from: usize, to: usize, list: usize, current: f64, adds: bool, drops: bool, until: i64): usize {
  const head = VALUES + valueBytes;
  let at = from;
  listed = 0;
  stopped = DONE;
  while (at + head <= to) {
    const bytes = load<u32>(at, KEY_BYTES);
    const key = at + head;
    if (key + bytes > to) break;
    if (drops && expiry >= 0 && (load<u32>(key + expiryFlags) & expiryNull) == 0 && load<i64>(key + expiry) <= until) {
      stopped = LATE;
      break;
    }
    const row = rowOf(key, bytes);
    if (row == 0) {
      stopped = FULL;
      break;
    }
    if (adds) {
      for (let value = VALUES; value < head; value += 8) {
        store<f64>(row + value, load<f64>(row + value) + load<f64>(at + value));
      }
    }
    if (!adds || load<f64>(row, MARK) != current) {
      store<u32>(list + (listed << 3), <u32>(row >> 3));
      store<u32>(list + (listed << 3), <u32>(at >> 3), 4);
      listed++;
    }
    at = key + bytes;
  }
  return at;
}

// @ts-ignore: decorator
@inline
function rowBytes(row: usize): usize {
  return VALUES + valueBytes + load<u32>(row, KEY_BYTES);
}

/** Room for a row; 0 if there is no more memory. */
function allocate(bytes: usize): usize {
  const list = bytes >> 3;
  if (list < FREE_LISTS) {
    const row: usize = load<u32>(FREE_AT + (list << 2));
    if (row != 0) {
      store<u32>(FREE_AT + (list << 2), load<u32>(row, NEXT));
      freed -= bytes;
      return row;
    }
  }
  if (bytes > end - next && !makeRoom(bytes)) return 0;
  const row = next;
  next += bytes;
  store<u32>(SEGMENTS_AT + ((<usize>segments - 1) << 3), <u32>next, 4);
  return row;
}

function makeRoom(bytes: usize): bool {
  if (bytes <= spareEnd - spare && segments < SEGMENTS_MAX) {
    openSegment(spare, spareEnd);
    spare = spareEnd;
    return true;
  }
  const isLast = segments > 0 && end == top;
  if (!isLast && segments == SEGMENTS_MAX) return false;
  const from = reserve(max(bytes, SEGMENT_BYTES_MIN));
  if (from == 0) return false;
  if (isLast) end = top;
  else openSegment(from, top);
  return true;
}

function openSegment(from: usize, to: usize): void {
  store<u32>(SEGMENTS_AT + (<usize>segments << 3), <u32>from);
  store<u32>(SEGMENTS_AT + (<usize>segments << 3), <u32>from, 4);
  segments++;
  next = from;
  end = to;
}

/** Doubles the table. The previous one becomes room for rows. */
function growTable(): bool {
  const oldBytes = <usize>(mask + 1) << SLOT_BITS;
  const larger = reserve(oldBytes << 1);
  if (larger == 0) return false;
  const old = table;
  table = larger;
  mask = (mask << 1) | 1;
  for (let slot = old; slot < old + oldBytes; slot += 8) {
    if (load<u32>(slot, 4) == 0) continue;
    store<u64>(freeSlot(load<u32>(slot)), load<u64>(slot));
  }
  if (old >= base && oldBytes > spareEnd - spare) {
    spare = old;
    spareEnd = old + oldBytes;
  }
  return true;
}

function freeSlot(hash: u32): usize {
  let index = hash & mask;
  while (load<u32>(table + (<usize>index << SLOT_BITS), 4) != 0) index = (index + 1) & mask;
  return table + (<usize>index << SLOT_BITS);
}

/** Takes memory at the top, which is zero; 0 if there is no more. It grows by an eighth, so that it seldom has to. */
function reserve(bytes: usize): usize {
  const from = top;
  const to = <u64>from + <u64>((bytes + 7) & ~7);
  const pages = <u64>memory.size();
  const needed = (to + ((1 << PAGE_BITS) - 1)) >> PAGE_BITS;
  if (needed > pages) {
    if (memory.grow(<i32>max(needed - pages, pages >> 3)) < 0 && memory.grow(<i32>(needed - pages)) < 0) return 0;
    grown();
  }
  top = <usize>to;
  return from;
}

// @ts-ignore: decorator
@inline
function isSame(row: usize, key: usize, bytes: u32): bool {
  if (load<u32>(row, KEY_BYTES) != bytes) return false;
  const other = row + VALUES + valueBytes;
  for (let at: u32 = 0; at < bytes; at += 8) {
    if (load<u64>(other + at) != load<u64>(key + at)) return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 8) store<u64>(to + at, load<u64>(from + at));
}

/** The hash of a key; all of its bits depend on all of the key. */
export function hashOf(key: usize, bytes: u32): u32 {
  let hash: u64 = <u64>bytes * FACTOR;
  for (let at: u32 = 0; at < bytes; at += 8) {
    const product = (hash ^ load<u64>(key + at)) * FACTOR;
    hash = product ^ (product >> 32);
  }
  // A product carries bits only upwards, so its upper half depends on all of them.
  return <u32>((hash * FACTOR) >> 32);
}

/** An odd number without a pattern: 2^64 by the golden ratio. */
const FACTOR: u64 = 0x9e3779b97f4a7c15;
