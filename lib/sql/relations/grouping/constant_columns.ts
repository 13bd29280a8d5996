/**
 * Columns that are constant in each branch of a relation, where its rows are grouped. Their value is not one per group:
 * another branch may have another one. So they are attributes, like the columns that are read; but an expression over
 * them may be a key.
 */
import { sameExpression } from "../../expressions/same_expression.ts";
import { attribute, type Attributes, type Relation, type ScopeColumn } from "../../expressions/scope.ts";
import { readsSlots } from "../../expressions/slots.ts";
import type { Expression } from "../../plan.ts";

/** What is grouped, and by what. */
export interface GroupedColumns {
  readonly relation: Relation;
  readonly attributes: Attributes;
  /** The keys of each branch. */
  readonly keys: readonly (readonly Expression[])[];
  /** The attribute of a key in the rows of groups. */
  readonly resultOf: (key: number) => Expression;
}

/** See the module's description. */
export class ConstantColumns {
  readonly #grouped: GroupedColumns;
  readonly #values = new Map<number, Expression>();

  constructor(grouped: GroupedColumns) {
    this.#grouped = grouped;
  }

  /** The value of a column by its index: if it is constant, a key or an attribute. */
  valueOf(index: number, column: ScopeColumn): Expression {
    const { relation: { branches }, attributes, keys, resultOf } = this.#grouped;
    const value = column.value();
    if (readsSlots(value)) return value;
    const key = keys[0]!.findIndex((_key, place) =>
      branches.every(({ columns }, branch) => sameExpression(columns[index]!.value(), keys[branch]![place]!))
    );
    if (key >= 0) return resultOf(key);
    const id = attributes.fresh();
    this.#values.set(id, value);
    return attribute(id, value.type);
  }

  /** The value that an attribute stands for, if it is such a column. */
  get(id: number): Expression | undefined {
    return this.#values.get(id);
  }
}
