/**
 * The hash table of groups, in AssemblyScript: it finds or adds the row of a key, removes rows, and merges the rows
 * of other tables. `deno task kernel` makes `group_kernel.wasm.ts` of it and of the sources beside it; `group_memory.ts`
 * is its host.
 *
 * A slot of the table is the hash of a key and the address of its row, or zeros; keys that collide are in the slots
 * that follow.
 */
import { collect, firstCollected, link as linkRow, unlinkAll } from "./expiry_kernel";
import { hashOf } from "./hash_kernel";
import { allocate, freeAll, freeRow, giveBack, reserve, segmentCount, segmentFrom, segmentTo } from "./memory_kernel";
import { expires, isWhole, keyAt, keyBytes, layOut, MARK, NEXT, rowBytes, timeOf, VALUES } from "./row_kernel";
import { intern } from "./text_kernel";

export { bytesCollected, firstCollected, latestTime, timeCount } from "./expiry_kernel";
export { freeBytes, reserve as take, segmentCount } from "./memory_kernel";
export { expireBy, keyBytes } from "./row_kernel";
export { addInterned, internedAt, internedCount } from "./text_kernel";
export { hashOf } from "./hash_kernel";

const SLOT_BITS: u32 = 3;
const SLOTS_MIN: u32 = 256;

/** How many rows are looked up together, so that the processor waits for the memory of all of them at once. */
const AHEAD: u32 = 32;
const PENDING_BYTES: usize = 16;

/** Where the values of a new row stand. */
let initial: usize = 0;
let interns: bool = false;
let table: usize = 0;
let mask: u32 = 0;
let size: u32 = 0;
/** The rows that are looked up: the address of each, of its key, the length of that, and its hash. */
let pending: usize = 0;

/** What {@link merge} has done: the rows in its lists, the bytes of those that were added, and if memory was full. */
let listed: u32 = 0;
let late: u32 = 0;
let addedBytes: usize = 0;
let full: bool = false;
/** What was read ahead, so that the compiler does not leave it out. */
let read: u32 = 0;

/** Begins with an empty table. Returns where the values of new rows are to be placed; 0 if there is no memory. */
export function start(values: usize, fixed: usize, texts: usize, textCount: u32, internsTexts: bool): usize {
  layOut(values, fixed, texts, textCount);
  interns = internsTexts;
  initial = reserve(values + 8);
  table = reserve(<usize>SLOTS_MIN << SLOT_BITS);
  pending = reserve(AHEAD * PENDING_BYTES);
  mask = SLOTS_MIN - 1;
  return pending == 0 ? 0 : initial;
}

/** The number of rows in the table. */
export function count(): u32 {
  return size;
}

export function listedCount(): u32 {
  return listed;
}

export function lateCount(): u32 {
  return late;
}

export function bytesAdded(): usize {
  return addedBytes;
}

export function isFull(): bool {
  return full;
}

/** The handle of the row of a key, whose texts may be interned; it is added if it is missing. 0 if there is no memory. */
export function upsert(key: usize): u32 {
  if (interns) intern(key);
  return adopt(key);
}

/** The same for a key whose texts are as in the table. */
export function adopt(key: usize): u32 {
  if (!makeRoom(1)) return 0;
  const bytes = <u32>keyBytes(key);
  return <u32>(rowOf(key, bytes, hashOf(key, bytes)) >> 3);
}

/** Adds a row to those of its time of expiry. Returns whether there is memory for it. */
export function link(handle: u32): bool {
  return linkRow(<usize>handle << 3);
}

/** Removes a row from the table. It can still be read until it is freed. */
export function remove(handle: u32): void {
  removeRow(<usize>handle << 3);
}

/** Frees a row that was removed. */
export function free(handle: u32): void {
  freeRow(<usize>handle << 3);
}

/** Removes the rows that expire up to a time, marks and links them; returns how many. They can be read until freed. */
export function expire(until: i64): u32 {
  const removed = collect(until);
  if (removed > size - removed) {
    addAgain();
    return removed;
  }
  for (let row = <usize>firstCollected() << 3; row != 0; row = <usize>load<u32>(row, NEXT) << 3) removeRow(row);
  return removed;
}

