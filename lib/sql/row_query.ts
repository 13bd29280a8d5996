/**
 * A condition and an order over rows that exist already, such as the current result of a query: what stands after
 * WHERE and after ORDER BY, with the columns of the rows.
 *
 * They are parsed as parts of a statement, which is also what errors show. So nothing else than the two may come of the
 * statement: a condition that goes on with `LIMIT 1`, say, is refused.
 */
import { READ_ROWS_MAX } from "../base/bounds.ts";
import { SfcrimeError } from "../base/errors.ts";
import { formatCount } from "../base/text/format.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { Schema } from "../records/data_type.ts";
import { resolve, type ResolveContext, resolveStrictCondition } from "./expressions/resolve.ts";
import { attribute, type ScopeColumn } from "./expressions/scope.ts";
import type { Expression, SortKey } from "./plan.ts";
import { usesBatchTime } from "./functions/time/batch_time.ts";
import { ordinal } from "./relations/grouping/group_keys.ts";
import type { Item } from "./relations/select_items.ts";
import type { QueryNode, SelectNode, TextRange } from "./syntax/ast.ts";
import { parseSql } from "./syntax/parse.ts";
import { sqlError } from "./syntax/sql_error.ts";
import { quotedName } from "./syntax/quoted_name.ts";

/** What is asked of rows, as text. */
export interface RowQuerySpec {
  /** The name of the query that the rows are of, which may stand before a column. */
  readonly name: string;
  readonly columns: Schema;
  readonly zone: TimeZone;
  /** What stands after WHERE; blank is the same as absent. */
  readonly where?: string | undefined;
  /** What stands after ORDER BY. */
  readonly order?: string | undefined;
}

/** The same over the slots of a row. */
export interface RowQuery {
  readonly where: Expression | undefined;
  readonly sort: readonly SortKey[];
}

/** @throws {SfcrimeError} USAGE if it is not a number of rows that may be asked for. */
export function requireRowsLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= READ_ROWS_MAX) return;
  throw new SfcrimeError(
    "USAGE",
    `limit: ${limit} is not a whole number from 1 to ${formatCount(READ_ROWS_MAX)}.`,
  );
}

/** See the module's description. @throws {SfcrimeError} SQL, with the position in the statement. */
export function analyzeRowQuery(spec: RowQuerySpec): RowQuery {
  const { name, columns, zone } = spec;
  const [where, order] = [textOf(spec.where), textOf(spec.order)];
  if (where === undefined && order === undefined) return { where: undefined, sort: [] };
  // What follows a comment at the end of one part is on a line of its own.
  const sql = `SELECT * FROM ${quotedName(name)}${where === undefined ? "" : `\nWHERE ${where}`}${
    order === undefined ? "" : `\nORDER BY ${order}`
  }`;
  const query = parseSql(sql);
  const select = requireParts(query, { sql, where, order });
  const context: ResolveContext = {
    sql,
    zone,
    columns: columns.map(({ name: column, type }, index): ScopeColumn => ({
      name: column,
      qualifier: name,
      value: () => attribute(index, type),
    })),
    noAggregate: "aggregate functions are not allowed here: the rows are the result of the query",
  };
  const items = columns.map(({ name: column }, index): Item => ({
    kind: "star",
    column: index,
    name: column,
    at: query.at,
  }));
  const asked: RowQuery = {
    where: select.where === null ? undefined : resolveStrictCondition(select.where, context),
    sort: query.orderBy.map(({ expression, descending, nullsFirst }): SortKey => {
      const position = ordinal(expression, items, sql);
      return {
        expression: position === undefined
          ? resolve(expression, context)
          : attribute(position, columns[position]!.type),
        descending,
        nullsFirst,
      };
    }),
  };
  if (!usesBatchTime(asked)) return asked;
  throw sqlError(sql, query.at, "the time of the batch is not known here.", "Write the time itself.");
}

/** The SELECT of a statement that has no other parts than those that were asked for. */
function requireParts(
  query: QueryNode,
  { sql, where, order }: { readonly sql: string } & Pick<RowQuerySpec, "where" | "order">,
): SelectNode {
  const refuse = (at: TextRange) =>
    sqlError(sql, at, `only ${where === undefined ? "an order" : "a condition"} is allowed here.`);
  const { body, limit, orderBy } = query;
  if (body.kind !== "select") throw refuse(body.at);
  const other = [
    body.groupBy[0]?.at,
    body.having?.at,
    order === undefined ? orderBy[0]?.at : undefined,
    limit?.at,
  ].find((at) => at !== undefined);
  if (other !== undefined) throw refuse(other);
  return body;
}

function textOf(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}
