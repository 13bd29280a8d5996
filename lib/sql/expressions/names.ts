/** Resolves names to columns of a relation. */
import { didYouMean } from "../../base/text/nearest.ts";
import type { NameNode, TextRange } from "../syntax/ast.ts";
import type { Expression } from "../plan.ts";
import { BATCH_TIME_FUNCTIONS } from "../functions/time/batch_time.ts";
import { lookUp, type OuterRow, type ScopeColumn } from "./scope.ts";
import { sqlError } from "../syntax/sql_error.ts";
import { unsupportedFunction, WITHOUT_PARENTHESES } from "../refusals/unsupported_functions.ts";

/** The columns in scope, and the statement that names them. */
export interface NameScope {
  readonly sql: string;
  readonly columns: readonly ScopeColumn[];
  /** The value of an alias of the SELECT list, for a name that is no column. */
  readonly lateral?: (name: string, at: TextRange) => Expression | undefined;
  /** In a subquery of an expression, the row that it is for: its columns come last. */
  readonly outer?: OuterRow;
}

/** The column with a name. @throws {SfcrimeError} SQL, if there is none, or more than one. */
export function resolveColumn(
  name: string,
  qualifier: string | undefined,
  at: TextRange,
  context: NameScope,
): Expression {
  const found = lookUp(context.columns, name, qualifier);
  const shown = qualifier === undefined ? name : `${qualifier}.${name}`;
  if (found.length === 1) return found[0]!.value();
  if (found.length > 1) {
    const qualifiers = new Set(found.map((column) => column.qualifier));
    const hint = qualifiers.size === found.length && !qualifiers.has(undefined)
      ? `Use ${found.map((column) => `${column.qualifier}.${column.name}`).join(" or ")}.`
      : "Rename them with AS.";
    throw sqlError(context.sql, at, `column ${shown} is ambiguous.`, hint);
  }
  const aliased = qualifier === undefined ? context.lateral?.(name, at) : undefined;
  if (aliased !== undefined) return aliased;
  const ofOuter = context.outer?.find(name, qualifier, at);
  if (ofOuter !== undefined) return ofOuter;
  const isOfBatch = qualifier === undefined && Object.hasOwn(BATCH_TIME_FUNCTIONS, name.toLowerCase());
  if (isOfBatch) return BATCH_TIME_FUNCTIONS[name.toLowerCase()]!([]);
  if (qualifier === undefined && WITHOUT_PARENTHESES.includes(name.toLowerCase())) {
    throw unsupportedFunction(context.sql, { name: name.toLowerCase(), at });
  }
  const known = [...new Set(context.columns.filter(({ hidden }) => hidden !== true).map(({ name }) => name))];
  throw sqlError(context.sql, at, `column ${shown} cannot be resolved.`, didYouMean(name, known));
}

/** Whether a stream, table or subquery has this name. */
export function isRelation(name: string, { columns }: NameScope): boolean {
  return columns.some(({ qualifier }) => qualifier?.toLowerCase() === name.toLowerCase());
}

/** Requires a name for each column of a relation. @throws {SfcrimeError} SQL */
export function requireNames(
  names: readonly NameNode[],
  count: number,
  { name, at, sql }: { readonly name: string; readonly at: TextRange; readonly sql: string },
): void {
  if (names.length === count) return;
  const named = `${names.length} column${names.length === 1 ? "" : "s"}`;
  throw sqlError(sql, at, `${name} names ${named}, but has ${count}.`);
}
