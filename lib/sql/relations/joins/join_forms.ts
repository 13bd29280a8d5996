/** The forms of a join with a table that are others in the end: NATURAL, CROSS, a comma, and a join without a condition. */
import type { JoinCondition, JoinNode } from "../../syntax/ast.ts";
import type { Expression } from "../../plan.ts";
import {
  addedBy,
  type DraftBranch,
  type DraftJoin,
  type DraftStep,
  type ScopeColumn,
} from "../../expressions/scope.ts";
import { termsOf } from "../../functions/chains.ts";
import { type TableKey, tableKeyOf } from "./table_key.ts";

/** A join with a type and a condition that a step can have. */
export interface PlainJoin {
  readonly type: string;
  readonly condition: JoinCondition;
}

/** NATURAL joins by the columns that both sides have, or without a condition if there are none. */
export function plainJoin(
  { type, condition, at }: JoinNode,
  left: readonly ScopeColumn[],
  right: readonly { readonly name: string }[],
): PlainJoin {
  const always: JoinCondition = { kind: "on", expression: { kind: "boolean", value: true, at } };
  // There is no other in Spark.
  const natural = /^NATURAL (INNER|LEFT|RIGHT|FULL)$/.exec(type)?.[1];
  if (natural === undefined) {
    return { type: type === "CROSS" ? "INNER" : type, condition: condition ?? always };
  }
  const isShared = (name: string) => right.some((column) => column.name.toLowerCase() === name.toLowerCase());
  const shared = left.filter(({ name, hidden }) => hidden !== true && isShared(name));
  const columns = shared.map(({ name }) => ({ name, at }));
  return { type: natural, condition: columns.length === 0 ? always : { kind: "using", columns } };
}

/**
 * Takes equalities of WHERE as the keys of the inner joins that have none, so that rows of the table are looked up:
 * `FROM calls, codes WHERE calls.code = codes.code`. The filter stays.
 */
export function adoptKeys({ steps }: DraftBranch, condition: Expression): void {
  const terms = termsOf(condition);
  steps.forEach((step, index) => {
    if (step.kind !== "join" || step.type !== "INNER" || step.rowKeys.length > 0) return;
    const keys = terms.flatMap((term) => keyOf(term, step, steps.slice(index + 1)) ?? []);
    const found = { rowKeys: keys.map(({ row }) => row), tableKeys: keys.map(({ column }) => column) };
    steps[index] = { ...step, ...found };
  });
}

/** An equality of a column of the table and a value that is there before the join. */
function keyOf(
  term: Expression,
  { attributes }: DraftJoin,
  later: readonly DraftStep[],
): TableKey | undefined {
  const columns = new Map([...attributes].map(([column, id]) => [id, column]));
  return tableKeyOf(term, columns, new Set([...columns.keys(), ...later.flatMap(addedBy)]));
}