/** Frees the rows that the last call of {@link expire} has removed. */
export function freeExpired(): void {
  for (let row = <usize>firstCollected() << 3; row != 0;) {
    const following = <usize>load<u32>(row, NEXT) << 3;
    freeRow(row);
    row = following;
  }
}

/** Removes and frees all rows. */
export function clear(): void {
  if (size > 0) memory.fill(table, 0, <usize>(mask + 1) << SLOT_BITS);
  size = 0;
  unlinkAll();
  freeAll();
}

/**
 * Merges the rows in `[from, to)`, as far as they are whole: finds or adds the row of each key. If `adds` is set, the
 * values are doubles, which are added; the rows get the mark, and those that did not have it are listed. If not, the
 * host merges the values: all rows are listed, in pairs. Rows that expire at or before `until`, if `drops` is set, are
 * not merged, and are in a list of their own. Lists are of handles. Returns where it has stopped.
 */
export function merge(
  from: usize,
  to: usize,
  adds: bool,
  mark: i32,
  list: usize,
  lateList: usize,
  drops: bool,
  until: i64,
): usize {
  listed = 0;
  late = 0;
  addedBytes = 0;
  full = false;
  let at = from;
  while (true) {
    if (!makeRoom(AHEAD)) {
      full = true;
      break;
    }
    let ahead: u32 = 0;
    let touched: u32 = 0;
    while (ahead < AHEAD && isWhole(at, to)) {
      const row = at;
      at += rowBytes(row);
      if (drops && expires(row) && timeOf(row) <= until) {
        store<u32>(lateList + (late++ << 2), <u32>(row >> 3));
        continue;
      }
      touched ^= lookAhead(row, ahead++);
    }
    if (ahead == 0) break;
    read = touched ^ readAhead(ahead);
    for (let index: u32 = 0; index < ahead; index++) {
      const other = pendingRow(index);
      const row = rowOfPending(index);
      if (row == 0) {
        full = true;
        return at;
      }
      if (!adds) {
        store<u32>(list + (listed << 3), <u32>(row >> 3));
        store<u32>(list + (listed++ << 3), <u32>(other >> 3), 4);
        continue;
      }
      addValues(row, other);
      const known = load<i32>(row, MARK);
      if (known == 0) addedBytes += rowBytes(row);
      if (known == mark) continue;
      if (known == 0 && !linkRow(row)) full = true;
      store<i32>(row, mark, MARK);
      store<u32>(list + (listed++ << 2), <u32>(row >> 3));
    }
  }
  read = 0;
  return at;
}

/**
 * Adds the rows in `[from, to)`, each of which stands for one row of its group: finds or adds that of each key, adds the
 * values, which are doubles, and counts it in its mark. Returns whether there was memory for all.
 */
export function gather(from: usize, to: usize): bool {
  addedBytes = 0;
  for (let at = from; at < to;) {
    if (!makeRoom(AHEAD)) return false;
    let ahead: u32 = 0;
    let touched: u32 = 0;
    while (ahead < AHEAD && at < to) {
      const row = at;
      at += rowBytes(row);
      touched ^= lookAhead(row, ahead++);
    }
    read = touched ^ readAhead(ahead);
    for (let index: u32 = 0; index < ahead; index++) {
      const row = rowOfPending(index);
      if (row == 0) return false;
      addValues(row, pendingRow(index));
      const known = load<i32>(row, MARK);
      if (known == 0) addedBytes += rowBytes(row);
      if (known != i32.MAX_VALUE) store<i32>(row, known + 1, MARK);
    }
  }
  return true;
}

/** Notes a row that is to be looked up. Returns what its slot has, which is thereby read ahead. */
// @ts-ignore: decorator
@inline
function lookAhead(row: usize, index: u32): u32 {
  const key = row + keyAt;
  if (interns) intern(key);
  const bytes = <u32>keyBytes(key);
  const hash = hashOf(key, bytes);
  const look = pending + index * PENDING_BYTES;
  store<u32>(look, <u32>row);
  store<u32>(look, bytes, 4);
  store<u32>(look, hash, 8);
  return load<u32>(slotAt(hash & mask), 4);
}

/** Reads the rows ahead that are in the slots of those that were noted, so many. */
// @ts-ignore: decorator
@inline
function readAhead(count: u32): u32 {
  let touched: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const hash = load<u32>(pending + index * PENDING_BYTES, 8);
    touched ^= load<u32>(load<u32>(slotAt(hash & mask), 4));
  }
  return touched;
}

