/**
 * Chooses the partition of a record by the hash of its key, as the default partitioners of Java and kafkajs
 * do, so that a key is always in the same partition, whichever client wrote it. Records without a key are
 * distributed round-robin.
 */

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/**
 * MurmurHash2 with Kafka's seed, as a signed 32-bit number.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(murmur2(new TextEncoder().encode("21")), -973932308);
 * ```
 */
export function murmur2(bytes: Uint8Array): number {
  let hash = SEED ^ bytes.length;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    let word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> 24;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  const left = bytes.length - at;
  if (left >= 3) hash ^= bytes[at + 2]! << 16;
  if (left >= 2) hash ^= bytes[at + 1]! << 8;
  if (left >= 1) hash = Math.imul(hash ^ bytes[at]!, MULTIPLIER);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return hash ^ (hash >>> 15);
}

/** See the module's description. */
export class Partitioner {
  readonly #partitionCount: number;
  #turn = 0;

  constructor(partitionCount: number) {
    this.#partitionCount = partitionCount;
  }

  /** The partition of the next record without a key. */
  get turn(): number {
    return this.#turn;
  }

  /** Goes on by so many records without a key. */
  advance(records: number): void {
    this.#turn = (this.#turn + records) % this.#partitionCount;
  }

  /** The partition of a record. */
  of(key: Uint8Array | null): number {
    if (key !== null) return (murmur2(key) & 0x7fffffff) % this.#partitionCount;
    const { turn } = this;
    this.advance(1);
    return turn;
  }
}

/** A partitioner for a number of partitions. */
export function keyPartitioner(partitionCount: number): (key: Uint8Array | null) => number {
  const partitioner = new Partitioner(partitionCount);
  return (key) => partitioner.of(key);
}
