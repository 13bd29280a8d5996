/** The list behind SELECT, with stars replaced by the columns that they stand for. */
import type { ItemNode, SelectNode, TextRange } from "./ast.ts";
import type { BranchView } from "./scope.ts";
import { sqlError } from "./sql_error.ts";

/** A column of a SELECT's result. */
export interface OutputColumn {
  readonly name: string;
  readonly at: TextRange;
}

/** An expression, or one of the columns of a star. */
export type Item =
  | { readonly kind: "item"; readonly node: ItemNode }
  | { readonly kind: "star"; readonly column: number; readonly name: string; readonly at: TextRange };

/** Replaces stars. @throws {SfcrimeError} SQL, for a star of something that is not in FROM. */
export function expandItems(node: SelectNode, { columns }: BranchView, sql: string): Item[] {
  return node.items.flatMap((item): Item[] => {
    if (item.kind === "item") return [{ kind: "item", node: item }];
    const { qualifier, at } = item;
    const meant = columns.map((column, index) => ({ column, index })).filter(({ column }) =>
      qualifier === null
        ? column.hidden !== true
        : column.qualifier?.toLowerCase() === qualifier.toLowerCase()
    );
    if (meant.length === 0) throw sqlError(sql, at, `there is no stream or table ${qualifier} here.`);
    return meant.map(({ column, index }) => ({ kind: "star", column: index, name: column.name, at }));
  });
}
