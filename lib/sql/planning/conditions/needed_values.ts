/**
 * What a condition needs: columns, and fields of columns, that cannot be NULL where it is true, as far as Spark infers
 * it. Source: Spark's QueryPlanConstraints.
 */
import type { SlotExpression } from "../../expressions/slots.ts";
import type { Expression } from "../../plan.ts";

/** Functions that return NULL if any argument is NULL. */
const STRICT: ReadonlySet<string> = new Set(
  ("= < <= > >= + - * / % DIV negative not like ilike rlike upper lower trim length substring plus_micros " +
    "element map_element element_at").split(" "),
);

/** The column that a value is, or is a field of. */
export function columnOf(value: Expression): SlotExpression | undefined {
  if (value.kind === "field") return columnOf(value.argument);
  return value.kind === "slot" ? value : undefined;
}

/** The columns, and fields of columns, whose NULL makes an expression NULL. */
export function strictValues(expression: Expression): readonly Expression[] {
  if (columnOf(expression) !== undefined) return [expression];
  switch (expression.kind) {
    case "cast":
    case "field":
      return strictValues(expression.argument);
    case "call":
      return STRICT.has(expression.name) ? expression.args.flatMap(strictValues) : [];
    default:
      return [];
  }
}

/** The columns, and fields of columns, that cannot be NULL if a condition is true. */
export function neededValues(condition: Expression): readonly Expression[] {
  const isPresence = condition.kind === "call" && condition.name === "not" &&
    condition.args[0]!.kind === "call" && condition.args[0]!.name === "isnull";
  if (isPresence) return strictValues((condition.args[0] as Expression & { kind: "call" }).args[0]!);
  return strictValues(condition);
}

/** The slots of the columns that a condition needs, themselves or a field. */
export function neededBy(condition: Expression): readonly number[] {
  return neededValues(condition).map(slotOf);
}

/** The slots of the columns whose NULL makes an expression NULL. */
export function strictSlots(expression: Expression): readonly number[] {
  return strictValues(expression).map(slotOf);
}

function slotOf(value: Expression): number {
  return columnOf(value)!.slot;
}
