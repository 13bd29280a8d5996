/** The arithmetic operators, and the functions that return NULL where they fail. */
import { SfcrimeError } from "../../../base/errors.ts";
import { type DataType, typeName, type Value } from "../../../records/data_type.ts";
import { BITS, fit, requireDivisor } from "../../values/fit.ts";
import { chainable, type Implementation, type Step, strict } from "../implementation.ts";
import { decimalOperator, isOfDecimals } from "./decimal_functions.ts";

type WholeOperator = (left: bigint, right: bigint) => bigint;
type FloatingOperator = (left: number, right: number) => number;

/** Integer arithmetic is exact and fails on overflow; floating-point arithmetic follows IEEE 754. */
function arithmetic(whole: WholeOperator, floating: FloatingOperator): Implementation {
  return (args, call, zone) => {
    if (isOfDecimals(call)) return decimalOperator(args, call, zone);
    const compute = operatorOf(call.type, whole, floating);
    return chainable(compute)(args, call, zone);
  };
}

function operatorOf(type: DataType, whole: WholeOperator, floating: FloatingOperator): Step {
  const bits = BITS[typeName(type)];
  if (bits === undefined) {
    const round = type === "FLOAT" ? Math.fround : (value: number) => value;
    return (left, right) => round(floating(left as number, right as number));
  }
  return (left, right) => fit(whole(BigInt(left as number), BigInt(right as number)), type, bits);
}

/** An operator of {@link OPERATORS} that returns NULL where it fails; its arguments still may. */
function tried(name: string): Implementation {
  return (args, call, zone) => {
    const values = call.args.map((_arg, index) => (row: readonly Value[]) => row[index]!);
    const compute = OPERATORS[name]!(values, { ...call, name }, zone);
    return (row) => {
      const known = args.map((arg) => arg(row));
      try {
        return compute(known);
      } catch (error) {
        if (error instanceof SfcrimeError && error.code === "QUERY_FAILED") return null;
        throw error;
      }
    };
  };
}

const OPERATORS: Readonly<Record<string, Implementation>> = {
  "+": arithmetic((left, right) => left + right, (left, right) => left + right),
  "-": arithmetic((left, right) => left - right, (left, right) => left - right),
  "*": arithmetic((left, right) => left * right, (left, right) => left * right),
  "/": arithmetic(
    (left, right) => left / requireDivisor(right, 0n),
    (left, right) => left / requireDivisor(right, 0),
  ),
  "%": arithmetic(
    (left, right) => left % requireDivisor(right, 0n),
    (left, right) => left % requireDivisor(right, 0),
  ),
  DIV: arithmetic(
    (left, right) => left / requireDivisor(right, 0n),
    (left, right) => Math.trunc(left / requireDivisor(right, 0)),
  ),
  negative: (args, call, zone) => {
    const bits = BITS[typeName(call.type)];
    if (bits === undefined) return strict((value: number) => -value)(args, call, zone);
    return strict((value: number | bigint) => fit(-BigInt(value), call.type, bits))(args, call, zone);
  },
};

/** By their name in plans. */
export const ARITHMETIC_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  ...OPERATORS,
  try_add: tried("+"),
  try_subtract: tried("-"),
  try_multiply: tried("*"),
  try_divide: tried("/"),
  try_mod: tried("%"),
};
