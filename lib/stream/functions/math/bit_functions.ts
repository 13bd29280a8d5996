/** The functions and operators on the bits of integers. */
import { SfcrimeError } from "../../../base/errors.ts";
import { typeName, type Value } from "../../../records/data_type.ts";
import { BITS } from "../../values/fit.ts";
import { type Implementation, strict } from "../implementation.ts";

/** An operator on 32 bits, and the same on 64 bits; smaller integers are widened. */
function bitwise(
  small: (left: number, right: number) => number,
  big: (left: bigint, right: bigint) => bigint,
): Implementation {
  return (args, call, zone) =>
    call.type === "BIGINT" ? strict(big)(args, call, zone) : strict(small)(args, call, zone);
}

/** A shift, by the lowest bits of its second argument, as in Java. */
function shift(
  small: (value: number, bits: number) => number,
  big: (value: bigint, bits: bigint) => bigint,
): Implementation {
  return (args, call, zone) =>
    call.type === "BIGINT"
      ? strict((value: bigint, bits: number) => BigInt.asIntN(64, big(value, BigInt(bits & 63))))(
        args,
        call,
        zone,
      )
      : strict(small)(args, call, zone);
}

function countOfOnes(value: number | bigint): number {
  let count = 0;
  for (let rest = BigInt.asUintN(64, BigInt(value)); rest > 0n; rest &= rest - 1n) count++;
  return count;
}

const bitGet: Implementation = (args, call, zone) => {
  const bits = BITS[typeName(call.args[0]!.type)]!;
  return strict((value: number | bigint, position: number): Value => {
    if (position < 0 || position >= bits) {
      throw new SfcrimeError(
        "QUERY_FAILED",
        `bit_get: the position ${position} is out of range; it must be from 0 to ${bits - 1}.`,
      );
    }
    return Number((BigInt(value) >> BigInt(position)) & 1n);
  })(args, call, zone);
};

/** By their name in plans. */
export const BIT_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  "&": bitwise((left, right) => left & right, (left, right) => left & right),
  "|": bitwise((left, right) => left | right, (left, right) => left | right),
  "^": bitwise((left, right) => left ^ right, (left, right) => left ^ right),
  "~": strict((value: number | bigint) => typeof value === "bigint" ? ~value : ~value),
  shiftleft: shift((value, bits) => value << bits, (value, bits) => value << bits),
  shiftright: shift((value, bits) => value >> bits, (value, bits) => value >> bits),
  shiftrightunsigned: shift(
    (value, bits) => (value >>> bits) | 0,
    (value, bits) => BigInt.asUintN(64, value) >> bits,
  ),
  bit_count: strict(countOfOnes),
  bit_get: bitGet,
};
