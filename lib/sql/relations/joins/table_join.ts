/**
 * The step of a join with a static table. Equalities between a row and the table look rows up, also those of computed
 * values: these become columns of the table.
 */
import { type DataType, sameType } from "../../../records/data_type.ts";
import { allOf } from "../../functions/chains.ts";
import type { Expression, JoinType } from "../../plan.ts";
import type { Analysis } from "../analysis.ts";
import type { JoinedTable } from "../derived_tables.ts";
import type { DraftJoin } from "../../expressions/scope.ts";
import { mapSlots, readsAny, readsOthers, readsSlots } from "../../expressions/slots.ts";
import type { JoinTerms } from "./join_condition.ts";

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
