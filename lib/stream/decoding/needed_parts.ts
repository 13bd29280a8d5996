/**
 * Which parts of the structures of a row expressions need: of `device.id` only this field, of `size(items)` only how
 * many there are.
 */
import { bothNeeded, EXISTENCE, type Needed } from "../../records/needed.ts";
import type { Expression } from "../../sql/plan.ts";

/** Functions whose result is a part of their first argument, an ARRAY. */
const ELEMENTS: ReadonlySet<string> = new Set(["element", "element_at", "get", "try_element_at"]);
/** Functions that only ask whether there is a value, or how many. */
const EXISTING: ReadonlySet<string> = new Set(["isnull", "size"]);

/** What is needed of each slot that expressions read. */
export function neededParts(expressions: readonly Expression[]): ReadonlyMap<number, Needed> {
  const parts = new Map<number, Needed>();
  for (const expression of expressions) addNeeded(parts, expression, "all");
  return parts;
}

/** Adds what an expression needs, if `needed` is needed of its value. */
function addNeeded(parts: Map<number, Needed>, expression: Expression, needed: Needed): void {
  const add = (part: Expression, of: Needed = "all") => addNeeded(parts, part, of);
  switch (expression.kind) {
    case "slot": {
      const known = parts.get(expression.slot);
      parts.set(expression.slot, known === undefined ? needed : bothNeeded(known, needed));
      return;
    }
    case "literal":
    case "variable":
      return;
    case "lambda":
      return add(expression.body);
    case "cast":
      return add(expression.argument);
    case "field":
      return add(expression.argument, new Map([[expression.index, needed]]));
    case "case":
      for (const { condition, result } of expression.whens) {
        add(condition);
        add(result, needed);
      }
      return add(expression.otherwise, needed);
    case "call": {
      const [first, ...others] = expression.args;
      if (first !== undefined) add(first, neededOfFirst(expression, needed));
      for (const other of others) add(other);
    }
  }
}

function neededOfFirst({ name }: Expression & { readonly kind: "call" }, needed: Needed): Needed {
  return EXISTING.has(name) ? EXISTENCE : ELEMENTS.has(name) ? needed : "all";
}
