/** What a name means among the columns of a relation. */
import { didYouMean } from "../base/nearest.ts";
import type { TextRange } from "./ast.ts";
import type { Expression } from "./plan.ts";
import type { ResolveContext } from "./resolve.ts";
import { lookUp } from "./scope.ts";
import { sqlError } from "./sql_error.ts";

/** The column that a name means. @throws {SfcrimeError} SQL, where there is none, or more than one. */
export function resolveColumn(
  name: string,
  qualifier: string | undefined,
  at: TextRange,
  context: ResolveContext,
): Expression {
  const found = lookUp(context.columns, name, qualifier);
  const shown = qualifier === undefined ? name : `${qualifier}.${name}`;
  if (found.length === 1) return found[0]!.value();
  if (found.length > 1) {
    const qualifiers = new Set(found.map((column) => column.qualifier));
    const hint = qualifiers.size === found.length && !qualifiers.has(undefined)
      ? `Write ${found.map((column) => `${column.qualifier}.${column.name}`).join(" or ")}.`
      : "Give each of them a name of its own with AS.";
    throw sqlError(context.sql, at, `${shown} can mean more than one column.`, hint);
  }
  const known = [...new Set(context.columns.filter(({ hidden }) => hidden !== true).map(({ name }) => name))];
  throw sqlError(context.sql, at, `there is no column ${shown}.`, didYouMean(name, known));
}

/** Whether a name is that of a stream, a table or a subquery. */
export function isRelation(name: string, { columns }: ResolveContext): boolean {
  return columns.some(({ qualifier }) => qualifier?.toLowerCase() === name.toLowerCase());
}
