/**
 * How far the columns of a branch are decoded. A STRING may stay bytes if it only goes to the output as it is, to a
 * consumer that takes it so, or is only compared with NULL. Of a structure, only the parts that are read are needed.
 */
import type { DecodedSchema } from "../../records/data_type.ts";
import { EXISTENCE } from "../../records/needed.ts";
import { eachSlot } from "../../sql/expressions/slots.ts";
import type { Branch, Expression } from "../../sql/plan.ts";
import { branchExpressions } from "../failing_part.ts";
import { neededParts } from "./needed_parts.ts";

/**
 * The columns of a branch, with how far each is decoded.
 *
 * @param takesViews Whether the consumer takes views in a slot of the output row.
 */
export function decodedColumns(branch: Branch, takesViews: (output: number) => boolean): DecodedSchema {
  // Rows that are deduplicated are kept until the end of the batch.
  if (branch.deduplication !== undefined) return branch.columns;
  const needed = new Set<number>();
  const need = (slot: number) => needed.add(slot);
  for (const expression of branchExpressions({ ...branch, output: [] })) eachNeededSlot(expression, need);
  for (const [index, expression] of branch.output.entries()) {
    if (expression.kind !== "slot" || !takesViews(index)) eachNeededSlot(expression, need);
  }
  const parts = neededParts(branchExpressions(branch));
  return branch.columns.map((column, slot) => ({
    ...column,
    asBytes: column.type === "STRING" && !needed.has(slot),
    needed: parts.get(slot) ?? EXISTENCE,
  }));
}

/** Calls `need` for each slot whose value an expression needs, not only whether it is NULL. */
function eachNeededSlot(expression: Expression, need: (slot: number) => void): void {
  if (expression.kind !== "call") return eachSlot(expression, need);
  const { name, args } = expression;
  for (const arg of args) if (name !== "isnull" || arg.kind !== "slot") eachNeededSlot(arg, need);
}
