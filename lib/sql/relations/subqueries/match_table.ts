/** The rows of a subquery as a table: what its value and its conditions read of them are the columns. */
import type { Analysis } from "../analysis.ts";
import type { TableTerms } from "../joins/table_join.ts";
import { attribute, attributesOf, type DraftBranch } from "../../expressions/scope.ts";
import { readsOthers, readsSlots, replaceSlots } from "../../expressions/slots.ts";
import type { Expression } from "../../plan.ts";
import type { TextRange } from "../../syntax/ast.ts";

/** See the module's description. */
export class MatchTable {
  readonly #draft: DraftBranch;
  readonly #at: TextRange;
  readonly #analysis: Analysis;
  readonly #own: ReadonlySet<number>;
  /** The columns, by their attributes. */
  readonly #columns = new Map<number, Expression>();

  /** @param at The subquery. */
  constructor(draft: DraftBranch, at: TextRange, analysis: Analysis) {
    this.#draft = draft;
    this.#own = attributesOf(draft);
    this.#at = at;
    this.#analysis = analysis;
  }

  /** Whether a value is a column. */
  isColumn(value: Expression): boolean {
    return value.kind === "slot" && this.#columns.has(value.slot);
  }

  /** A value of the subquery, over the columns and the row that it is for. */
  value(expression: Expression): Expression {
    if (this.#readsOthers(expression)) return this.#read(expression);
    const id = expression.kind === "slot" ? expression.slot : this.#analysis.attributes.fresh();
    this.#columns.set(id, expression);
    return attribute(id, expression.type);
  }

  /** The table, with the conditions of a join with it. */
  take(conditions: readonly Expression[]): TableTerms {
    const terms = conditions.map((term) => this.#term(term));
    return { ...(this.#declared() ?? this.#derived()), terms };
  }

  #derived(): Omit<TableTerms, "terms"> {
    const output = [...this.#columns.values()];
    const columns = output.map(({ type }, index) => ({
      name: `value ${index + 1}`,
      qualifier: undefined,
      type,
    }));
    const name = this.#analysis.derived.add([{ draft: this.#draft, output }], columns, this.#at);
    return {
      table: { name, columns },
      taken: new Map([...this.#columns.keys()].map((id, column) => [column, id])),
    };
  }

  /** A table that is declared, if all that is read are its columns. */
  #declared(): Omit<TableTerms, "terms"> | undefined {
    const { input, steps, attributes } = this.#draft;
    if (input.kind !== "table" || input.table === undefined || steps.length > 0) return undefined;
    const columnOf = new Map([...attributes].map(([column, id]) => [id, column]));
    const taken = new Map<number, number>();
    for (const [id, value] of this.#columns) {
      const column = value.kind === "slot" ? columnOf.get(value.slot) : undefined;
      if (column === undefined) return undefined;
      taken.set(column, id);
    }
    const columns = input.source.columns.map(({ name, type }) => ({ name, qualifier: undefined, type }));
    return { table: { name: input.table, columns }, taken };
  }

  /** A condition: each side of an equality is a column, if it is of the subquery. */
  #term(term: Expression): Expression {
    if (term.kind !== "call" || (term.name !== "=" && term.name !== "<=>")) return this.#read(term);
    return { ...term, args: term.args.map((side) => readsSlots(side) ? this.value(side) : side) };
  }

  /** An expression over columns. */
  #read(expression: Expression): Expression {
    return replaceSlots(expression, (slot) => this.#readsOthers(slot) ? slot : this.value(slot));
  }

  /** Whether an expression reads an attribute that is none of the subquery. */
  #readsOthers(expression: Expression): boolean {
    return readsOthers(expression, this.#own);
  }
}
