/**
 * Chains of operators, such as `a + b + c`. Their tree is as deep on its left side as they are long, so whatever
 * walks through an expression takes that side in a loop: a chain may have thousands of operands, where other things
 * are inside each other a few times.
 */
import { sameType } from "../records/data_type.ts";
import type { BinaryNode, ExpressionNode } from "./ast.ts";
import type { Expression } from "./plan.ts";
import { call } from "./signature.ts";

/** The operators of a chain that ends with the given one, from the innermost on; `until` ends it earlier. */
export function chainOf(
  last: BinaryNode,
  until: (node: ExpressionNode) => boolean = () => false,
): readonly BinaryNode[] {
  const chain = [last];
  for (let node = last.left; node.kind === "binary" && !until(node); node = node.left) chain.push(node);
  return chain.reverse();
}

/** What plans call the operators of which a chain is one call. */
const CHAINED: readonly string[] = ["+", "-", "*", "concat", "date_add", "date_sub", "plus_micros"];

/** Arguments that belong to a chain which is being resolved, and to nothing else: they grow in place. */
const growing = new WeakSet<readonly Expression[]>();

/**
 * The call of an operator whose operands have the right types. A chain of one operator is one call, as long as its
 * type stays the same, so that a plan is not deep.
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
 * Resolves a chain from the innermost operator on.
 *
 * @param step Resolves an operator with what is on its left, which the first one has to resolve itself; gives an
 * expression of its own.
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

/** Conditions that must all hold, as one; a balanced tree of them. */
export function allOf(conditions: readonly Expression[]): Expression {
  if (conditions.length === 1) return conditions[0]!;
  const middle = Math.ceil(conditions.length / 2);
  return call("and", [allOf(conditions.slice(0, middle)), allOf(conditions.slice(middle))], "BOOLEAN");
}
