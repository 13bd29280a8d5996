/** What a function of the dialect takes and gives, and how a call of it is checked. */
import { type DataType, typeName } from "../records/data_type.ts";
import { canCast, castTo, commonType, isNumeric } from "./coercion.ts";
import type { Expression } from "./plan.ts";

/** Why a call cannot be, as the end of a sentence that begins with the function's name. */
export class Refusal extends Error {}

/** Makes a typed call of resolved arguments. @throws {Refusal} */
export type Signature = (args: readonly Expression[]) => Expression;

/** A call of a name that the engine knows. */
export function call(name: string, args: readonly Expression[], type: DataType): Expression {
  return { kind: "call", name, args, type };
}

/** Holds the number of arguments within bounds. @throws {Refusal} */
export function requireCount(args: readonly Expression[], least: number, most = least): void {
  if (args.length >= least && args.length <= most) return;
  const expected = least === most
    ? String(least)
    : most === Infinity
    ? `${least} or more`
    : `${least} to ${most}`;
  throw new Refusal(`takes ${expected} argument${expected === "1" ? "" : "s"}, not ${args.length}`);
}

/** A function whose arguments are of the given types; the last ones may be left out. */
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

/** An argument as the wanted type, where that needs no CAST of the user's. */
export function argument(arg: Expression, wanted: DataType, index: number): Expression {
  const fits = arg.type === "VOID" ||
    (wanted === "STRING" && canCast(arg.type, "STRING")) || typeName(arg.type) === typeName(wanted) ||
    (isNumeric(arg.type) && isNumeric(wanted) && commonType(arg.type, wanted) === wanted) ||
    (arg.type === "STRING" && typeof wanted === "string" && wanted !== "INTERVAL") ||
    (arg.type === "DATE" && wanted === "TIMESTAMP") || (arg.type === "TIMESTAMP" && wanted === "DATE");
  if (fits) return castTo(arg, wanted);
  throw new Refusal(`takes ${typeName(wanted)} as argument ${index + 1}, not ${typeName(arg.type)}`);
}

/** All arguments as the type that they have in common. */
export function unify(
  args: readonly Expression[],
): { readonly args: readonly Expression[]; readonly type: DataType } {
  const type = args.map((arg) => arg.type).reduce((left, right) => {
    const common = commonType(left, right);
    if (common === undefined) {
      throw new Refusal(`takes arguments of one type, not ${typeName(left)} and ${typeName(right)}`);
    }
    return common;
  });
  return { args: args.map((arg) => castTo(arg, type)), type };
}
