/**
 * UNION, INTERSECT and EXCEPT. Those without ALL are joins and aggregations, as in Spark: of equal rows one is kept, and
 * rows are equal if their columns are, also where both are NULL. INTERSECT ALL and EXCEPT ALL count equal rows on both
 * sides, and repeat each row as often as it is left. Source: Spark's RewriteIntersectAll and RewriteExceptAll.
 */
import { type DataType, typeName } from "../../../records/data_type.ts";
import { castTo, holdsMap } from "../../functions/coercion.ts";
import { GENERATORS } from "../../functions/nested/generators.ts";
import { call } from "../../functions/signature.ts";
import type { AggregateCall, Expression } from "../../plan.ts";
import { areStatic, attribute, type DraftRows } from "../../expressions/scope.ts";
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
    } else rows = difference(union?.take() ?? rows, right, { node, analysis });
    union = undefined;
  }
  return union?.take() ?? rows;
}

/** Spark combines no stream with a table, but for what EXCEPT leaves of a stream. */
function requireSame(left: RowSelect, right: RowSelect, { operator, at }: SetNode, sql: string): void {
  const [leftIs, rightIs] = [left, right].map(({ branches }) => areStatic(branches));
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

/** Two sides with columns of the same types. */
interface Sides {
  readonly left: readonly DraftRows[];
  readonly right: readonly DraftRows[];
}

/** INTERSECT or EXCEPT. @throws {SfcrimeError} SQL */
function difference(left: RowSelect, right: RowSelect, place: SetPlace): RowSelect {
  const { node: { operator, all, at }, analysis: { sql } } = place;
  if (!areStatic(right.branches)) {
    throw sqlError(
      sql,
      at,
      `${operator} with a stream on the right is not supported.`,
      "Use a join of streams.",
    );
  }
  if (all && !areStatic(left.branches)) {
    throw sqlError(sql, at, `${operator} ALL of a stream is not supported.`, `Use ${operator}.`);
  }
  const both = new Union(left, sql, operator);
  both.add(right, at);
  const { branches } = both.take();
  const count = left.branches.length;
  const sides: Sides = { left: branches.slice(0, count), right: branches.slice(count) };
  const rows = all ? counted(sides, place) : matched(sides, place);
  return { columns: left.columns, branches: rows, sort: [] };
}

/** Rows that are in a table, or are not. */
function matched({ left, right }: Sides, { node, analysis }: SetPlace): readonly DraftRows[] {
  const { operator, at } = node;
  const columns = typesOf(left).map((type, index): TableColumn => ({
    name: `column ${index + 1}`,
    qualifier: undefined,
    type,
  }));
  const table = { name: analysis.derived.add(right, columns, node.right.at), columns };
  for (const { draft, output } of left) {
    const [of] = tableRelation(table, analysis.attributes).branches;
    const terms = output.map((value, index) => call("<=>", [value, of!.columns[index]!.value()], "BOOLEAN"));
    const type = operator === "INTERSECT" ? "LEFT SEMI" : "LEFT ANTI";
    draft.steps.push(tableJoin(type, { table, taken: of!.draft.attributes, terms }, analysis));
  }
  return grouped(left, { calls: [], at, analysis, isExcept: operator === "EXCEPT" });
}

/** With ALL, each row as often as it is on both sides, or as it is more often on the left one. */
function counted(
  { left, right }: Sides,
  { node: { operator, at }, analysis }: SetPlace,
): readonly DraftRows[] {
  const keyCount = left[0]!.output.length;
  const marked = (rows: readonly DraftRows[], side: number) =>
    rows.map(({ draft, output }): DraftRows => ({
      draft,
      output: [...output, ...[0, 1].map((of): Expression => of === side ? ONE : NONE)],
    }));
  const calls = [0, 1].map((side): AggregateCall => ({
    name: "count",
    args: [keyCount + side],
    argTypes: [ONE.type],
    type: "BIGINT",
  }));
  const [groups] = grouped([...marked(left, 0), ...marked(right, 1)], { calls, at, analysis });
  const { draft, output } = groups!;
  const counts = output.slice(keyCount);
  const copies = operator === "INTERSECT" ? call("least", counts, "BIGINT") : call("-", counts, "BIGINT");
  const list = call("array_repeat", [ONE, castTo(copies, "INT")], { kind: "ARRAY", element: ONE.type });
  const generator = GENERATORS.explode!([list]);
  draft.steps.push({ kind: "generate", generator, slots: [analysis.attributes.fresh()] });
  return [{ draft, output: output.slice(0, keyCount) }];
}

const ONE: Expression = { kind: "literal", value: 1, type: "INT" };
const NONE: Expression = { kind: "literal", value: null, type: "INT" };

/** One of all rows that are equal. @throws {SfcrimeError} SQL for a MAP, which cannot be compared. */
export function distinct(
  { columns, branches }: RowSelect,
  place: { readonly at: TextRange; readonly analysis: Analysis },
): RowSelect {
  return { columns, branches: grouped(branches, { calls: [], ...place }), sort: [] };
}

/** The groups of rows by all columns, or by those before the arguments of aggregates. */
function grouped(
  branches: readonly DraftRows[],
  { calls, at, analysis: { sql, attributes }, isExcept = false }: {
    readonly calls: readonly AggregateCall[];
    readonly at: TextRange;
    readonly analysis: Analysis;
    readonly isExcept?: boolean;
  },
): readonly DraftRows[] {
  const keys = typesOf(branches).slice(0, branches[0]!.output.length - calls.length);
  const map = keys.find(holdsMap);
  if (map !== undefined) {
    throw sqlError(
      sql,
      at,
      `rows with ${typeName(map)} cannot be compared, as it has a MAP.`,
      "Use UNION ALL.",
    );
  }
  const types = [...keys, ...calls.map(({ type }) => type)];
  const ids = types.map(() => attributes.fresh());
  const [event] = eventKeysOf(branches, keys.length);
  return [{
    draft: {
      input: { kind: "aggregate", from: branches, keys, calls, ...(isExcept ? { isExcept } : {}) },
      attributes: new Map(ids.map((id, column) => [column, id])),
      steps: [],
      eventTime: event && { attribute: ids[event.key]!, of: event.of },
    },
    output: ids.map((id, index) => attribute(id, types[index]!)),
  }];
}

function typesOf(branches: readonly DraftRows[]): readonly DataType[] {
  return branches[0]!.output.map(({ type }) => type);
}
