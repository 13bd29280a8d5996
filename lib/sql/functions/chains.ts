/**
 * Chains of operators, such as `a + b + c`. Their tree is as deep on its left side as the chain is long, so
 * whatever walks an expression follows that side in a loop: a chain may have thousands of operands, while
 * other nesting is only a few levels deep.
 */
import { sameType } from "../../records/data_type.ts";
import type { BinaryNode, ExpressionNode } from "../syntax/ast.ts";
import type { Expression } from "../plan.ts";
import { call } from "./signature.ts";

/** The operators of a chain that ends with the given one, innermost first; `until` stops earlier. */
export function chainOf(
  last: BinaryNode,
  until: (node: ExpressionNode) => boolean = () => false,
): readonly BinaryNode[] {
  const chain = [last];
  for (let node = last.left; node.kind === "binary" && !until(node); node = node.left) chain.push(node);
  return chain.reverse();
}

/** The operators, by their names in plans, whose chains become a single call. */
const CHAINED: readonly string[] = ["+", "-", "*", "concat", "date_add", "date_sub", "plus_micros"];

/** Arguments of a chain that is being resolved, which are not shared and therefore grow in place. */
const growing = new WeakSet<readonly Expression[]>();

/**
 * A call of an operator whose operands have the right types. A chain of the same operator becomes a single
 * call as long as its type stays the same, so that plans are not deep.
 */
export function chainedCall(
  name: string,
  [left, right]: readonly [Expression, Expression],
  type: Expression["type"],
): Expression {
  const goesOn = CHAINED.includes(name) && left.kind === "call" && left.name === name &&
    sameType(left.type, type);
  if (!goesOn) return call(name, [left, right], type);
  const args = growing.has(left.args) ? left.args as Expression[] : [...left.args];
  args.push(right);
  return call(name, args, type);
}

/**
 * Resolves a chain, innermost operator first.
 *
 * @param step Resolves an operator, given its left side, which is undefined for the first one; returns a new
 * expression.
 */
export function resolvedChain(
  chain: readonly BinaryNode[],
  step: (node: BinaryNode, left: Expression | undefined) => Expression,
): Expression {
  let left: Expression | undefined;
  for (const node of chain) {
    left = step(node, left);
    if (left.kind === "call") growing.add(left.args);
  }
  if (left!.kind === "call") growing.delete(left!.args);
  return left!;
}

/** The conjunction of conditions, as a balanced tree. */
export function allOf(conditions: readonly Expression[]): Expression {
  return balanced("and", conditions);
}

/** The disjunction of conditions, as a balanced tree. */
export function anyOf(conditions: readonly Expression[]): Expression {
  return balanced("or", conditions);
}

/** The conditions of a conjunction, in order; of any other condition, itself. */
export function termsOf(condition: Expression): readonly Expression[] {
  return condition.kind === "call" && condition.name === "and"
    ? condition.args.flatMap(termsOf)
    : [condition];
}

function balanced(op: "and" | "or", conditions: readonly Expression[]): Expression {
  if (conditions.length === 1) return conditions[0]!;
  const middle = Math.ceil(conditions.length / 2);
  const halves = [conditions.slice(0, middle), conditions.slice(middle)];
  return call(op, halves.map((half) => balanced(op, half)), "BOOLEAN");
}
