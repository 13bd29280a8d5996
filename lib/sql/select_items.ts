/** The SELECT list, with `*` expanded. */
import type { ItemNode, SelectNode, TextRange } from "./ast.ts";
import type { BranchView } from "./scope.ts";
import { sqlError } from "./sql_error.ts";

/** A column of the result of a SELECT. */
export interface OutputColumn {
  readonly name: string;
  readonly at: TextRange;
}

/** An expression, or a column of an expanded `*`. */
export type Item =
  | { readonly kind: "item"; readonly node: ItemNode }
  | { readonly kind: "star"; readonly column: number; readonly name: string; readonly at: TextRange };

/** Expands `*`. @throws {SfcrimeError} SQL, if its qualifier is not in FROM. */
export function expandItems(node: SelectNode, { columns }: BranchView, sql: string): Item[] {
  return node.items.flatMap((item): Item[] => {
    if (item.kind === "item") return [{ kind: "item", node: item }];
    const { qualifier, at } = item;
    const meant = columns.map((column, index) => ({ column, index })).filter(({ column }) =>
      qualifier === null
        ? column.hidden !== true
        : column.qualifier?.toLowerCase() === qualifier.toLowerCase()
    );
    if (meant.length === 0) {
      throw sqlError(sql, at, `cannot resolve ${qualifier}.*: no stream or table in FROM has this name.`);
    }
    return meant.map(({ column, index }) => ({ kind: "star", column: index, name: column.name, at }));
  });
}

/** The aliases of the SELECT list. Even an alias that repeats the name of its column counts. */
export function aliasesOf(items: readonly Item[]): string[] {
  return items.flatMap((item) => item.kind === "item" && item.node.alias !== null ? [item.node.alias] : []);
}

/** Whether two names are equal, ignoring case. */
export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
