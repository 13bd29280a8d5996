/** The row of a group while its SELECT is resolved: the keys, and then the results of aggregate calls, as attributes. */
import type { DataType } from "../../../records/data_type.ts";
import { attribute, type Attributes } from "../../expressions/scope.ts";
import type { Expression } from "../../plan.ts";

/** See the module's description. */
export class GroupRow {
  readonly #attributes: Attributes;
  readonly #columns: Expression[] = [];
  /** The columns, by their attribute. */
  readonly #byId = new Map<number, number>();

  constructor(attributes: Attributes) {
    this.#attributes = attributes;
  }

  /** Adds a column. */
  add(type: DataType): Expression {
    const id = this.#attributes.fresh();
    this.#byId.set(id, this.#columns.length);
    const column = attribute(id, type);
    this.#columns.push(column);
    return column;
  }

  /** A column, as an expression. */
  at(column: number): Expression {
    return this.#columns[column]!;
  }

  /** The column of an attribute; undefined if it is none of the row. */
  columnOf(id: number): number | undefined {
    return this.#byId.get(id);
  }

  /** The attribute of each column. */
  get attributes(): Map<number, number> {
    return new Map([...this.#byId].map(([id, column]) => [column, id]));
  }
}
