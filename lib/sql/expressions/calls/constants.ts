/** Arguments that have to be constant: an expression of constants may stand for a literal. */
import type { TimeZone } from "../../../base/time_zone.ts";
import type { Expression } from "../../plan.ts";
import { isRandom } from "./random_seeds.ts";

/** How expressions of constants become literals. */
export interface Folding {
  readonly zone: TimeZone;
  /** Makes a literal of an expression of constants; undefined if it is none. */
  readonly fold?: ((expression: Expression, zone: TimeZone) => Expression | undefined) | undefined;
}

/** Functions whose numbers have to be constant, from the second argument on. */
const OF_CONSTANT_DIGITS: readonly string[] = ["round", "bround", "ceil", "floor"];

/**
 * Whether an argument of a function may have to be constant. Other numbers stay as they are written: the type of what
 * is computed with a literal depends on its digits.
 */
export function canBeConstant(
  { type }: Expression,
  { name, index }: { readonly name: string; readonly index: number },
): boolean {
  return type === "STRING" || type === "BOOLEAN" || (index > 0 && OF_CONSTANT_DIGITS.includes(name)) ||
    isRandom(name);
}

/** A literal in place of an expression of constants, however that is written. */
export function folded(argument: Expression, { fold, zone }: Folding): Expression {
  return fold?.(argument, zone) ?? argument;
}
