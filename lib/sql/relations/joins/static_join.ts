/**
 * Joins with static tables, on either side: each row of the other side looks its matches up. What has to return rows of
 * the table that match nothing is possible only if the other side is static as well.
 */
import { getOrInsert } from "../../../base/collections/get_or_insert.ts";
import type { JoinNode } from "../../syntax/ast.ts";
import type { JoinType } from "../../plan.ts";
import { type JoinedTable, tableRelation } from "../derived_tables.ts";
import {
  areStatic,
  attribute,
  type BranchView,
  type Relation,
  type ScopeColumn,
} from "../../expressions/scope.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import { type ConditionPlace, joinedColumns, type JoinSides, joinTerms } from "./join_condition.ts";
import { type PlainJoin, plainJoin } from "./join_forms.ts";
import { tableJoin } from "./table_join.ts";

/** What a join is resolved with. */
export interface JoinPlace extends ConditionPlace {
  readonly node: JoinNode;
}

/** Joins two relations of which at least one is static. @throws {SfcrimeError} SQL */
export function joinTable(left: Relation, right: Relation, place: JoinPlace): Relation {
  const { node, analysis } = place;
  const join = plainJoin(node, left.branches[0]!.columns, right.branches[0]!.columns);
  requireFinal(join.type, [left, right], place);
  switch (join.type) {
    case "INNER":
      return areStatic(right.branches)
        ? joined(left, right, { ...place, join, side: "right" })
        : joined(right, left, { ...place, join, side: "left" });
    case "RIGHT":
      return joined(right, left, { ...place, join, side: "left" });
    case "FULL": {
      const tables = [left, right].map((side) => analysis.derived.tableOf(side, node.at)) as [
        JoinedTable,
        JoinedTable,
      ];
      return fullJoin(tables, { ...place, join });
    }
    default:
      return joined(left, right, { ...place, join, side: "right" });
  }
}

/** Which rows of each side a join returns that match nothing, or decides by whether they do. */
const KEPT: Readonly<Record<string, readonly ("left" | "right")[]>> = {
  "INNER": [],
  "LEFT": ["left"],
  "LEFT SEMI": ["left"],
  "LEFT ANTI": ["left"],
  "RIGHT": ["right"],
  "FULL": ["left", "right"],
};

/** @throws {SfcrimeError} SQL if a row of a table could match what comes later. */
function requireFinal(
  type: string,
  [left, right]: readonly [Relation, Relation],
  { node, analysis }: JoinPlace,
): void {
  const kept = KEPT[type];
  if (kept === undefined) throw sqlError(analysis.sql, node.at, `${node.type} join is not supported.`);
  const [leftIs, rightIs] = [left, right].map(({ branches }) => areStatic(branches));
  if (leftIs && rightIs || !kept.includes(leftIs ? "left" : "right")) return;
  const [one, other] = leftIs ? ["static table", "stream"] : ["stream", "static table"];
  throw sqlError(
    analysis.sql,
    node.at,
    `${node.type} join with a ${one} on the left and a ${other} on the right is not supported.`,
    leftIs
      ? "Use INNER, RIGHT or CROSS JOIN, or put the stream on the left. Unmatched rows of the table would never be final."
      : "Use INNER, LEFT, LEFT SEMI, LEFT ANTI or CROSS JOIN. Unmatched rows of the table would never be final.",
  );
}

interface SidedJoin extends JoinPlace {
  readonly join: PlainJoin;
  /** Where the table stands. */
  readonly side: "left" | "right";
}

/** Joins rows with a table. */
function joined(rows: Relation, relation: Relation, details: SidedJoin): Relation {
  const table = details.analysis.derived.tableOf(relation, details.node.right.at);
  return { branches: rows.branches.map((branch) => joinBranch(branch, table, details)) };
}

/** Adds the step to a branch; returns the columns of both sides. */
function addStep(
  { draft, columns }: BranchView,
  table: JoinedTable,
  { join, side, ...place }: SidedJoin,
  type: JoinType,
): JoinSides {
  const { analysis } = place;
  const taken = new Map<number, number>();
  const ofTable = table.columns.map(({ type: ofColumn, ...column }, index): ScopeColumn => ({
    ...column,
    value: () => attribute(getOrInsert(taken, index, () => analysis.attributes.fresh()), ofColumn),
  }));
  const [left, right] = side === "right" ? [columns, ofTable] : [ofTable, columns];
  const terms = joinTerms(join.condition, { left, right }, place);
  draft.steps.push(tableJoin(type, { table, taken, terms }, analysis));
  return { left, right };
}

function joinBranch(rows: BranchView, table: JoinedTable, details: SidedJoin): BranchView {
  const { join } = details;
  const type = (join.type === "RIGHT" ? "LEFT" : join.type) as JoinType;
  const { left, right } = addStep(rows, table, details, type);
  return { draft: rows.draft, columns: joinedColumns(join, { left, right }) };
}

/** The rows of the left table with their matches, and then those of the right one without any. */
function fullJoin(
  [left, right]: readonly [JoinedTable, JoinedTable],
  place: JoinPlace & { readonly join: PlainJoin },
): Relation {
  const { attributes } = place.analysis;
  const [ofLeft] = tableRelation(left, attributes).branches as [BranchView];
  const [ofRight] = tableRelation(right, attributes).branches as [BranchView];
  const pairs = addStep(ofLeft, right, { ...place, side: "right" }, "LEFT");
  addStep(ofRight, left, { ...place, side: "left" }, "LEFT ANTI");
  const none = left.columns.map(({ type, ...column }): ScopeColumn => ({
    ...column,
    value: () => ({ kind: "literal", value: null, type }),
  }));
  return {
    branches: [
      { draft: ofLeft.draft, columns: joinedColumns(place.join, pairs) },
      { draft: ofRight.draft, columns: joinedColumns(place.join, { left: none, right: ofRight.columns }) },
    ],
  };
}
