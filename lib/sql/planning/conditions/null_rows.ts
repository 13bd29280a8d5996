/**
 * Whether a condition drops rows whose columns are all NULL, as those of an outer join without a match are. What
 * cannot be said without running a function is unknown. Source: Spark's EliminateOuterJoin.
 */
import type { Expression } from "../../plan.ts";
import { strictSlots } from "./needed_values.ts";

/** What an expression gives for a row of NULLs; undefined if that is unknown. */
type OfNulls = { readonly value: null | boolean | number | string } | undefined;

const NULL: OfNulls = { value: null };
/** Types of literals that are equal if and only if their values are. */
const COMPARABLE: readonly unknown[] = ["STRING", "BOOLEAN", "TINYINT", "SMALLINT", "INT"];

/** See the module's description. */
export function dropsNulls(condition: Expression): boolean {
  const result = ofNulls(condition);
  return result !== undefined && result.value !== true;
}

function ofNulls(expression: Expression): OfNulls {
  if (strictSlots(expression).length > 0) return NULL;
  switch (expression.kind) {
    case "literal": {
      const { value, type } = expression;
      return value === null ? NULL : COMPARABLE.includes(type) ? { value: value as string } : undefined;
    }
    case "cast":
    case "field":
      return ofNulls(expression.argument)?.value === null ? NULL : undefined;
    case "call":
      return ofCall(expression);
    case "case": {
      for (const { condition, result } of expression.whens) {
        const holds = ofNulls(condition);
        if (holds === undefined) return undefined;
        if (holds.value === true) return ofNulls(result);
      }
      return ofNulls(expression.otherwise);
    }
    case "slot":
    case "variable":
    case "lambda":
      return undefined;
  }
}

function ofCall({ name, args }: Expression & { readonly kind: "call" }): OfNulls {
  const values = args.map(ofNulls);
  const [first, second] = values;
  switch (name) {
    case "and":
      return connected(values, false);
    case "or":
      return connected(values, true);
    case "not":
      return typeof first?.value === "boolean" ? { value: !first.value } : first;
    case "isnull":
      return first && { value: first.value === null };
    case "in":
      return first?.value === null ? NULL : undefined;
    case "coalesce":
      for (const value of values) if (value?.value !== null) return value;
      return NULL;
    case "=":
      if (first?.value === null || second?.value === null) return NULL;
      return first && second && { value: first.value === second.value };
    case "<=>":
      return first && second && { value: first.value === second.value };
    default:
      return undefined;
  }
}

/** AND, which one false value decides, or OR, which one true value does. */
function connected(values: readonly OfNulls[], deciding: boolean): OfNulls {
  if (values.some((value) => value?.value === deciding)) return { value: deciding };
  if (values.includes(undefined)) return undefined;
  return values.some((value) => value!.value === null) ? NULL : { value: !deciding };
}
