/**
 * Keys of GROUP BY in HAVING. An expression that is a key as a whole means the key, even if a name in it is also
 * an alias: in `SELECT a % 2 + 10 AS a … GROUP BY a % 2 HAVING a % 2 = 1`, `a` is the column. Only what is left
 * of the condition may refer to aliases.
 */
import { SfcrimeError } from "../../../base/errors.ts";
import type { ExpressionNode } from "../../syntax/ast.ts";
import type { Expression } from "../../plan.ts";
import { sameName } from "../select_items.ts";
import { writtenColumns } from "../../syntax/written_columns.ts";

/** What is known of the keys. */
export interface WholeKeysOptions {
  readonly aliases: readonly string[];
  /** Resolves an expression to the key that it is as a whole, if any, without regard to aliases. */
  readonly keyOf: (node: ExpressionNode) => Expression | undefined;
}

/** A function that finds the key that an expression is as a whole, if a name in it is also an alias. */
export function wholeKeys(
  keys: readonly ExpressionNode[],
  { aliases, keyOf }: WholeKeysOptions,
): (node: ExpressionNode) => Expression | undefined {
  const isAlias = ({ name }: { readonly name: string }) => aliases.some((alias) => sameName(alias, name));
  const doubtful = keys.filter((key) => key.kind !== "column" && writtenColumns(key).some(isAlias));
  const sizes = doubtful.map((key) => sizeUpTo(Infinity, key));
  return (node) => {
    // Only expressions of the same size are compared, so that long conditions are not resolved many times.
    const isLike = doubtful.some(({ kind }, index) =>
      kind === node.kind && sizeUpTo(sizes[index]! + 1, node) === sizes[index]
    );
    if (!isLike) return undefined;
    try {
      return keyOf(node);
    } catch (error) {
      // A name in it may be that of a column of the result.
      if (error instanceof SfcrimeError) return undefined;
      throw error;
    }
  };
}

/** The number of nodes of an expression, counted up to a limit. */
function sizeUpTo(limit: number, node: ExpressionNode): number {
  let size = 0;
  const waiting: object[] = [node];
  for (let part = waiting.pop(); part !== undefined && size < limit; part = waiting.pop()) {
    if ("kind" in part) size++;
    for (const child of Object.values(part)) {
      if (typeof child === "object" && child !== null) waiting.push(child);
    }
  }
  return size;
}
