/**
 * Rows by the time at which they expire. Few times are distinct, as those of windows are: the rows of a time are in its
 * bucket, each linked to the one that was added before it. The buckets are found by a hash table, and the earliest one
 * by a binary heap.
 */
import { mixed } from "./hash_kernel";
import { giveBack, reserve } from "./memory_kernel";
import { expires, MARK, NEXT, REMOVED, rowBytes, timeOf } from "./row_kernel";

// A bucket is its time, and the handle of its last row; a free one has the address of another one there.
const LAST: usize = 8;
const BUCKET_BYTES: usize = 16;
const BUCKETS_MIN: usize = 64;

/** The addresses of buckets by the hash of their time, or zeros; those that collide are in the slots that follow. */
let slots: usize = 0;
let mask: u32 = 0;
/** The addresses of buckets: the time of each is not before that of the one at half its index. */
let heap: usize = 0;
let buckets: u32 = 0;
let firstFree: usize = 0;
/** Room for further buckets. */
let room: usize = 0;
let roomEnd: usize = 0;

/** The rows that {@link collect} has taken out, by handle, linked in their order; how many; and their bytes. */
let first: u32 = 0;
let last: u32 = 0;
let collected: u32 = 0;
let collectedBytes: usize = 0;

/** The number of distinct times. */
export function timeCount(): u32 {
  return buckets;
}

/** The latest time; only if there is one. */
export function latestTime(): i64 {
  let latest: i64 = i64.MIN_VALUE;
  for (let index: u32 = 0; index < buckets; index++) latest = max(latest, load<i64>(bucketAt(index)));
  return latest;
}

/** The handle of the first row that was collected; each is linked to the next one. */
export function firstCollected(): u32 {
  return first;
}

/** The bytes of the rows that were collected. */
export function bytesCollected(): usize {
  return collectedBytes;
}

/** Adds a row, which must not be in it yet. Returns whether there is memory for it. */
export function link(row: usize): bool {
  if (!expires(row)) return true;
  const time = timeOf(row);
  let bucket = find(time);
  if (bucket == 0) {
    bucket = add(time);
    if (bucket == 0) return false;
  }
  store<u32>(row, load<u32>(bucket, LAST), NEXT);
  store<u32>(bucket, <u32>(row >> 3), LAST);
  return true;
}

/** Takes out all rows up to a time, and marks them: earliest first, in the order in which they were added. */
export function collect(until: i64): u32 {
  first = 0;
  last = 0;
  collected = 0;
  collectedBytes = 0;
  while (buckets > 0) {
    const bucket = bucketAt(0);
    if (load<i64>(bucket) > until) break;
    removeEarliest();
    removeSlot(bucket);
    take(load<u32>(bucket, LAST));
    store<u32>(bucket, <u32>firstFree, LAST);
    firstFree = bucket;
  }
  return collected;
}

/** Takes out the rows of a bucket, the last one first, and turns their order. */
function take(lastOfBucket: u32): void {
  let following: u32 = 0;
  for (let handle = lastOfBucket; handle != 0;) {
    const row = <usize>handle << 3;
    const before = load<u32>(row, NEXT);
    store<u32>(row, following, NEXT);
    store<i32>(row, REMOVED, MARK);
    collected++;
    collectedBytes += rowBytes(row);
    following = handle;
    handle = before;
  }
  if (last == 0) first = following;
  else store<u32>(<usize>last << 3, following, NEXT);
  last = lastOfBucket;
}

/** Forgets all rows. */
export function unlinkAll(): void {
  while (buckets > 0) {
    const bucket = bucketAt(--buckets);
    store<u32>(bucket, <u32>firstFree, LAST);
    firstFree = bucket;
  }
  memory.fill(slots, 0, slots == 0 ? 0 : (<usize>mask + 1) << 2);
}

