/** The row that a subquery is for, as the subquery sees it. */
import { resolve, type ResolveContext } from "../../expressions/resolve.ts";
import { lookUp, type OuterRow } from "../../expressions/scope.ts";
import { eachSlot } from "../../expressions/slots.ts";
import type { Expression } from "../../plan.ts";
import type { ExpressionNode, TextRange } from "../../syntax/ast.ts";

/** Checks what a subquery reads of the row that it is for. @throws {SfcrimeError} SQL */
export type OuterCheck = (value: Expression, node: ExpressionNode) => void;

/** What is done with what subqueries read of the row that they are for. */
export interface OuterReads {
  readonly check?: OuterCheck;
  /** Notes a column, by its name. */
  readonly note?: (name: string, at: TextRange) => void;
}

/** The row of an expression with a subquery, or of a relation before LATERAL. */
export function outerRow(context: ResolveContext, { check, note }: OuterReads = {}): OuterRow {
  const attributes = new Set<number>();
  return {
    attributes,
    columns: context.columns,
    find: (name, qualifier, at) => {
      if (lookUp(context.columns, name, qualifier).length === 0) return undefined;
      const node: ExpressionNode = qualifier === undefined
        ? { kind: "column", name, at }
        : { kind: "field", argument: { kind: "column", name: qualifier, at }, name, at };
      const value = resolve(node, context);
      check?.(value, node);
      note?.(name, at);
      eachSlot(value, (id) => attributes.add(id));
      return value;
    },
  };
}
