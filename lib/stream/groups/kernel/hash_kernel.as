/** Hashes, all of whose bits depend on all of what they are of. */

/** An odd number without a pattern: 2^64 by the golden ratio. */
const FACTOR: u64 = 0x9e3779b97f4a7c15;

/** The hash of a key, whose length is a multiple of eight. */
export function hashOf(key: usize, bytes: u32): u32 {
  let hash: u64 = <u64>bytes * FACTOR;
  for (let at: u32 = 0; at < bytes; at += 8) hash = stepped(hash, load<u64>(key + at));
  return last(hash);
}

/** The hash of a number. */
export function mixed(number: u64): u32 {
  return last(stepped(0, number));
}

/** The hash of a text of any length, and of what belongs to it. */
export function textHashOf(text: usize, bytes: u32, tag: u32): u32 {
  let hash: u64 = <u64>tag * FACTOR;
  let at: u32 = 0;
  for (; at + 8 <= bytes; at += 8) hash = stepped(hash, load<u64>(text + at));
  let rest: u64 = 0;
  for (; at < bytes; at++) rest = (rest << 8) | load<u8>(text + at);
  return last(stepped(hash, rest));
}

// @ts-ignore: decorator
@inline
function stepped(hash: u64, word: u64): u64 {
  const product = (hash ^ word) * FACTOR;
  return product ^ (product >> 32);
}

/** A product carries bits only upwards, so its upper half depends on all of them. */
// @ts-ignore: decorator
@inline
function last(hash: u64): u32 {
  return <u32>((hash * FACTOR) >> 32);
}
