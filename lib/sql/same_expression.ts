/** Compares expressions, however they are written. */
import { sameType } from "../records/data_type.ts";
import type { Expression } from "./plan.ts";

/**
 * Whether two expressions are equal; stops at the first difference.
 *
 * @param known The expression that a slot of the left side represents, if any.
 */
export function sameExpression(
  left: Expression,
  right: Expression,
  known: (slot: number) => Expression | undefined = () => undefined,
): boolean {
  const same = (a: Expression, b: Expression) => sameExpression(a, b, known);
  if (left.kind === "slot") {
    const meant = known(left.slot);
    if (meant !== undefined) return sameExpression(meant, right);
  }
  if (left.kind !== right.kind || !sameType(left.type, right.type)) return false;
  switch (left.kind) {
    case "slot":
      return left.slot === as(left, right).slot;
    case "literal":
      return Object.is(left.value, as(left, right).value);
    case "call": {
      const { name, args } = as(left, right);
      return left.name === name && left.args.length === args.length &&
        left.args.every((arg, index) => same(arg, args[index]!));
    }
    case "cast":
      return left.safe === as(left, right).safe && same(left.argument, as(left, right).argument);
    case "field":
      return left.index === as(left, right).index && same(left.argument, as(left, right).argument);
    case "case": {
      const { whens, otherwise } = as(left, right);
      return left.whens.length === whens.length &&
        left.whens.every(({ condition, result }, index) =>
          same(condition, whens[index]!.condition) && same(result, whens[index]!.result)
        ) && same(left.otherwise, otherwise);
    }
  }
}

/** An expression that is known to have the kind of another one. */
function as<K extends Expression>(_kind: K, expression: Expression): K {
  return expression as K;
}
