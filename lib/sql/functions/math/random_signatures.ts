/**
 * Functions whose values are drawn at random. Their first argument is the seed of the row, which the analysis adds. One
 * that is written is checked, and has no effect: on streams Spark replaces it by another one in each batch.
 */
import { type DataType, typeName } from "../../../records/data_type.ts";
import type { Expression } from "../../plan.ts";
import { castTo, commonType, isDecimal, isFloating, isIntegral, isNumeric } from "../coercion.ts";
import { argument, call, Refusal, requireCount, type Signature } from "../signature.ts";

/** Makes a call from its seed and its other arguments. */
type DrawnSignature = (seed: Expression, args: readonly Expression[]) => Expression;

/** A signature with a written seed as its last argument. */
function drawn(least: number, signature: DrawnSignature): Signature {
  return ([seed, ...args]) => {
    requireCount(args, least, least + 1);
    if (args[least] !== undefined) requireSeed(args[least], least);
    return signature(seed!, args.slice(0, least));
  };
}

function requireSeed(arg: Expression, index: number): void {
  requireConstant(arg, index);
  const { type } = arg;
  if (type === "INT" || type === "BIGINT" || type === "VOID") return;
  throw new Refusal(`requires INT or BIGINT for argument ${index + 1}, the seed, but got ${typeName(type)}`);
}

function requireConstant(arg: Expression, index: number): void {
  if (arg.kind !== "literal") throw new Refusal(`requires a constant for argument ${index + 1}`);
}

function randstr(seed: Expression, [length]: readonly Expression[]): Expression {
  requireConstant(length!, 0);
  const zero: Expression = { kind: "literal", value: 0, type: "INT" };
  const count = call("coalesce", [argument(length!, "INT", 0), zero], "INT");
  return call("randstr", [seed, count], "STRING");
}

function uniform(seed: Expression, bounds: readonly Expression[]): Expression {
  bounds.forEach((bound, index) => {
    requireConstant(bound, index);
    if (isNumeric(bound.type)) return;
    throw new Refusal(`requires a number for argument ${index + 1}, but got ${typeName(bound.type)}`);
  });
  const [min, max] = bounds as [Expression, Expression];
  const value = call("uniform", [seed, castTo(min, "DOUBLE"), castTo(max, "DOUBLE")], "DOUBLE");
  return castTo(value, uniformType(min.type, max.type));
}

/** A DECIMAL has the digits of that of the bounds which has more; an integer beside it does not count. */
function uniformType(min: DataType, max: DataType): DataType {
  if (isFloating(min) || isFloating(max)) return min === "DOUBLE" || max === "DOUBLE" ? "DOUBLE" : "FLOAT";
  if (isIntegral(min) && isIntegral(max)) return commonType(min, max)!;
  if (!isDecimal(min)) return max;
  return isDecimal(max) && max.precision >= min.precision ? max : min;
}

function shuffle(seed: Expression, [list]: readonly Expression[]): Expression {
  const type: DataType = list!.type === "VOID" ? { kind: "ARRAY", element: "VOID" } : list!.type;
  if (typeof type === "string" || type.kind !== "ARRAY") {
    throw new Refusal(`requires an ARRAY for argument 1, but got ${typeName(type)}`);
  }
  return call("shuffle", [seed, castTo(list!, type)], type);
}

/** By name in lower case. */
export const RANDOM_FUNCTIONS: Readonly<Record<string, Signature>> = {
  rand: drawn(0, (seed) => call("rand", [seed], "DOUBLE")),
  randn: drawn(0, (seed) => call("randn", [seed], "DOUBLE")),
  uniform: drawn(2, uniform),
  randstr: drawn(1, randstr),
  uuid: drawn(0, (seed) => call("uuid", [seed], "STRING")),
  shuffle: drawn(1, shuffle),
};
