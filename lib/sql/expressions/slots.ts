/** Visits and replaces the slots that an expression reads. */
import type { Expression } from "../plan.ts";

/** A slot as an expression. */
export type SlotExpression = Expression & { readonly kind: "slot" };

/** The expression with every slot number replaced. */
export function mapSlots(expression: Expression, map: (slot: number) => number): Expression {
  return replaceSlots(expression, (slot) => ({ ...slot, slot: map(slot.slot) }));
}

/** The expression with every slot replaced by an expression. */
export function replaceSlots(
  expression: Expression,
  replace: (slot: SlotExpression) => Expression,
): Expression {
  return replaceParts(expression, (part) => part.kind === "slot" ? replace(part) : undefined);
}

/** The expression with those parts replaced, from the outside in, for which there is another. */
export function replaceParts(
  expression: Expression,
  replace: (part: Expression) => Expression | undefined,
): Expression {
  const other = replace(expression);
  if (other !== undefined) return other;
  const inner = (child: Expression) => replaceParts(child, replace);
  switch (expression.kind) {
    case "slot":
    case "literal":
    case "variable":
      return expression;
    case "lambda":
      return { ...expression, body: inner(expression.body) };
    case "call":
      return { ...expression, args: expression.args.map(inner) };
    case "cast":
    case "field":
      return { ...expression, argument: inner(expression.argument) };
    case "case":
      return {
        ...expression,
        whens: expression.whens.map(({ condition, result }) => ({
          condition: inner(condition),
          result: inner(result),
        })),
        otherwise: inner(expression.otherwise),
      };
  }
}

/** Whether an expression reads a slot. */
export function readsSlots(expression: Expression): boolean {
  let reads = false;
  eachSlot(expression, () => reads = true);
  return reads;
}

/** Whether an expression reads one of some slots. */
export function readsAny(expression: Expression, slots: { has(slot: number): boolean }): boolean {
  let reads = false;
  eachSlot(expression, (slot) => reads ||= slots.has(slot));
  return reads;
}

/** Whether an expression reads a slot that is none of some. */
export function readsOthers(expression: Expression, slots: { has(slot: number): boolean }): boolean {
  let reads = false;
  eachSlot(expression, (slot) => reads ||= !slots.has(slot));
  return reads;
}

/** Calls `visit` for every slot that an expression reads. */
export function eachSlot(expression: Expression, visit: (slot: number) => void): void {
  eachSlotOf(expression, ({ slot }) => visit(slot));
}

/** The same with the slots as expressions, which have their types. */
export function eachSlotOf(expression: Expression, visit: (slot: SlotExpression) => void): void {
  replaceSlots(expression, (slot) => {
    visit(slot);
    return slot;
  });
}