// @ts-ignore: decorator
@inline
function bucketAt(index: u32): usize {
  return load<u32>(heap + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function setBucket(index: u32, bucket: usize): void {
  store<u32>(heap + (<usize>index << 2), <u32>bucket);
}

function find(time: i64): usize {
  if (slots == 0) return 0;
  let index = mixed(<u64>time) & mask;
  for (let bucket = slotOf(index); bucket != 0; bucket = slotOf(index)) {
    if (load<i64>(bucket) == time) return bucket;
    index = (index + 1) & mask;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function slotOf(index: u32): usize {
  return load<u32>(slots + (<usize>index << 2));
}

function add(time: i64): usize {
  if (slots == 0 || buckets + 1 > mask - (mask >> 2)) {
    if (!grow()) return 0;
  }
  const bucket = newBucket();
  if (bucket == 0) return 0;
  store<i64>(bucket, time);
  store<u32>(bucket, 0, LAST);
  setSlot(bucket);
  rise(buckets++, bucket);
  return bucket;
}

function newBucket(): usize {
  if (firstFree != 0) {
    const bucket = firstFree;
    firstFree = load<u32>(bucket, LAST);
    return bucket;
  }
  if (room == roomEnd) {
    // As many as there are, so that the memory is taken in few pieces.
    const bytes = max(BUCKETS_MIN, <usize>buckets) * BUCKET_BYTES;
    room = reserve(bytes);
    if (room == 0) {
      roomEnd = 0;
      return 0;
    }
    roomEnd = room + bytes;
  }
  const bucket = room;
  room += BUCKET_BYTES;
  return bucket;
}

/** Doubles the slots, and the room of the heap. */
function grow(): bool {
  const count: usize = slots == 0 ? 2 * BUCKETS_MIN : (<usize>mask + 1) << 1;
  const newSlots = reserve(count << 2);
  const newHeap = reserve(count << 2);
  if (newSlots == 0 || newHeap == 0) return false;
  memory.copy(newHeap, heap, <usize>buckets << 2);
  if (slots != 0) {
    giveBack(slots, count << 1);
    giveBack(heap, count << 1);
  }
  slots = newSlots;
  heap = newHeap;
  mask = <u32>count - 1;
  for (let index: u32 = 0; index < buckets; index++) setSlot(bucketAt(index));
  return true;
}

function setSlot(bucket: usize): void {
  let index = mixed(load<u64>(bucket)) & mask;
  while (slotOf(index) != 0) index = (index + 1) & mask;
  store<u32>(slots + (<usize>index << 2), <u32>bucket);
}

/** Closes the gap, so that every time is still found from the slot of its hash on. */
function removeSlot(bucket: usize): void {
  let hole = mixed(load<u64>(bucket)) & mask;
  while (slotOf(hole) != bucket) hole = (hole + 1) & mask;
  for (let index = (hole + 1) & mask, other = slotOf(index); other != 0; other = slotOf(index)) {
    const home = mixed(load<u64>(other)) & mask;
    if (((index - home) & mask) >= ((index - hole) & mask)) {
      store<u32>(slots + (<usize>hole << 2), <u32>other);
      hole = index;
    }
    index = (index + 1) & mask;
  }
  store<u32>(slots + (<usize>hole << 2), 0);
}

/** Places a bucket at an index of the heap, or nearer to its top. */
function rise(from: u32, bucket: usize): void {
  let index = from;
  const time = load<i64>(bucket);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (load<i64>(bucketAt(parent)) <= time) break;
    setBucket(index, bucketAt(parent));
    index = parent;
  }
  setBucket(index, bucket);
}

function removeEarliest(): void {
  const bucket = bucketAt(--buckets);
  const time = load<i64>(bucket);
  let index: u32 = 0;
  for (let child: u32 = 1; child < buckets; child = 2 * index + 1) {
    if (child + 1 < buckets && load<i64>(bucketAt(child + 1)) < load<i64>(bucketAt(child))) child++;
    if (time <= load<i64>(bucketAt(child))) break;
    setBucket(index, bucketAt(child));
    index = child;
  }
  setBucket(index, bucket);
}
