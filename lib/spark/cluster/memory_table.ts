/**
 * The table of Spark's memory sink, which has rows in the order in which they were emitted. A statement that takes some
 * of them has to ask for that order: what several executors read comes together in any.
 */
import type { Schema } from "../../records/data_type.ts";
import { quotedName } from "../../sql/syntax/quoted_name.ts";

/** A relation with the rows of a table, and the column that their order is in. */
export interface PlacedRows {
  /** A statement. */
  readonly sql: string;
  readonly place: string;
  /** The columns but for the place, for the list of a SELECT. */
  readonly columns: string;
}

/** The rows of a table with these columns, each with its place. */
export function placedRows(table: string, output: Schema): PlacedRows {
  const names = output.map(({ name }) => name);
  const place = freeName("place", names);
  return {
    sql: `SELECT *, monotonically_increasing_id() AS ${place} FROM ${quotedName(table)}`,
    place,
    columns: names.map(quotedName).join(", "),
  };
}

/** A name that no column has, whatever its case. */
export function freeName(name: string, columns: readonly string[]): string {
  let prefix = "_";
  while (columns.some((column) => column.startsWith(prefix))) prefix += "_";
  return `${prefix}${name}`;
}
