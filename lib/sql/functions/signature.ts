/** Signatures of functions, and how calls are checked. */
import { type DataType, typeName } from "../../records/data_type.ts";
import { isSqlInterval } from "../../records/types/interval_types.ts";
import { canCast, castTo, commonType, isNested, isNumeric, isTime } from "./coercion.ts";
import type { Expression } from "../plan.ts";

/** Why a call is invalid, as the end of a sentence that begins with the name of the function. */
export class Refusal extends Error {}

/** Makes a typed call from resolved arguments. @throws {Refusal} */
export type Signature = (args: readonly Expression[]) => Expression;

/** A call of a function of the engine. */
export function call(name: string, args: readonly Expression[], type: DataType): Expression {
  return { kind: "call", name, args, type };
}

/** Checks the number of arguments. @throws {Refusal} */
export function requireCount(args: readonly Expression[], least: number, most = least): void {
  if (args.length >= least && args.length <= most) return;
  const expected = least === most
    ? String(least)
    : most === Infinity
    ? `${least} or more`
    : `${least} to ${most}`;
  throw new Refusal(`requires ${expected} argument${expected === "1" ? "" : "s"}, but got ${args.length}`);
}

/** A signature for an exact number of arguments. */
export function counted(count: number, signature: Signature): Signature {
  return (args) => {
    requireCount(args, count);
    return signature(args);
  };
}

/** A function with parameters of the given types; the last ones may be optional. */
export function typed(
  name: string,
  parameters: readonly DataType[],
  result: DataType,
  optional = 0,
): Signature {
  return (args) => {
    requireCount(args, parameters.length - optional, parameters.length);
    return call(name, args.map((arg, index) => argument(arg, parameters[index]!, index)), result);
  };
}

/**
 * An argument as the required type, if an implicit cast is possible. Any number can be one of another type; if it is out
 * of range, the query fails.
 */
export function argument(arg: Expression, wanted: DataType, index: number): Expression {
  if (isNumeric(wanted) && isNumeric(arg.type)) return castTo(arg, wanted);
  return widened(arg, wanted, index);
}

/** A time, with or without a zone; anything else becomes a TIMESTAMP. */
export function anyTime(arg: Expression, index: number): Expression {
  return argument(arg, arg.type === "TIMESTAMP_NTZ" ? arg.type : "TIMESTAMP", index);
}

/** The same, but a number is only cast to a type that has all of its values. */
export function widened(arg: Expression, wanted: DataType, index: number): Expression {
  const fits = arg.type === "VOID" ||
    (wanted === "STRING" && !isNested(arg.type) && canCast(arg.type, "STRING")) ||
    typeName(arg.type) === typeName(wanted) ||
    (isNumeric(arg.type) && isNumeric(wanted) && commonType(arg.type, wanted) === wanted) ||
    (arg.type === "STRING" && (typeof wanted === "string" || isNumeric(wanted)) && !isSqlInterval(wanted)) ||
    (isTime(arg.type) && isTime(wanted));
  if (fits) return castTo(arg, wanted);
  throw new Refusal(`requires ${typeName(wanted)} for argument ${index + 1}, but got ${typeName(arg.type)}`);
}

/** All arguments as their common type. */
export function unify(
  args: readonly Expression[],
): { readonly args: readonly Expression[]; readonly type: DataType } {
  const type = args.map((arg) => arg.type).reduce((left, right) => {
    const common = commonType(left, right);
    if (common === undefined) {
      throw new Refusal(
        `requires arguments of the same type, but got ${typeName(left)} and ${typeName(right)}`,
      );
    }
    return common;
  });
  return { args: args.map((arg) => castTo(arg, type)), type };
}