/** A row that was noted. */
// @ts-ignore: decorator
@inline
function pendingRow(index: u32): usize {
  return load<u32>(pending + index * PENDING_BYTES);
}

/** The row of its key: see {@link rowOf}. */
// @ts-ignore: decorator
@inline
function rowOfPending(index: u32): usize {
  const look = pending + index * PENDING_BYTES;
  return rowOf(pendingRow(index) + keyAt, load<u32>(look, 4), load<u32>(look, 8));
}

// @ts-ignore: decorator
@inline
function addValues(row: usize, other: usize): void {
  for (let value = VALUES; value < keyAt; value += 8) {
    store<f64>(row + value, load<f64>(row + value) + load<f64>(other + value));
  }
}

// @ts-ignore: decorator
@inline
function slotAt(index: u32): usize {
  return table + (<usize>index << SLOT_BITS);
}

/** The row of a key; it is added if it is missing, for which there has to be a free slot. 0 if there is no memory. */
function rowOf(key: usize, bytes: u32, hash: u32): usize {
  let index = hash & mask;
  let slot = slotAt(index);
  for (let row: usize = load<u32>(slot, 4); row != 0; row = load<u32>(slot, 4)) {
    if (load<u32>(slot) == hash && isSame(row + keyAt, key, bytes)) return row;
    index = (index + 1) & mask;
    slot = slotAt(index);
  }
  const row = allocate(keyAt + bytes);
  if (row == 0) return 0;
  store<u32>(slot, hash);
  store<u32>(slot, <u32>row, 4);
  size++;
  store<u64>(row, 0);
  copy(row + VALUES, initial, keyAt - VALUES);
  copy(row + keyAt, key, bytes);
  return row;
}

function removeRow(row: usize): void {
  const key = row + keyAt;
  let hole = hashOf(key, <u32>keyBytes(key)) & mask;
  while (load<u32>(slotAt(hole), 4) != <u32>row) hole = (hole + 1) & mask;
  // Closes the gap, so that every key is still found from the slot of its hash on.
  let index = hole;
  while (true) {
    index = (index + 1) & mask;
    const slot = slotAt(index);
    if (load<u32>(slot, 4) == 0) break;
    const home = load<u32>(slot) & mask;
    if (((index - home) & mask) < ((index - hole) & mask)) continue;
    store<u64>(slotAt(hole), load<u64>(slot));
    hole = index;
  }
  store<u64>(slotAt(hole), 0);
  size--;
}

/** Fills the table anew with the rows that are left: most were removed. */
function addAgain(): void {
  memory.fill(table, 0, <usize>(mask + 1) << SLOT_BITS);
  size = 0;
  for (let segment: u32 = 0; segment < segmentCount(); segment++) {
    const to = segmentTo(segment);
    for (let row = segmentFrom(segment); row < to; row += rowBytes(row)) {
      if (load<i32>(row, MARK) < 0) continue;
      const key = row + keyAt;
      const hash = hashOf(key, <u32>keyBytes(key));
      store<u64>(freeSlot(hash), (<u64>row << 32) | <u64>hash);
      size++;
    }
  }
}

/** Makes room for so many further rows: at most three quarters of the slots are used. */
function makeRoom(rows: u32): bool {
  while (size + rows > mask - (mask >> 2)) {
    if (!growTable()) return false;
  }
  return true;
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
    if (load<u32>(slot, 4) != 0) store<u64>(freeSlot(load<u32>(slot)), load<u64>(slot));
  }
  giveBack(old, oldBytes);
  return true;
}

function freeSlot(hash: u32): usize {
  let index = hash & mask;
  while (load<u32>(slotAt(index), 4) != 0) index = (index + 1) & mask;
  return slotAt(index);
}

/** Equal keys have equal words for their texts, and so the same length. */
// @ts-ignore: decorator
@inline
function isSame(left: usize, right: usize, bytes: u32): bool {
  for (let at: u32 = 0; at < bytes; at += 8) {
    if (load<u64>(left + at) != load<u64>(right + at)) return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 8) store<u64>(to + at, load<u64>(from + at));
}
