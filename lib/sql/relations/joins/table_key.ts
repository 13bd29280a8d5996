/** The equalities by which rows of a static table are looked up. */
import { readsAny } from "../../expressions/slots.ts";
import type { Expression } from "../../plan.ts";

/** A value that is known without the table, and the column of the table that it equals. */
export interface TableKey {
  readonly row: Expression;
  readonly column: number;
}

/**
 * The key that a condition is, on either side; undefined if it is none.
 *
 * @param columnOf Columns of the table, by their attribute.
 * @param unknown The attributes that a value may not read: those of the table, if not others as well.
 */
export function tableKeyOf(
  term: Expression,
  columnOf: ReadonlyMap<number, number>,
  unknown: { has(attribute: number): boolean } = columnOf,
): TableKey | undefined {
  if (term.kind !== "call" || term.name !== "=" || term.args.length !== 2) return undefined;
  const [left, right] = term.args as [Expression, Expression];
  for (const [row, other] of [[left, right], [right, left]] as const) {
    const column = other.kind === "slot" ? columnOf.get(other.slot) : undefined;
    if (column !== undefined && !readsAny(row, unknown)) return { row, column };
  }
  return undefined;
}
