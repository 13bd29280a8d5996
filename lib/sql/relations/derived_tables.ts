/**
 * Static relations as tables that a join reads: those that are declared, and queries over them. Such a query becomes a
 * plan of its own, whose rows are computed once, when its tables are loaded.
 */
import type { DataType } from "../../records/data_type.ts";
import type { Expression, TablePlan } from "../plan.ts";
import { requireSize } from "../expressions/expression_size.ts";
import { readsOthers } from "../expressions/slots.ts";
import type { TextRange } from "../syntax/ast.ts";
import { drawsSeeds } from "../expressions/calls/random_seeds.ts";
import { usesBatchTime } from "../functions/time/batch_time.ts";
import { sqlError } from "../syntax/sql_error.ts";
import { stepExpressions } from "../planning/step_expressions.ts";
import { buildTableGraph } from "../planning/build_graph.ts";
import {
  AS_THEY_COME,
  attribute,
  type Attributes,
  attributesOf,
  type DraftRows,
  type Relation,
} from "../expressions/scope.ts";

/** A column of a table that is joined. */
export interface TableColumn {
  readonly name: string;
  readonly qualifier: string | undefined;
  readonly type: DataType;
  readonly hidden?: boolean;
}

/** A table that is joined: one that is declared, or the rows of a query. */
export interface JoinedTable {
  /** The name by which a plan reads it. */
  readonly name: string;
  readonly columns: readonly TableColumn[];
}

/** The queries over static tables of a statement, in the order in which they are computed. */
export class DerivedTables {
  readonly plans: TablePlan[] = [];
  readonly #query: { readonly name: string; readonly sql: string };

  constructor(query: { readonly name: string; readonly sql: string }) {
    this.#query = query;
  }

  /** The table that the rows of a relation are, under the names of its columns. */
  tableOf(relation: Relation, at: TextRange): JoinedTable {
    const types = relation.branches[0]!.columns.map(({ value }) => value().type);
    const columns = relation.branches[0]!.columns.map(({ name, qualifier, hidden }, index): TableColumn => ({
      name,
      qualifier,
      type: types[index]!,
      ...(hidden === undefined ? {} : { hidden }),
    }));
    const { table } = relation;
    if (table !== undefined) return { name: table, columns };
    const rows = relation.branches.map(({ draft, columns }): DraftRows => ({
      draft,
      output: columns.map(({ value }) => value()),
    }));
    return { name: this.add(rows, columns, at), columns };
  }

  /** Adds a query by its rows; returns the name of the table that they are. */
  add(
    rows: readonly DraftRows[],
    columns: readonly Pick<TableColumn, "name" | "type">[],
    at: TextRange,
  ): string {
    const { sql } = this.#query;
    if (!rows.every(isOwn)) {
      throw sqlError(
        sql,
        at,
        "a joined query reads the outer row, which is not supported.",
        "Read it in WHERE.",
      );
    }
    const graph = buildTableGraph(rows, AS_THEY_COME, (expressions) => requireSize(expressions, { at }, sql));
    this.#requireTimeless(graph, at);
    const text = sql.slice(at.start, at.end).replace(/\s+/g, " ").trim();
    return this.#push({ text, ...graph, output: columns.map(({ name, type }) => ({ name, type })) });
  }

  /** A table with more columns, which are computed from those that it has: they are the slots of the expressions. */
  extend({ name, columns }: JoinedTable, more: readonly Expression[]): JoinedTable {
    this.#requireTimeless(more, { start: 0, end: this.#query.sql.length });
    const slots = columns.map(({ type }, slot) => attribute(slot, type));
    const added = more.map(({ type }, index): TableColumn => ({
      name: `key ${index + 1}`,
      qualifier: undefined,
      type,
      hidden: true,
    }));
    const all = [...columns, ...added];
    const extended = this.#push({
      text: name,
      branches: [{
        table: name,
        columns: columns.map((_column, index) => index),
        width: columns.length,
        steps: [],
        output: [...slots, ...more],
      }],
      operators: [],
      output: all.map(({ name, type }) => ({ name, type })),
    });
    return { name: extended, columns: all };
  }

  /** The rows of a query over tables are not those of a batch. @throws {SfcrimeError} SQL */
  #requireTimeless(plan: unknown, at: TextRange): void {
    if (drawsSeeds(plan)) {
      const problem =
        "what is drawn at random is not supported in a query over tables, which is computed once.";
      throw sqlError(this.#query.sql, at, problem, "Draw it outside of the query.");
    }
    if (!usesBatchTime(plan)) return;
    const problem = "the time of the batch is not known to a query over tables, which is computed once.";
    throw sqlError(this.#query.sql, at, problem, "Compare with it outside of the query.");
  }

  /** Does something of which no table is left, such as asking for a type. */
  tried<T>(work: () => T): T {
    const count = this.plans.length;
    try {
      return work();
    } finally {
      this.plans.length = count;
    }
  }

  /** Adds a table, unless there is the same one. */
  #push(plan: Omit<TablePlan, "name">): string {
    const computed = computation(plan);
    const known = this.plans.find((other) => computation(other) === computed);
    if (known !== undefined) return known.name;
    const name = `subquery ${this.plans.length + 1} of ${this.#query.name}`;
    this.plans.push({ name, ...plan });
    return name;
  }
}

/** How a table is computed, as a text that is the same wherever it stands in the statement. */
function computation({ branches, operators, output }: Omit<TablePlan, "name">): string {
  return JSON.stringify([branches, operators, output]);
}

/** Whether rows depend on nothing but tables: on no row that a subquery is for. */
function isOwn({ draft, output }: DraftRows): boolean {
  const own = attributesOf(draft);
  const read = [...output, ...draft.steps.flatMap(stepExpressions)];
  return !read.some((expression) => readsOthers(expression, own)) &&
    (!("from" in draft.input) || draft.input.from.every(isOwn));
}

/** A relation that reads a table. */
export function tableRelation({ name, columns }: JoinedTable, attributes: Attributes): Relation {
  const known = new Map<number, number>();
  const source = { columns: columns.map(({ name, type }) => ({ name, type, field: name })) };
  return {
    table: name,
    branches: [{
      draft: {
        input: { kind: "table", table: name, source },
        attributes: known,
        steps: [],
        eventTime: undefined,
      },
      columns: columns.map(({ type, ...column }, index) => ({
        ...column,
        value: () => {
          const id = known.get(index) ?? attributes.fresh();
          known.set(index, id);
          return attribute(id, type);
        },
      })),
    }],
  };
}
