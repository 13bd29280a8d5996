/**
 * How far the columns of a branch are decoded. A STRING may stay bytes if it only goes to the output as it is, to a
 * consumer that takes it so, or is only compared with NULL. Of a structure, only the parts that are read are needed.
 */
import type { DecodedSchema } from "../../records/data_type.ts";
import { EXISTENCE } from "../../records/needed.ts";
import type { Branch } from "../../sql/plan.ts";
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
  const output = branch.output.filter((expression, index) =>
    expression.kind !== "slot" || !takesViews(index)
  );
  const texts = neededParts(branchExpressions({ ...branch, output }));
  const parts = neededParts(branchExpressions(branch));
  return branch.columns.map((column, slot) => ({
    ...column,
    asBytes: column.type === "STRING" && texts.get(slot) !== "all",
    needed: parts.get(slot) ?? EXISTENCE,
  }));
}
