/**
 * Compares expressions, however they are written. As in Spark, `b + a` is `a + b`, `1 < a` is `a > 1`, and
 * `NOT a > 1` is `a <= 1`.
 */
import { COMMUTED_OPERANDS_MAX } from "../../base/bounds.ts";
import { sameType } from "../../records/data_type.ts";
import type { Expression } from "../plan.ts";

type Call = Expression & { readonly kind: "call" };
type Known = (slot: number) => Expression | undefined;

/**
 * Whether two expressions are equal; stops at the first difference.
 *
 * @param known The expression that a slot of the left side represents, if any.
 */
export function sameExpression(left: Expression, right: Expression, known: Known = () => undefined): boolean {
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
    case "call":
      return sameCall(left, as(left, right), known);
    case "cast":
      return left.safe === as(left, right).safe && same(left.argument, as(left, right).argument);
    case "field":
      return left.index === as(left, right).index && same(left.argument, as(left, right).argument);
    case "variable":
      return left.variable === as(left, right).variable;
    case "lambda":
      return left.parameters.join() === as(left, right).parameters.join() &&
        same(left.body, as(left, right).body);
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

/** Operators whose operands may be in any order, also those of the same operator inside them. */
const COMMUTATIVE: readonly string[] = ["+", "*", "and", "or", "=", "<=>", "greatest", "least"];
const MIRRORED: Readonly<Record<string, string>> = { ">": "<", ">=": "<=" };
const NEGATED: Readonly<Record<string, string>> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };

function sameCall(left: Call, right: Call, known: Known): boolean {
  const [one, other] = [simplified(left), simplified(right)];
  if (one.name !== other.name) return false;
  if (allSame(one.args, other.args, known)) return true;
  if (one.name === "in") {
    return sameExpression(one.args[0]!, other.args[0]!, known) &&
      sameInAnyOrder(one.args.slice(1), other.args.slice(1), known);
  }
  if (!COMMUTATIVE.includes(one.name)) return false;
  // There are at least as many operands as arguments; a chain of thousands is compared with each of its parts.
  if (Math.max(one.args.length, other.args.length) > COMMUTED_OPERANDS_MAX) return false;
  const theirs = operandsOf(other, COMMUTED_OPERANDS_MAX);
  return sameInAnyOrder(operandsOf(one, theirs.length, known), theirs, known);
}

/** A comparison without NOT, and with `<` in place of `>`. */
function simplified(call: Call): Call {
  const [argument] = call.args;
  const negated = call.name === "not" && argument?.kind === "call" ? NEGATED[argument.name] : undefined;
  const plain: Call = negated === undefined ? call : { ...(argument as Call), name: negated };
  const mirrored = MIRRORED[plain.name];
  return mirrored === undefined ? plain : { ...plain, name: mirrored, args: plain.args.toReversed() };
}

function allSame(left: readonly Expression[], right: readonly Expression[], known: Known): boolean {
  return left.length === right.length &&
    left.every((arg, index) => sameExpression(arg, right[index]!, known));
}

function sameInAnyOrder(left: readonly Expression[], right: readonly Expression[], known: Known): boolean {
  if (left.length !== right.length || left.length > COMMUTED_OPERANDS_MAX) return false;
  const rest = [...right];
  return left.every((operand) => {
    const index = rest.findIndex((other) => sameExpression(operand, other, known));
    if (index >= 0) rest.splice(index, 1);
    return index >= 0;
  });
}

/** The operands of a call, with those of the same operator inside it; more than the limit is not listed whole. */
function operandsOf(call: Call, limit: number, known: Known = () => undefined): readonly Expression[] {
  const operands: Expression[] = [];
  const waiting: Expression[] = [call];
  for (let next = waiting.pop(); next !== undefined && operands.length <= limit; next = waiting.pop()) {
    const meant = next.kind === "slot" ? known(next.slot) ?? next : next;
    const isSame = meant === call ||
      meant.kind === "call" && meant.name === call.name && sameType(meant.type, call.type) &&
        !["=", "<=>"].includes(call.name);
    if (isSame) {
      for (const arg of (meant as Call).args.slice(0, limit + 1).toReversed()) waiting.push(arg);
    } else operands.push(meant);
  }
  return operands;
}
