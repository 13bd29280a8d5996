/**
 * CRC-32C, sixteen bytes at once, in AssemblyScript: WebAssembly has no instruction for it, but its shuffles look up
 * sixteen entries of a small table at a time. `deno task kernel` makes `crc32c_kernel.wasm.ts` of it; `crc32c.ts` is
 * its host.
 *
 * The usual method with a table replaces a byte by its entry, four bytes that are added (exclusive or) to the next
 * four of the message. They may as well be added to four bytes that are further on, if the entry is advanced by the
 * zeros in between. Here they are added 64 bytes further on, for sixteen bytes of the message with each step: the
 * first bytes of their entries, then the second ones at the next positions, and so on. An entry is the sum of those
 * for both halves of the byte, so that each is in a table of sixteen. The last bytes are read one by one.
 *
 * The memory starts with the tables; the bytes that are read are overwritten.
 */

const POLYNOMIAL: u32 = 0x82f63b78;

/** The entries of all bytes, 256 words. */
const TABLE: i32 = 0;
/** The entries of the lower halves, advanced: their first bytes, the second ones, and so on. */
const LOWER: i32 = 1_024;
const UPPER: i32 = 1_088;

/** How much further on an entry is added. */
const DISTANCE: i32 = 64;

/** Fills the tables. */
export function prepare(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
    store<u32>(TABLE + (byte << 2), crc);
  }
  for (let half: u32 = 0; half < 16; half++) {
    fill(LOWER + half, advanced(half));
    fill(UPPER + half, advanced(half << 4));
  }
}

function advanced(byte: u32): u32 {
  let crc = byte;
  for (let step = 0; step < DISTANCE; step++) crc = next(crc);
  return crc;
}

function fill(at: i32, entry: u32): void {
  for (let index = 0; index < 4; index++) store<u8>(at + 16 * index, <u8>(entry >> (8 * index)));
}

// @ts-ignore: decorator
@inline
function next(crc: u32): u32 {
  return load<u32>(TABLE + ((crc & 0xff) << 2)) ^ (crc >> 8);
}

/** Continues a checksum with the bytes in `[start, end)`. */
export function update(state: u32, start: i32, end: i32): u32 {
  let crc = state;
  let at = start;
  if (end - start >= 2 * DISTANCE) {
    // The checksum so far is added to the next four bytes.
    store<u32>(at, load<u32>(at) ^ crc);
    crc = 0;
    at = addEntries(at, end);
  }
  for (; at < end; at++) crc = next(crc ^ load<u8>(at));
  return crc;
}

/** Adds the entries of as many bytes as possible further on; gives where it has stopped. */
function addEntries(start: i32, end: i32): i32 {
  const lower0 = v128.load(LOWER);
  const lower1 = v128.load(LOWER + 16);
  const lower2 = v128.load(LOWER + 32);
  const lower3 = v128.load(LOWER + 48);
  const upper0 = v128.load(UPPER);
  const upper1 = v128.load(UPPER + 16);
  const upper2 = v128.load(UPPER + 32);
  const upper3 = v128.load(UPPER + 48);
  const halfByte = i8x16.splat(0x0f);
  const zero = i8x16.splat(0);
  // What the bytes before have for the positions from here on.
  let before1 = zero;
  let before2 = zero;
  let before3 = zero;
  let at = start;
  for (const last = end - DISTANCE - 32; at <= last; at += 16) {
    const bytes = v128.load(at);
    const lower = v128.and(bytes, halfByte);
    const upper = v128.and(i16x8.shr_u(bytes, 4), halfByte);
    // An index is below sixteen, so all processors look up the same.
    const first = v128.xor(i8x16.relaxed_swizzle(lower0, lower), i8x16.relaxed_swizzle(upper0, upper));
    const second = v128.xor(i8x16.relaxed_swizzle(lower1, lower), i8x16.relaxed_swizzle(upper1, upper));
    const third = v128.xor(i8x16.relaxed_swizzle(lower2, lower), i8x16.relaxed_swizzle(upper2, upper));
    const fourth = v128.xor(i8x16.relaxed_swizzle(lower3, lower), i8x16.relaxed_swizzle(upper3, upper));
    add(at + DISTANCE, v128.xor(first, shifted(before1, second, before2, third, before3, fourth)));
    before1 = second;
    before2 = third;
    before3 = fourth;
  }
  add(at + DISTANCE, shifted(before1, zero, before2, zero, before3, zero));
  return at;
}

// @ts-ignore: decorator
@inline
function add(at: i32, bytes: v128): void {
  v128.store(at, v128.xor(v128.load(at), bytes));
}

/** The second, third and fourth bytes of entries, by one, two and three positions further on. */
// @ts-ignore: decorator
@inline
function shifted(before1: v128, second: v128, before2: v128, third: v128, before3: v128, fourth: v128): v128 {
  return v128.xor(
    i8x16.shuffle(before1, second, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30),
    v128.xor(
      i8x16.shuffle(before2, third, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29),
      i8x16.shuffle(before3, fourth, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28),
    ),
  );
}
