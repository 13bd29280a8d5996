/**
 * Places a block of records in partitions and encodes them for record batches, many in one call, in AssemblyScript.
 * `deno task kernel` makes `encode_kernel.wasm.ts` of it; `block_encoder.ts` is its host.
 *
 * All tables lie where the host has put them. Behind each there are 32 bytes more, so that a load or store may reach
 * behind the end.
 */

// An entry of the block: where the value and the key stand; the partition, and the next record of that.
const ENTRY_BYTES: i32 = 32;
const VALUE: usize = 0;
const VALUE_BYTES: usize = 4;
const KEY: usize = 8;
const KEY_BYTES: usize = 12;
const PARTITION: usize = 24;
const NEXT: usize = 28;
const NO_KEY: i32 = -1;

// A partition: its first record in the block or NONE, and the number and bytes of all.
const PARTITION_BYTES: i32 = 16;
const FIRST: usize = 0;
const COUNT: usize = 4;
const BYTES: usize = 8;
const NONE: i32 = -1;

// MurmurHash2 with Kafka's seed.
const SEED: i32 = 0x9747b28c;
const MULTIPLIER: i32 = 0x5bd1e995;

/** The number of records without a key in the block that was placed last. */
export let keyless: i32 = 0;

/** Leaves all partitions without records. */
export function prepare(partitions: i32, partitionCount: i32): void {
  for (let partition = 0; partition < partitionCount; partition++) empty(partitions, partition);
}

/** Leaves the listed partitions without records. */
export function clear(partitions: i32, list: i32, listed: i32): void {
  for (let index = 0; index < listed; index++) empty(partitions, load<i32>(list + 4 * index));
}

function empty(partitions: i32, partition: i32): void {
  const entry = partitions + partition * PARTITION_BYTES;
  store<i32>(entry, NONE, FIRST);
  store<i32>(entry, 0, COUNT);
  store<i32>(entry, 0, BYTES);
}

/**
 * Chooses the partition of each record: by its key, or else in turn. Lists the partitions that have any, and gives
 * their number.
 */
export function place(
  block: i32,
  count: i32,
  partitions: i32,
  partitionCount: i32,
  turn: i32,
  list: i32,
): i32 {
  keyless = 0;
  for (let index = 0; index < count; index++) {
    const entry = block + index * ENTRY_BYTES;
    const bytes = load<i32>(entry, KEY_BYTES);
    const partition = bytes == NO_KEY
      ? (turn + keyless++) % partitionCount
      : (murmur2(load<i32>(entry, KEY), bytes) & 0x7fffffff) % partitionCount;
    store<i32>(entry, partition, PARTITION);
  }
  let listed = 0;
  for (let index = count - 1; index >= 0; index--) {
    const entry = block + index * ENTRY_BYTES;
    const number = load<i32>(entry, PARTITION);
    const partition = partitions + number * PARTITION_BYTES;
    const first = load<i32>(partition, FIRST);
    if (first == NONE) store<i32>(list + 4 * listed++, number);
    store<i32>(entry, first, NEXT);
    store<i32>(partition, index, FIRST);
    store<i32>(partition, load<i32>(partition, COUNT) + 1, COUNT);
    const bytes = load<i32>(entry, VALUE_BYTES) + max(0, load<i32>(entry, KEY_BYTES));
    store<i32>(partition, load<i32>(partition, BYTES) + bytes, BYTES);
  }
  return listed;
}

function murmur2(key: i32, bytes: i32): i32 {
  let hash = SEED ^ bytes;
  let at = key;
  for (const end = key + (bytes & ~3); at < end; at += 4) {
    let word = load<i32>(at) * MULTIPLIER;
    word ^= word >>> 24;
    hash = hash * MULTIPLIER ^ word * MULTIPLIER;
  }
  const left = bytes & 3;
  if (left >= 3) hash ^= <i32>load<u8>(at, 2) << 16;
  if (left >= 2) hash ^= <i32>load<u8>(at, 1) << 8;
  if (left >= 1) hash = (hash ^ <i32>load<u8>(at)) * MULTIPLIER;
  hash ^= hash >>> 13;
  hash *= MULTIPLIER;
  return hash ^ (hash >>> 15);
}

/** Writes the records of a list, as they stand in a batch; gives where they end. */
export function encode(block: i32, first: i32, offsetDelta: i32, timestampDelta: f64, out: i32): i32 {
  const timestamp = <i64>timestampDelta;
  const zigzag: u64 = (timestamp << 1) ^ (timestamp >> 63);
  const timestampBytes = varintBytes(zigzag);
  let at = out;
  let offset = offsetDelta;
  for (let index = first; index != NONE;) {
    const entry = block + index * ENTRY_BYTES;
    const keyBytes = load<i32>(entry, KEY_BYTES);
    const valueBytes = load<i32>(entry, VALUE_BYTES);
    // Attributes and the number of headers have a byte each.
    const bytes = 2 + timestampBytes + varintBytes(offset << 1) + fieldBytes(keyBytes) + fieldBytes(valueBytes);
    at = varint(at, bytes << 1);
    store<u8>(at++, 0);
    at = varint(at, zigzag);
    at = varint(at, offset << 1);
    if (keyBytes == NO_KEY) store<u8>(at++, 1);
    else at = field(at, load<i32>(entry, KEY), keyBytes);
    at = field(at, load<i32>(entry, VALUE), valueBytes);
    store<u8>(at++, 0);
    offset++;
    index = load<i32>(entry, NEXT);
  }
  return at;
}

function fieldBytes(bytes: i32): i32 {
  return bytes == NO_KEY ? 1 : varintBytes(bytes << 1) + bytes;
}

// @ts-ignore: decorator
@inline
function field(at: i32, content: i32, bytes: i32): i32 {
  const to = varint(at, bytes << 1);
  for (let copied = 0; copied < bytes; copied += 16) v128.store(to + copied, v128.load(content + copied));
  return to + bytes;
}

// @ts-ignore: decorator
@inline
function varintBytes(value: u64): i32 {
  return value < 0x80 ? 1 : (70 - <i32>clz(value)) / 7;
}

// @ts-ignore: decorator
@inline
function varint(to: i32, value: u64): i32 {
  let at = to;
  for (; value >= 0x80; value >>= 7) store<u8>(at++, <u8>value | 0x80);
  store<u8>(at++, <u8>value);
  return at;
}
