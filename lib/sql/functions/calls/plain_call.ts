/** What a call may have beside its arguments. */
import type { CallNode } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";

/** @throws {SfcrimeError} SQL, if a call has what only those of aggregate functions may have. */
export function requirePlainCall(
  { name, distinct, filter, order, ignoreNulls, at }: CallNode,
  sql: string,
): void {
  const [modifier] = [
    ...(distinct ? ["DISTINCT"] : []),
    ...(filter === null ? [] : ["FILTER"]),
    ...(order === undefined ? [] : ["WITHIN GROUP"]),
    ...(ignoreNulls === true ? ["IGNORE NULLS"] : []),
  ];
  if (modifier === undefined) return;
  throw sqlError(sql, at, `${name} is not an aggregate function: ${modifier} is not allowed.`);
}
