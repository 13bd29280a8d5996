/**
 * The memory of a table: what its parts take from it, and the rows, which stand one after the other in segments and
 * never move. Rows that are free are reused by others of the same length.
 */
import { FREE, MARK, NEXT, rowBytes } from "./row_kernel";

/** Called when the memory has grown: the views of the host are no longer valid. */
@external("host", "grown")
declare function grown(): void;

const PAGE_BITS: u32 = 16;

/** By the length of rows divided by eight: the first free row; longer ones are not reused. */
const FREE_AT: usize = 64;
const FREE_LISTS: u32 = 512;

/** The segments: where each begins, where its last row ends, and where it ends. */
const SEGMENTS_AT: usize = 2_112;
const SEGMENT_BITS: u32 = 4;
const SEGMENTS_MAX: u32 = 128;
const SEGMENT_BYTES_MIN: usize = 16_384;
const FIXED_END: usize = 4_160;

/** The end of the memory in use. */
let top: usize = FIXED_END;
let segments: u32 = 0;
/** The segment that rows are added to; where the next one goes, and where its room ends. */
let current: u32 = 0;
let next: usize = 0;
let end: usize = 0;
/** Room for another segment. */
let spare: usize = 0;
let spareEnd: usize = 0;
/** The bytes of rows that are free. */
let freed: usize = 0;

/** Takes memory at the top, which is zero; 0 if there is no more. It grows by an eighth, so that it seldom has to. */
export function reserve(bytes: usize): usize {
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

/** Gives back memory that was reserved: it becomes room for rows, if it is larger than what there is of that. */
export function giveBack(from: usize, bytes: usize): void {
  if (bytes <= spareEnd - spare) return;
  spare = from;
  spareEnd = from + bytes;
}

/** The bytes of rows that are free to be reused, or too long for that. */
export function freeBytes(): usize {
  return freed;
}

/** The number of segments. */
export function segmentCount(): u32 {
  return segments;
}

// @ts-ignore: decorator
@inline
function segmentAt(segment: u32): usize {
  return SEGMENTS_AT + (<usize>segment << SEGMENT_BITS);
}

// @ts-ignore: decorator
@inline
export function segmentFrom(segment: u32): usize {
  return load<u32>(segmentAt(segment));
}

// @ts-ignore: decorator
@inline
export function segmentTo(segment: u32): usize {
  return load<u32>(segmentAt(segment), 4);
}

/** Room for a row; 0 if there is no more memory. */
export function allocate(bytes: usize): usize {
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
  store<u32>(segmentAt(current), <u32>next, 4);
  return row;
}

/** Frees a row. */
export function freeRow(row: usize): void {
  const bytes = rowBytes(row);
  store<i32>(row, FREE, MARK);
  freed += bytes;
  const list = bytes >> 3;
  if (list >= FREE_LISTS) return;
  store<u32>(row, load<u32>(FREE_AT + (list << 2)), NEXT);
  store<u32>(FREE_AT + (list << 2), <u32>row);
}

/** Frees all rows at once; their memory is used again in the same order. */
export function freeAll(): void {
  memory.fill(FREE_AT, 0, FREE_LISTS << 2);
  freed = 0;
  for (let segment: u32 = 0; segment < segments; segment++) {
    store<u32>(segmentAt(segment), <u32>segmentFrom(segment), 4);
  }
  if (segments > 0) use(0);
}

function makeRoom(bytes: usize): bool {
  while (current + 1 < segments) {
    use(current + 1);
    if (bytes <= end - next) return true;
  }
  if (bytes <= spareEnd - spare && segments < SEGMENTS_MAX) {
    addSegment(spare, spareEnd);
    spare = spareEnd;
    return true;
  }
  const isLast = segments > 0 && end == top;
  if (!isLast && segments == SEGMENTS_MAX) return false;
  const from = reserve(max(bytes, SEGMENT_BYTES_MIN));
  if (from == 0) return false;
  if (!isLast) {
    addSegment(from, top);
    return true;
  }
  end = top;
  store<u32>(segmentAt(current), <u32>end, 8);
  return true;
}

function addSegment(from: usize, to: usize): void {
  const at = segmentAt(segments);
  store<u32>(at, <u32>from);
  store<u32>(at, <u32>from, 4);
  store<u32>(at, <u32>to, 8);
  use(segments++);
}

/** Adds rows to a segment from now on. */
function use(segment: u32): void {
  current = segment;
  next = segmentTo(segment);
  end = load<u32>(segmentAt(segment), 8);
}
