/** Stream-static joins. */
import { getOrInsert } from "../../../base/collections/get_or_insert.ts";
import { didYouMean } from "../../../base/text/nearest.ts";
import { typeName } from "../../../records/data_type.ts";
import type { ExpressionNode, JoinNode, NameNode, TableNode, TextRange } from "../../syntax/ast.ts";
import type { TableSource } from "../../catalog.ts";
import { allOf } from "../../functions/chains.ts";
import { castTo, commonType } from "../../functions/coercion.ts";
import { requireNames } from "../../expressions/names.ts";
import type { Expression, JoinType } from "../../plan.ts";
import type { Analysis } from "../analysis.ts";
import { resolve, resolveCondition } from "../../expressions/resolve.ts";
import { plainJoin } from "../join_forms.ts";
import {
  attribute,
  type BranchView,
  type DraftJoin,
  lookUp,
  type Relation,
  type ScopeColumn,
} from "../../expressions/scope.ts";
import { eachSlot } from "../../expressions/slots.ts";
import { sqlError } from "../../syntax/sql_error.ts";

/** An entry by its name, case-insensitively. */
export function find<T>(entries: ReadonlyMap<string, T>, name: string): readonly [string, T] | undefined {
  return [...entries].find(([known]) => known.toLowerCase() === name.toLowerCase());
}

const JOIN_TYPES: readonly string[] = ["INNER", "LEFT", "LEFT SEMI", "LEFT ANTI"] satisfies JoinType[];

/** A join with a table. */
export type TableJoinNode = JoinNode & { readonly right: TableNode };

/** Joins a static table to a relation. @throws {SfcrimeError} SQL */
export function joinTable(left: Relation, node: TableJoinNode, analysis: Analysis): Relation {
  const { sql, catalog } = analysis;
  const refuse = (problem: string, hint?: string) => sqlError(sql, node.right.at, problem, hint);
  const { name } = node.right;
  const tables = [...catalog.tables.keys()];
  const table = find(catalog.tables, name);
  if (table === undefined) throw refuse(`table ${name} cannot be found.`, didYouMean(name, tables));
  const source = renamedTable(table[1], node.right, sql);
  const plain = plainJoin(node, left.branches[0]!.columns, source.columns);
  if (!JOIN_TYPES.includes(plain.type)) {
    throw sqlError(
      sql,
      node.at,
      `${node.type} join with a stream on the left and a static table on the right is not supported.`,
      "Use INNER, LEFT, LEFT SEMI, LEFT ANTI or CROSS JOIN. Unmatched rows of the table would never be final.",
    );
  }
  const details = { node: { ...node, ...plain }, table: table[0], source, analysis };
  return { branches: left.branches.map((branch) => joinBranch(branch, details)) };
}

/** A table with the names that its alias gives to its columns. */
function renamedTable(
  { columns }: TableSource,
  { name, columns: names, alias, at }: TableNode,
  sql: string,
): TableSource {
  if (names === null) return { columns };
  requireNames(names, columns.length, { name: alias ?? name, at, sql });
  return { columns: columns.map((column, index) => ({ ...column, name: names[index]!.name })) };
}

interface JoinDetails {
  readonly node: TableJoinNode;
  readonly table: string;
  readonly source: TableSource;
  readonly analysis: Analysis;
}

function joinBranch(left: BranchView, details: JoinDetails): BranchView {
  const { node, table, source, analysis } = details;
  const taken = new Map<number, number>();
  const value = (column: number): Expression => {
    const id = getOrInsert(taken, column, () => analysis.attributes.fresh());
    return attribute(id, source.columns[column]!.type);
  };
  const qualifier = node.right.alias ?? table;
  const usingNames = node.condition?.kind === "using"
    ? node.condition.columns.map(({ name }) => name.toLowerCase())
    : [];
  const right: ScopeColumn[] = source.columns.map(({ name }, index) => ({
    name,
    qualifier,
    value: () => value(index),
    ...(usingNames.includes(name.toLowerCase()) ? { hidden: true } : {}),
  }));
  const { keys, nullSafe, condition } = node.condition!.kind === "using"
    ? usingKeys(node.condition!.columns, left, details)
    : onKeys(node.condition!.expression, { left, right, taken }, details);
  const step: DraftJoin = {
    kind: "join",
    type: node.type as JoinType,
    table,
    rowKeys: keys.map(({ row }) => row),
    tableKeys: keys.map(({ column }) => column),
    attributes: taken,
    ...(nullSafe === undefined || nullSafe.length === 0 ? {} : { nullSafe }),
    ...(condition === undefined ? {} : { condition }),
  };
  left.draft.steps.push(step);
  const isFilter = node.type === "LEFT SEMI" || node.type === "LEFT ANTI";
  if (isFilter) return left;
  // USING puts its columns first, and includes them once.
  const merged = usingNames.map((name) => lookUp(left.columns, name)[0]!);
  return {
    draft: left.draft,
    columns: [...merged, ...left.columns.filter((column) => !merged.includes(column)), ...right],
  };
}

