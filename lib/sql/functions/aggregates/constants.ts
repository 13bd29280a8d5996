/** Arguments of aggregates that have to be constant. */
import { typeName } from "../../../records/data_type.ts";
import type { Expression } from "../../plan.ts";
import { isDecimal, isNumeric } from "../coercion.ts";
import { Refusal } from "../signature.ts";

/** A number that does not depend on rows. @throws {Refusal} */
function constantNumber(expression: Expression, index: number): number {
  if (expression.kind === "cast" && isNumeric(expression.type)) {
    return constantNumber(expression.argument, index);
  }
  const { type } = expression;
  if (!isNumeric(type) && type !== "STRING") {
    throw new Refusal(`requires a number for argument ${index + 1}, but got ${typeName(type)}`);
  }
  if (expression.kind !== "literal" || expression.value === null) {
    throw new Refusal(`requires a constant for argument ${index + 1}`);
  }
  return Number(expression.value) / (isDecimal(type) ? 10 ** type.scale : 1);
}

/** A number, without its fraction, from a least one on. @throws {Refusal} */
export function constantCount(
  expression: Expression,
  { index, least }: { readonly index: number; readonly least: number },
): number {
  const value = constantNumber(expression, index);
  if (value >= least && value < 2 ** 31) return Math.trunc(value);
  throw new Refusal(`requires at least ${least} for argument ${index + 1}, but got ${value}`);
}

/** A constant TRUE or FALSE. @throws {Refusal} */
export function constantBoolean(expression: Expression, index: number): boolean {
  if (expression.kind === "literal" && typeof expression.value === "boolean") return expression.value;
  throw new Refusal(`requires TRUE or FALSE for argument ${index + 1}`);
}

/** A constant share from 0 to 1, or an ARRAY of them. @throws {Refusal} */
export function constantShares(expression: Expression, index: number): number | number[] {
  if (expression.kind === "call" && expression.name === "array") {
    return expression.args.map((arg) => constantShares(arg, index) as number);
  }
  const share = constantNumber(expression, index);
  if (share >= 0 && share <= 1) return share;
  throw new Refusal(`requires percentages from 0 to 1, but got ${share}`);
}
