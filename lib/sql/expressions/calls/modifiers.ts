/** What a call may have beside its arguments. */
import type { CallNode } from "../../syntax/ast.ts";

/** What only aggregate functions may be called with. */
export function modifiersOf({ distinct, filter, order, ignoreNulls }: CallNode): string[] {
  return [
    ...(distinct ? ["DISTINCT"] : []),
    ...(filter === null ? [] : ["FILTER"]),
    ...(order === undefined ? [] : ["WITHIN GROUP"]),
    ...(ignoreNulls === true ? ["IGNORE NULLS"] : []),
  ];
}