interface JoinKeys {
  readonly keys: readonly { readonly row: Expression; readonly column: number }[];
  /** Those that are compared with <=>, by their index. */
  readonly nullSafe?: readonly number[];
  readonly condition?: Expression;
}

function usingKeys(
  names: readonly NameNode[],
  left: BranchView,
  { source, analysis }: JoinDetails,
): JoinKeys {
  const keys = names.map(({ name, at }) => {
    const row = resolve({ kind: "column", name, at }, { ...analysis, columns: left.columns });
    const column = source.columns.findIndex((candidate) =>
      candidate.name.toLowerCase() === name.toLowerCase()
    );
    if (column < 0) {
      const known = source.columns.map((candidate) => candidate.name);
      throw sqlError(analysis.sql, at, `the table has no column ${name} for USING.`, didYouMean(name, known));
    }
    return { row: sameKey(row, column, { at, source, sql: analysis.sql }), column };
  });
  return { keys };
}

interface KeyPlace {
  readonly at: TextRange;
  readonly source: TableSource;
  readonly sql: string;
}

/** The row's side of a key, cast to the type of the table column. */
function sameKey(row: Expression, column: number, { at, source, sql }: KeyPlace): Expression {
  const { type } = source.columns[column]!;
  const common = commonType(row.type, type);
  if (common === undefined || typeName(common) !== typeName(type)) {
    const types = `cannot compare ${typeName(row.type)} with ${
      typeName(type)
    }, the type of the table column.`;
    throw sqlError(sql, at, types, "Use CAST.");
  }
  return castTo(row, type);
}

/**
 * Splits the condition of ON: equalities with a column of the table become keys, the rest remains a
 * condition.
 */
function onKeys(
  on: ExpressionNode,
  { left, right, taken }: {
    readonly left: BranchView;
    readonly right: readonly ScopeColumn[];
    readonly taken: ReadonlyMap<number, number>;
  },
  { analysis, source }: JoinDetails,
): JoinKeys {
  const context = {
    ...analysis,
    columns: [...left.columns, ...right],
    noAggregate: "aggregate functions are not allowed in a join condition",
  };
  const tableColumn = (expression: Expression): number | undefined =>
    [...taken].find(([, id]) => expression.kind === "slot" && expression.slot === id)?.[0];
  const isOfRow = (expression: Expression): boolean => {
    let only = true;
    eachSlot(expression, (slot) => only &&= ![...taken.values()].includes(slot));
    return only;
  };
  const keys: { row: Expression; column: number }[] = [];
  const nullSafe: number[] = [];
  const rest: Expression[] = [];
  for (const term of conjuncts(on)) {
    if (term.kind === "boolean" && term.value) continue;
    if (term.kind === "binary" && (term.op === "=" || term.op === "<=>")) {
      const [a, b] = [resolve(term.left, context), resolve(term.right, context)];
      const [row, column] = isOfRow(a) ? [a, tableColumn(b)] : [b, tableColumn(a)];
      if (column !== undefined && isOfRow(row)) {
        if (term.op === "<=>") nullSafe.push(keys.length);
        keys.push({ row: sameKey(row, column, { at: term.at, source, sql: analysis.sql }), column });
        continue;
      }
    }
    rest.push(resolveCondition(term, context));
  }
  return { keys, nullSafe, ...(rest.length === 0 ? {} : { condition: allOf(rest) }) };
}

function conjuncts(node: ExpressionNode): ExpressionNode[] {
  return node.kind === "binary" && node.op === "AND"
    ? [...conjuncts(node.left), ...conjuncts(node.right)]
    : [node];
}
