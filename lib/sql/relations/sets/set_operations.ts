/**
 * UNION, INTERSECT and EXCEPT. Those without ALL are joins and aggregations, as in Spark: of equal rows one is kept, and
 * rows are equal if their columns are, also where both are NULL.
 */
import { typeName } from "../../../records/data_type.ts";
import { castTo, holdsMap } from "../../functions/coercion.ts";
import { call } from "../../functions/signature.ts";
import { attribute, type DraftRows, isStatic } from "../../expressions/scope.ts";
import { eventKeysOf } from "../../planning/event_keys.ts";
import type { SetNode, TextRange } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import type { Analysis, RowSelect } from "../analysis.ts";
import { type TableColumn, tableRelation } from "../derived_tables.ts";
import { tableJoin } from "../joins/table_join.ts";
import { Union } from "./union.ts";

/** Combines rows by operators, one after the other. @throws {SfcrimeError} SQL */
export function combine(
  first: RowSelect,
  operators: readonly SetNode[],
  { analysis, sideOf }: { readonly analysis: Analysis; readonly sideOf: (node: SetNode) => RowSelect },
): RowSelect {
  const { sql } = analysis;
  let rows = first;
  let union: Union | undefined;
  for (const node of operators) {
    const right = sideOf(node);
    requireSame(rows, right, node, sql);
    if (node.operator === "UNION") {
      // Thousands may be united.
      union ??= new Union(rows, sql);
      union.add(right, node.at);
      if (node.all) continue;
      rows = distinct(union.take(), { at: node.at, analysis });
    } else rows = setJoin(union?.take() ?? rows, right, { node, analysis });
    union = undefined;
  }
  return union?.take() ?? rows;
}

/** Spark combines no stream with a table, but for what EXCEPT leaves of a stream. */
function requireSame(left: RowSelect, right: RowSelect, { operator, at }: SetNode, sql: string): void {
  const [leftIs, rightIs] = [left, right].map(({ branches }) =>
    branches.every(({ draft }) => isStatic(draft))
  );
  if (operator === "INTERSECT" && !(leftIs && rightIs)) {
    throw sqlError(sql, at, "INTERSECT of a stream is not supported.", "Use LEFT SEMI JOIN.");
  }
  if (leftIs === rightIs || !leftIs && rightIs && operator === "EXCEPT") return;
  const problem = operator === "UNION"
    ? "UNION of a stream and a static table is not supported."
    : `${operator} with a static table on the left and a stream on the right is not supported.`;
  throw sqlError(sql, at, problem, "Use a join with the table.");
}

interface SetPlace {
  readonly node: SetNode;
  readonly analysis: Analysis;
}

/** Rows that are in a table, or are not. */
function setJoin(left: RowSelect, right: RowSelect, { node, analysis }: SetPlace): RowSelect {
  const { operator, all, at } = node;
  const { sql, derived, attributes } = analysis;
  if (right.branches.some(({ draft }) => !isStatic(draft))) {
    throw sqlError(
      sql,
      at,
      `${operator} with a stream on the right is not supported.`,
      "Use a join of streams.",
    );
  }
  if (all) throw sqlError(sql, at, `${operator} ALL is not supported.`, `Use ${operator}.`);
  const both = new Union(left, sql, operator);
  both.add(right, at);
  const types = both.types;
  const cast = ({ draft, output }: DraftRows): DraftRows => ({
    draft,
    output: output.map((value, index) => castTo(value, types[index]!)),
  });
  const columns = right.columns.map(({ name }, index): TableColumn => ({
    name,
    qualifier: undefined,
    type: types[index]!,
  }));
  const table = { name: derived.add(right.branches.map(cast), columns, node.right.at), columns };
  const branches = left.branches.map(cast);
  for (const { draft, output } of branches) {
    const [of] = tableRelation(table, attributes).branches;
    const terms = output.map((value, index) => call("<=>", [value, of!.columns[index]!.value()], "BOOLEAN"));
    const type = operator === "INTERSECT" ? "LEFT SEMI" : "LEFT ANTI";
    draft.steps.push(tableJoin(type, { table, taken: of!.draft.attributes, terms }, analysis));
  }
  return distinct({ columns: left.columns, branches, sort: [] }, {
    at,
    analysis,
    isExcept: operator === "EXCEPT",
  });
}

/** One of all rows that are equal. @throws {SfcrimeError} SQL for a MAP, which cannot be compared. */
export function distinct(
  { columns, branches }: RowSelect,
  { at, analysis: { sql, attributes }, isExcept = false }: {
    readonly at: TextRange;
    readonly analysis: Analysis;
    readonly isExcept?: boolean;
  },
): RowSelect {
  const types = branches[0]!.output.map(({ type }) => type);
  const map = types.find(holdsMap);
  if (map !== undefined) {
    throw sqlError(
      sql,
      at,
      `rows with ${typeName(map)} cannot be compared, as it has a MAP.`,
      "Use UNION ALL.",
    );
  }
  const ids = types.map(() => attributes.fresh());
  const [event] = eventKeysOf(branches, types.length);
  return {
    columns,
    branches: [{
      draft: {
        input: {
          kind: "aggregate",
          from: branches,
          keys: types,
          calls: [],
          ...(isExcept ? { isExcept } : {}),
        },
        attributes: new Map(ids.map((id, column) => [column, id])),
        steps: [],
        eventTime: event && { attribute: ids[event.key]!, of: event.of },
      },
      output: ids.map((id, index) => attribute(id, types[index]!)),
    }],
    sort: [],
  };
}
