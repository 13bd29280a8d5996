/**
 * `approx_count_distinct`: HyperLogLog++ with 512 registers, as for Spark's default error of 5 %, and with
 * Spark's hash. So the estimate is the same as in Spark, not just as good.
 *
 * A buffer is NULL at first, then a short unordered list of `register * 64 + rank`, and all registers once
 * that list becomes long: most groups have few values.
 */
import type { DataType } from "../../records/data_type.ts";
import type { Accumulator } from "./accumulator.ts";
import { BIASES, RAW_ESTIMATES } from "./hll_bias.ts";
import { hashOf } from "../values/hash/value_hash.ts";
import { XX_HASH } from "../values/hash/xx_hash.ts";

const INDEX_BITS = 9;
const REGISTERS = 2 ** INDEX_BITS;
const RANKS = 64;
const LISTED_MAX = 64;
const SEED = 42n;
/** Up to here, linear counting of empty registers is more precise. */
const LINEAR_MAX = 400;
const ALPHA = (0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS;
const NEIGHBOURS = 6;

const TYPES: readonly DataType[] = [{ kind: "ARRAY", element: "INT" }];

/** The aggregate over a slot of the stage row. */
export function approxCountDistinct(slot: number, type: DataType): Accumulator {
  const hash = hashOf(type, XX_HASH);
  return {
    types: TYPES,
    initial: [null],
    update: (buffer, at, row) => {
      const value = row[slot]!;
      if (value === null) return;
      const bits = hash(value, SEED);
      buffer[at] = raise(
        buffer[at] as number[] | null,
        Number(bits >> BigInt(64 - INDEX_BITS)),
        rankOf(bits),
      );
    },
    merge: (buffer, at, other) => {
      const values = other[at] as readonly number[] | null;
      if (values === null) return;
      let registers = buffer[at] as number[] | null;
      values.forEach((value, index) => {
        if (values.length < REGISTERS) {
          registers = raise(registers, Math.floor(value / RANKS), value % RANKS);
        } else if (value > 0) registers = raise(registers, index, value);
      });
      buffer[at] = registers;
    },
    result: (buffer, at) => BigInt(Math.round(estimate(buffer[at] as readonly number[] | null))),
  };
}

/** One more than the number of leading zeros after the bits of the register index. */
function rankOf(hash: bigint): number {
  const rest = BigInt.asUintN(64, hash << BigInt(INDEX_BITS)) | (1n << BigInt(INDEX_BITS - 1));
  const high = Number(rest >> 32n);
  return (high !== 0 ? Math.clz32(high) : 32 + Math.clz32(Number(rest & 0xffffffffn))) + 1;
}

/** Raises a register to a rank, in place if possible. */
function raise(registers: number[] | null, index: number, rank: number): number[] {
  if (registers === null) return [index * RANKS + rank];
  if (registers.length === REGISTERS) {
    if (registers[index]! < rank) registers[index] = rank;
    return registers;
  }
  const known = registers.findIndex((value) => Math.floor(value / RANKS) === index);
  if (known >= 0) {
    registers[known] = Math.max(registers[known]!, index * RANKS + rank);
    return registers;
  }
  registers.push(index * RANKS + rank);
  return registers.length <= LISTED_MAX ? registers : spread(registers);
}

/** Expands a list of non-empty registers to all registers. */
function spread(listed: readonly number[]): number[] {
  const registers = new Array<number>(REGISTERS).fill(0);
  for (const value of listed) registers[Math.floor(value / RANKS)] = value % RANKS;
  return registers;
}

function estimate(buffer: readonly number[] | null): number {
  const registers = buffer?.length === REGISTERS ? buffer : spread(buffer ?? []);
  let empty = 0;
  let inverse = 0;
  for (const rank of registers) {
    if (rank === 0) empty++;
    inverse += 2 ** -rank;
  }
  const raw = ALPHA / inverse;
  if (empty > 0) {
    const linear = REGISTERS * Math.log(REGISTERS / empty);
    if (linear <= LINEAR_MAX || raw <= 2.5 * REGISTERS) return linear;
  }
  return raw < 5 * REGISTERS ? raw - biasOf(raw) : raw;
}

/** The mean bias of the nearest estimates. */
function biasOf(raw: number): number {
  const distance = (index: number) => (raw - RAW_ESTIMATES[index]!) ** 2;
  const count = RAW_ESTIMATES.length;
  const found = RAW_ESTIMATES.findIndex((known) => known >= raw);
  let low = Math.max((found < 0 ? count : found) - NEIGHBOURS + 1, 0);
  let high = Math.min(low + NEIGHBOURS, count);
  while (high < count && distance(high) < distance(low)) {
    low++;
    high++;
  }
  return BIASES.slice(low, high).reduce((sum, bias) => sum + bias, 0) / (high - low);
}
