/** Rows that a statement lists: VALUES, and the row of a SELECT without FROM. */
import { containsAggregate } from "../grouping/contains_aggregate.ts";
import { resolve } from "../../expressions/resolve.ts";
import type { DraftBranch, Relation } from "../../expressions/scope.ts";
import type { ValuesNode } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import { type Analysis, expressionContext, type RowSelect } from "../analysis.ts";
import { Union } from "./union.ts";

/** A relation of one row without columns. */
export function oneRow(): Relation {
  return { branches: [{ draft: oneRowDraft(), columns: [] }] };
}

function oneRowDraft(): DraftBranch {
  return {
    input: { kind: "table", table: undefined, source: { columns: [] } },
    attributes: new Map(),
    steps: [],
    eventTime: undefined,
  };
}

/** The rows of VALUES, with columns `col1`, `col2`… of common types. @throws {SfcrimeError} SQL */
export function valuesRows({ rows, at }: ValuesNode, analysis: Analysis): RowSelect {
  const { sql } = analysis;
  // They may not read the row that a subquery is for.
  const { outer: _none, ...own } = analysis;
  const count = rows[0]!.length;
  const columns = rows[0]!.map((_cell, index) => ({ name: `col${index + 1}`, at }));
  const selects = rows.map((cells): RowSelect => {
    if (cells.length !== count) {
      const problem = `a row of VALUES has ${cells.length} columns, but the first one has ${count}.`;
      throw sqlError(sql, cells[0]!.at, problem);
    }
    const output = cells.map((cell) => {
      if (!containsAggregate(cell)) return resolve(cell, expressionContext(own, []));
      throw sqlError(sql, cell.at, "aggregate functions are not allowed in VALUES.");
    });
    return { columns, branches: [{ draft: oneRowDraft(), output }], sort: [] };
  });
  const union = new Union(selects[0]!, sql, "VALUES");
  for (const [index, select] of selects.entries()) if (index > 0) union.add(select, rows[index]![0]!.at);
  return union.take();
}
