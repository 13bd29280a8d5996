/**
 * Subqueries in ON: each is a value of the rows of the side that it reads, which become a column more for the condition.
 * Source: Spark's RewritePredicateSubquery, which adds to that side whether there is a match, too.
 */
import { resolveCondition, type ResolveContext } from "../../expressions/resolve.ts";
import { attribute, type BranchView, type Relation, type ScopeColumn } from "../../expressions/scope.ts";
import { eachSlot } from "../../expressions/slots.ts";
import { not } from "../../functions/operators.ts";
import type { Expression } from "../../plan.ts";
import type { ExpressionNode, InQueryNode, JoinNode, SubqueryExpressionNode } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import { ownNodesIn } from "../../syntax/written_columns.ts";
import { type Analysis, expressionContext } from "../analysis.ts";
import { conditionContext, type ConditionPlace } from "../joins/join_condition.ts";
import { syntaxText } from "../syntax_text.ts";
import { choice } from "./choice.ts";
import { Subqueries } from "./subqueries.ts";

/** The sides of a join. */
export interface JoinedSides {
  readonly left: Relation;
  readonly right: Relation;
}

/** The relation of the columns that are added: no statement can name it. */
const CONDITION = " condition";

type Side = "left" | "right";

/** Joins by a condition that may have subqueries. @param join Joins sides that have them as columns. */
export function withConditionQueries(
  sides: JoinedSides,
  { node, analysis }: { readonly node: JoinNode; readonly analysis: Analysis },
  join: (sides: JoinedSides, place: ConditionPlace) => Relation,
): Relation {
  const { condition } = node;
  if (condition?.kind !== "on" || !ownNodesIn(condition.expression).some(isSubquery)) {
    return join(sides, { analysis });
  }
  const found = [...queriesIn(condition.expression, sides, analysis)];
  const nameOf = (query: SubqueryExpressionNode) =>
    `query ${found.findIndex(([text]) => text === syntaxText(query)) + 1}`;
  const ofSide = (side: Side): Relation => {
    const queries = found.flatMap(([, query]) => query.reads === side ? [query] : []);
    if (queries.length === 0) return sides[side];
    return {
      branches: sides[side].branches.map((branch) => withValues(branch, { queries, nameOf, analysis })),
    };
  };
  const joined = join({ left: ofSide("left"), right: ofSide("right") }, {
    analysis,
    subqueryValue: (query, { columns }) => {
      const name = nameOf(query);
      return columns.find((column) => column.qualifier === CONDITION && column.name === name)!.value();
    },
  });
  return {
    branches: joined.branches.map(({ draft, columns }) => ({
      draft,
      columns: columns.filter(({ qualifier }) => qualifier !== CONDITION),
    })),
  };
}

function isSubquery({ kind }: { readonly kind: string }): boolean {
  return kind === "scalarQuery" || kind === "inQuery" || kind === "exists";
}

/** A subquery, and the side that it reads. */
interface ConditionQuery {
  readonly query: SubqueryExpressionNode;
  readonly reads: Side;
  /** Whether it is an IN that can be NULL: elsewhere, that is as good as FALSE. */
  readonly isNullable: boolean;
}

/** The subqueries whose value only counts if it is TRUE: parts of the conjunctions and disjunctions of a condition. */
function truthsIn(condition: ExpressionNode): readonly ExpressionNode[] {
  if (condition.kind === "unary" && condition.op === "NOT") return truthsIn(condition.argument);
  const { kind } = condition;
  if (kind !== "binary" || (condition.op !== "AND" && condition.op !== "OR")) return [condition];
  return [...truthsIn(condition.left), ...truthsIn(condition.right)];
}

/** The subqueries of a condition, by their text. @throws {SfcrimeError} SQL for one that Spark does not take, either */
function queriesIn(
  condition: ExpressionNode,
  { left, right }: JoinedSides,
  analysis: Analysis,
): ReadonlyMap<string, ConditionQuery> {
  const found = new Map<string, ConditionQuery>();
  const sideOf = new Map<number, Side>();
  const truths = new Set(truthsIn(condition).map(placeOf));
  const probed = ({ branches }: Relation, side: Side): ScopeColumn[] =>
    branches[0]!.columns.map((column) => ({
      ...column,
      value: () => {
        const id = analysis.attributes.fresh();
        sideOf.set(id, side);
        return attribute(id, column.value().type);
      },
    }));
  const subqueryValue = (query: SubqueryExpressionNode, context: ResolveContext): Expression => {
    const sides = new Set<Side>();
    const check = (value: Expression) =>
      eachSlot(value, (id) => {
        const side = sideOf.get(id);
        if (side !== undefined) sides.add(side);
      });
    let isCorrelated = false;
    const note = () => void (isCorrelated = true);
    const value = analysis.derived.tried(() =>
      new Subqueries([], analysis, { check, note }).resolve(query, context)
    );
    const problem = sides.size > 1
      ? "a subquery in ON that reads both sides of the join"
      : query.kind === "scalarQuery" && sides.size > 0
      ? "a subquery in ON that is a value of each row"
      : undefined;
    if (problem !== undefined) {
      throw sqlError(analysis.sql, query.at, `${problem} is not supported.`, "Use it in WHERE.");
    }
    const text = syntaxText(query);
    // Spark computes an IN that is the same for all rows by itself; only then it is NULL.
    const isNullable = query.kind === "inQuery" && !isCorrelated && !truths.has(placeOf(query)) ||
      found.get(text)?.isNullable === true;
    found.set(text, { query, reads: sides.has("right") ? "right" : "left", isNullable });
    return attribute(analysis.attributes.fresh(), value.type);
  };
  const columns = { left: probed(left, "left"), right: probed(right, "right") };
  resolveCondition(condition, conditionContext(columns, { analysis, subqueryValue }));
  return found;
}

function placeOf({ at: { start, end } }: ExpressionNode): string {
  return `${start} ${end}`;
}

/** A branch with the values of subqueries as hidden columns. */
function withValues(
  { draft, columns }: BranchView,
  { queries, nameOf, analysis }: {
    readonly queries: readonly ConditionQuery[];
    readonly nameOf: (query: SubqueryExpressionNode) => string;
    readonly analysis: Analysis;
  },
): BranchView {
  const subqueries = new Subqueries(draft.steps, analysis);
  const context = expressionContext(analysis, columns);
  const added = queries.map(({ query, isNullable }): ScopeColumn => {
    const value = isNullable && query.kind === "inQuery"
      ? nullableValue(query, (node) => subqueries.resolve(node, context))
      : subqueries.resolve(query, context);
    return { name: nameOf(query), qualifier: CONDITION, value: () => value, hidden: true };
  });
  return { draft, columns: [...columns, ...added] };
}

/** The value of IN, or of NOT IN, which is NULL if there is only a NULL that it may equal. */
function nullableValue(query: InQueryNode, resolve: (node: InQueryNode) => Expression): Expression {
  const [isIn, isNotIn] = [false, true].map((negated) => resolve({ ...query, negated })) as [
    Expression,
    Expression,
  ];
  const literal = (value: boolean): Expression => ({ kind: "literal", value, type: "BOOLEAN" });
  const value = choice([[isIn, literal(true)], [isNotIn, literal(false)]], undefined, "BOOLEAN");
  return query.negated ? not(value) : value;
}
