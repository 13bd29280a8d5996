/**
 * The step of a join with a static table. Equalities between a row and the table look rows up, also those of computed
 * values: these become columns of the table.
 */
import { type DataType, sameType, typeName } from "../../../records/data_type.ts";
import { didYouMean } from "../../../base/text/nearest.ts";
import type { ExpressionNode, NameNode } from "../../syntax/ast.ts";
import { allOf, termsOf } from "../../functions/chains.ts";
import { castTo, commonType } from "../../functions/coercion.ts";
import { call } from "../../functions/signature.ts";
import type { Expression, JoinType } from "../../plan.ts";
import type { Analysis } from "../analysis.ts";
import type { JoinedTable } from "../derived_tables.ts";
import { resolve, resolveCondition } from "../../expressions/resolve.ts";
import { type DraftJoin, lookUp, type ScopeColumn } from "../../expressions/scope.ts";
import { mapSlots, readsAny, readsOthers, readsSlots } from "../../expressions/slots.ts";
import { sqlError } from "../../syntax/sql_error.ts";

/** The conditions of a join, over attributes of both sides; all of them have to hold. */
export type JoinTerms = readonly Expression[];

/** Both sides of a join, as names see them. */
export interface JoinSides {
  readonly left: readonly ScopeColumn[];
  readonly right: readonly ScopeColumn[];
  readonly analysis: Analysis;
}

/** The conditions of ON. */
export function onTerms(node: ExpressionNode, { left, right, analysis }: JoinSides): JoinTerms {
  const condition = resolveCondition(node, {
    ...analysis,
    columns: [...left, ...right],
    noAggregate: "aggregate functions are not allowed in a join condition",
  });
  return termsOf(condition).filter((term) => term.kind !== "literal" || term.value !== true);
}

/** The conditions of USING. @throws {SfcrimeError} SQL, if a side has no such column. */
export function usingTerms(names: readonly NameNode[], { left, right, analysis }: JoinSides): JoinTerms {
  const { sql } = analysis;
  return names.map(({ name, at }) => {
    for (const [side, columns] of [["left", left], ["right", right]] as const) {
      if (lookUp(columns, name).length > 0) continue;
      const known = columns.map((column) => column.name);
      const problem = `the ${side} side of the join has no column ${name} for USING.`;
      throw sqlError(sql, at, problem, didYouMean(name, known));
    }
    const [own, other] = [left, right].map((columns) =>
      resolve({ kind: "column", name, at }, { ...analysis, columns })
    ) as [Expression, Expression];
    const common = commonType(own.type, other.type);
    if (common === undefined) {
      const types = `${typeName(own.type)} and ${typeName(other.type)}`;
      throw sqlError(sql, at, `column ${name} of USING cannot be compared: it is ${types}.`);
    }
    return call("=", [castTo(own, common), castTo(other, common)], "BOOLEAN");
  });
}

/** A table, its columns that are read, by their attributes, and the conditions of a join with it. */
export interface TableTerms {
  readonly table: JoinedTable;
  readonly taken: Map<number, number>;
  readonly terms: JoinTerms;
}

/** An equality between a value of a row and one of the table. */
interface Equality {
  readonly row: Expression;
  readonly ofTable: Expression;
  readonly isNullSafe: boolean;
}

/** The step of a join of a type. */
export function tableJoin(
  type: JoinType,
  { table, taken, terms }: TableTerms,
  { derived }: Analysis,
): DraftJoin {
  const columnOf = new Map([...taken].map(([column, id]) => [id, column]));
  const found = terms.map((term) => equalityOf(term, columnOf));
  const equalities = found.filter((equality) => equality !== undefined);
  const rest = terms.filter((_term, index) => found[index] === undefined);
  const computed = equalities.map(({ ofTable }) => ofTable).filter(({ kind }) => kind !== "slot");
  const keyed = computed.length === 0
    ? table
    : derived.extend(table, computed.map((value) => mapSlots(value, (id) => columnOf.get(id)!)));
  const keyOf = (value: Expression) =>
    value.kind === "slot" ? columnOf.get(value.slot)! : table.columns.length + computed.indexOf(value);
  const nullSafe = equalities.flatMap(({ isNullSafe }, index) => isNullSafe ? [index] : []);
  return {
    kind: "join",
    type,
    table: keyed.name,
    rowKeys: equalities.map(({ row }) => row),
    tableKeys: equalities.map(({ ofTable }) => keyOf(ofTable)),
    attributes: taken,
    ...(nullSafe.length === 0 ? {} : { nullSafe }),
    ...(rest.length === 0 ? {} : { condition: allOf(rest) }),
  };
}

/** The equality that a condition is, if rows can be looked up by it, with the attributes of the table. */
export function equalityOf(
  term: Expression,
  ofTable: { has(attribute: number): boolean },
): Equality | undefined {
  if (term.kind !== "call" || (term.name !== "=" && term.name !== "<=>")) return undefined;
  const [left, right] = term.args as [Expression, Expression];
  if (!isKeyType(left.type) || !sameType(left.type, right.type)) return undefined;
  for (const [row, other] of [[left, right], [right, left]] as const) {
    const isFound = !readsAny(row, ofTable) && readsSlots(other) && !readsOthers(other, ofTable);
    if (isFound) return { row, ofTable: other, isNullSafe: term.name === "<=>" };
  }
  return undefined;
}

/** Whether equal values of a type are one value for JavaScript, so that they can be keys of a Map. */
function isKeyType(type: DataType): boolean {
  return typeof type === "string" ? type !== "BINARY" && type !== "INTERVAL" : type.kind === "DECIMAL";
}
