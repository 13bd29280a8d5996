/** The condition of a join, and its columns: those of USING come first, and once. */
import { didYouMean } from "../../../base/text/nearest.ts";
import { typeName } from "../../../records/data_type.ts";
import { resolve, resolveCondition, type ResolveContext } from "../../expressions/resolve.ts";
import { lookUp, type ScopeColumn } from "../../expressions/scope.ts";
import { termsOf } from "../../functions/chains.ts";
import { castTo, commonType } from "../../functions/coercion.ts";
import { call } from "../../functions/signature.ts";
import type { Expression } from "../../plan.ts";
import type { ExpressionNode, JoinCondition, NameNode } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import { type Analysis, expressionContext } from "../analysis.ts";

/** The conditions of a join, over attributes of both sides; all of them have to hold. */
export type JoinTerms = readonly Expression[];

/** Both sides of a join, as names see them. */
export interface JoinSides {
  readonly left: readonly ScopeColumn[];
  readonly right: readonly ScopeColumn[];
}

/** What the condition of a join is resolved with. */
export interface ConditionPlace {
  readonly analysis: Analysis;
  /** Resolves a subquery in ON; absent where there is none. */
  readonly subqueryValue?: NonNullable<ResolveContext["subqueryValue"]>;
}

/** The conditions of ON or USING. @throws {SfcrimeError} SQL */
export function joinTerms(condition: JoinCondition, sides: JoinSides, place: ConditionPlace): JoinTerms {
  return condition.kind === "using"
    ? condition.columns.map((name) => equality(name, sides, place))
    : onTerms(condition.expression, sides, place);
}

/** The context of ON. */
export function conditionContext(
  { left, right }: JoinSides,
  { analysis, subqueryValue }: ConditionPlace,
): ResolveContext {
  return {
    ...expressionContext(analysis, [...left, ...right]),
    noAggregate: "aggregate functions are not allowed in a join condition",
    ...(subqueryValue === undefined ? {} : { subqueryValue }),
  };
}

function onTerms(node: ExpressionNode, sides: JoinSides, place: ConditionPlace): JoinTerms {
  const condition = resolveCondition(node, conditionContext(sides, place));
  return termsOf(condition).filter((term) => term.kind !== "literal" || term.value !== true);
}

/** That a column of USING is the same on both sides. */
function equality(
  { name, at }: NameNode,
  { left, right }: JoinSides,
  { analysis }: ConditionPlace,
): Expression {
  const { sql } = analysis;
  for (const [side, columns] of [["left", left], ["right", right]] as const) {
    if (lookUp(columns, name).length > 0) continue;
    const known = columns.map((column) => column.name);
    const problem = `the ${side} side of the join has no column ${name} for USING.`;
    throw sqlError(sql, at, problem, didYouMean(name, known));
  }
  const [own, other] = [left, right].map((columns) =>
    resolve({ kind: "column", name, at }, expressionContext(analysis, columns))
  ) as [Expression, Expression];
  const common = commonType(own.type, other.type);
  if (common === undefined) {
    const types = `${typeName(own.type)} and ${typeName(other.type)}`;
    throw sqlError(sql, at, `column ${name} of USING cannot be compared: it is ${types}.`);
  }
  return call("=", [castTo(own, common), castTo(other, common)], "BOOLEAN");
}

/** The columns of a join: those of both sides, or of the left one. */
export function joinedColumns(
  { type, condition }: { readonly type: string; readonly condition: JoinCondition },
  { left, right }: JoinSides,
): readonly ScopeColumn[] {
  const ofLeft = type === "LEFT SEMI" || type === "LEFT ANTI";
  if (condition.kind !== "using") return ofLeft ? left : [...left, ...right];
  const merged = condition.columns.map(({ name }): ScopeColumn => {
    const [own, other] = [lookUp(left, name)[0]!, lookUp(right, name)[0]!];
    if (type !== "FULL") return type === "RIGHT" ? { ...other, name: own.name } : own;
    return { name: own.name, qualifier: undefined, value: () => first(own.value(), other.value()) };
  });
  const kept = condition.columns.map(({ name }) => lookUp(type === "RIGHT" ? right : left, name)[0]!);
  const rest = (columns: readonly ScopeColumn[]) =>
    columns.flatMap((column): ScopeColumn[] => {
      if (type !== "FULL" && kept.includes(column)) return [];
      const isUsed = condition.columns.some(({ name }) => name.toLowerCase() === column.name.toLowerCase());
      return [isUsed ? { ...column, hidden: true } : column];
    });
  return [...merged, ...rest(left), ...(ofLeft ? [] : rest(right))];
}

function first(left: Expression, right: Expression): Expression {
  const type = commonType(left.type, right.type) ?? left.type;
  return call("coalesce", [castTo(left, type), castTo(right, type)], type);
}
