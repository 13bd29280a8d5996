/** The signatures of numeric functions. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import { isSqlInterval } from "../../../records/types/interval_types.ts";
import { castTo, isDecimal, isFloating, isIntegral, isNumeric } from "../coercion.ts";
import { asDecimal, roundedDecimal, wholeDecimal } from "./decimal_signatures.ts";
import type { Expression } from "../../plan.ts";
import { call, counted, Refusal, requireCount, type Signature, typed } from "../signature.ts";

/** A number; a string is cast to DOUBLE. @throws {Refusal} */
export function number(expression: Expression): Expression {
  if (isNumeric(expression.type)) return expression;
  if (expression.type === "STRING" || expression.type === "VOID") return castTo(expression, "DOUBLE");
  throw new Refusal(`requires a number, but got ${typeName(expression.type)}`);
}

function ofDouble(name: string): Signature {
  return typed(name, ["DOUBLE"], "DOUBLE");
}

/** `floor` and `ceil`: with a number of digits, of DECIMALs only. */
function toWhole(name: string): Signature {
  return (args) => {
    requireCount(args, 1, 2);
    const value = number(args[0]!);
    if (args[1] !== undefined) {
      if (args[1].type === "VOID") throw new Refusal("requires an integer constant for argument 2");
      return roundedTo(name, asDecimal(args[0]!)!, args[1]);
    }
    if (isDecimal(value.type)) return call(name, [value], wholeDecimal(value.type));
    return call(name, [castTo(value, isIntegral(value.type) ? "BIGINT" : "DOUBLE")], "BIGINT");
  };
}

function roundedTo(name: string, value: Expression, digits: Expression): Expression {
  if (digits.kind !== "literal" || (digits.type !== "VOID" && !isIntegral(digits.type))) {
    throw new Refusal("requires an integer constant for argument 2");
  }
  return call(name, [value, castLiteral(digits)], roundedType(value.type, Number(digits.value ?? 0)));
}

function rounding(name: string): Signature {
  return (args) => {
    requireCount(args, 1, 2);
    const value = number(args[0]!);
    const [, digits] = args;
    if (digits === undefined) return call(name, [value], roundedType(value.type, 0));
    return roundedTo(name, value, digits);
  };
}

function castLiteral(digits: Expression & { kind: "literal" }): Expression {
  return { ...digits, value: digits.value === null ? null : Number(digits.value), type: "INT" };
}

function roundedType(type: DataType, digits: number): DataType {
  return isDecimal(type) ? roundedDecimal(type, digits) : type;
}

/** By name in lower case. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, Signature>> = {
  abs: counted(1, ([arg]) => {
    const value = isSqlInterval(arg!.type) ? arg! : number(arg!);
    return call("abs", [value], value.type);
  }),
  floor: toWhole("floor"),
  ceil: toWhole("ceil"),
  round: rounding("round"),
  bround: rounding("bround"),
  sign: (args) => {
    requireCount(args, 1);
    const [arg] = args as [Expression];
    if (isSqlInterval(arg.type)) return call("interval_sign", args, "DOUBLE");
    return ofDouble("sign")(args);
  },
  power: typed("power", ["DOUBLE", "DOUBLE"], "DOUBLE"),
  sqrt: ofDouble("sqrt"),
  cbrt: ofDouble("cbrt"),
  exp: ofDouble("exp"),
  ln: ofDouble("ln"),
  log: (args) =>
    args.length === 2 ? typed("log", ["DOUBLE", "DOUBLE"], "DOUBLE")(args) : ofDouble("ln")(args),
  log10: ofDouble("log10"),
  log2: ofDouble("log2"),
  isnan: counted(1, ([arg]) => {
    const value = number(arg!);
    return call("isnan", [isFloating(value.type) ? value : castTo(value, "DOUBLE")], "BOOLEAN");
  }),
  nanvl: typed("nanvl", ["DOUBLE", "DOUBLE"], "DOUBLE"),
};
