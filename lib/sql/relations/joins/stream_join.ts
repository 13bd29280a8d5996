/** Joins of two streams, or of what is made of them: their columns, and the condition. */
import type { StreamJoinType } from "../../plan.ts";
import { attribute, type DraftBranch, type Relation, type ScopeColumn } from "../../expressions/scope.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import type { Analysis } from "../analysis.ts";
import { joinedColumns, type JoinSides, joinTerms } from "./join_condition.ts";
import { plainJoin } from "./join_forms.ts";
import type { JoinPlace } from "./static_join.ts";

const TYPES: readonly StreamJoinType[] = ["INNER", "LEFT", "RIGHT", "FULL", "LEFT SEMI"];

/** Joins two relations that are streams. @throws {SfcrimeError} SQL */
export function joinStreams(left: Relation, right: Relation, place: JoinPlace): Relation {
  const { node, analysis } = place;
  const join = plainJoin(node, left.branches[0]!.columns, right.branches[0]!.columns);
  const type = TYPES.find((known) => known === join.type);
  const refuse = (problem: string, hint?: string) => sqlError(analysis.sql, node.at, problem, hint);
  if (type === undefined) {
    throw refuse(
      `${node.type} join of two streams is not supported: a row that matches nothing is never final.`,
      "Use LEFT JOIN … ON with a condition that bounds the time between two rows, and WHERE right.id IS NULL.",
    );
  }
  const attributes = new Map<number, number>();
  const sides = [left, right] as const;
  const pair = pairColumns(sides, attributes, analysis);
  const on = joinTerms(join.condition, pair, place);
  const draft: DraftBranch = {
    input: { kind: "stream join", type, sides, on, refuse },
    attributes,
    steps: [],
    eventTime: undefined,
  };
  return { branches: [{ draft, columns: joinedColumns(join, pair) }] };
}

/** The columns of both inputs, by attributes of the pair. */
function pairColumns(
  sides: readonly [Relation, Relation],
  known: Map<number, number>,
  { attributes }: Analysis,
): JoinSides {
  const leftCount = sides[0].branches[0]!.columns.length;
  const columnsOfSide = ({ branches }: Relation, from: number): ScopeColumn[] =>
    branches[0]!.columns.map((column, index) => ({
      ...column,
      value: () => {
        const { type } = column.value();
        const id = known.get(from + index) ?? attributes.fresh();
        known.set(from + index, id);
        return attribute(id, type);
      },
    }));
  return { left: columnsOfSide(sides[0], 0), right: columnsOfSide(sides[1], leftCount) };
}
