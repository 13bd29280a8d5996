/** The signatures of the arithmetic operators, and of the functions that return NULL where they fail. */
import { typeName } from "../../../records/data_type.ts";
import { chainedCall } from "../chains.ts";
import { castTo, commonType, isDecimal, isFloating, isIntegral, isNumeric } from "../coercion.ts";
import type { Expression } from "../../plan.ts";
import { call, counted, Refusal, type Signature } from "../signature.ts";
import { decimalArithmetic } from "./decimal_signatures.ts";
import { number } from "./number_signatures.ts";

/** Both sides as numbers: a string takes the kind of number of the other side, NULL takes its type. */
function operands(left: Expression, right: Expression): [Expression, Expression] {
  if (left.type === "STRING" && right.type === "STRING") {
    throw new Refusal("requires numeric operands, but got STRING and STRING");
  }
  const other = (own: Expression, beside: Expression) =>
    (own.type === "STRING" || own.type === "VOID") && isNumeric(beside.type)
      ? castTo(own, commonType(own.type, beside.type)!)
      : number(own);
  return [other(left, right), other(right, left)];
}

/**
 * An operator on two numbers.
 *
 * @param name Its name in plans.
 */
export function arithmetic(op: string, name = op): Signature {
  return (args) => {
    const [left, right] = operands(args[0]!, args[1]!);
    const type = commonType(left.type, right.type)!;
    if (isDecimal(type)) return decimalArithmetic({ op, name }, left, right);
    if (op === "DIV" && !isIntegral(type)) throw new Refusal(`requires integers, but got ${typeName(type)}`);
    if (op === "/" && (isIntegral(type) || isFloating(type))) {
      return call(name, [castTo(left, "DOUBLE"), castTo(right, "DOUBLE")], "DOUBLE");
    }
    if (op === "DIV") return call(name, [castTo(left, "BIGINT"), castTo(right, "BIGINT")], "BIGINT");
    return chainedCall(name, [castTo(left, type), castTo(right, type)], type);
  };
}

/** The functions that are operators, by name in lower case. */
export const ARITHMETIC_FUNCTIONS: Readonly<Record<string, Signature>> = {
  mod: counted(2, arithmetic("%")),
  pmod: counted(2, arithmetic("pmod")),
  try_mod: counted(2, arithmetic("%", "try_mod")),
};
