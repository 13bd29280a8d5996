/** Resolves the FROM clause to a relation: streams, static tables, subqueries, and their joins. */
import { didYouMean } from "../../base/text/nearest.ts";
import type { FromNode, JoinNode, NamedQueryNode, NameNode, RelationNode, TextRange } from "../syntax/ast.ts";
import type { StreamSource } from "../catalog.ts";
import { streamColumns } from "../expressions/stream_columns.ts";
import type { Analysis, NamedQuery } from "./analysis.ts";
import { tableRelation } from "./derived_tables.ts";
import { withConditionQueries } from "./subqueries/condition_queries.ts";
import { joinGenerator, lateralView } from "./joins/generate.ts";
import { joinTable } from "./joins/static_join.ts";
import { joinStreams } from "./joins/stream_join.ts";
import { joinLateral } from "./subqueries/lateral.ts";
import { requireNames } from "../expressions/names.ts";
import { areStatic, type BranchView, type DraftBranch, type Relation } from "../expressions/scope.ts";
import { sqlError } from "../syntax/sql_error.ts";
import { oneRow } from "./sets/values.ts";

/** The scope with the queries of a WITH; each one is visible to those that follow. */
export function withNamed(queries: readonly NamedQueryNode[], analysis: Analysis): Analysis {
  return queries.reduce((scope, node): Analysis => {
    const name = node.name.toLowerCase();
    const isTwice = queries.some((other) => other !== node && other.name.toLowerCase() === name);
    if (isTwice) throw sqlError(scope.sql, node.at, `duplicate name ${node.name} in WITH.`);
    return { ...scope, named: new Map([...scope.named, [name, { node, scope }]]) };
  }, analysis);
}

/** The relation of a query of WITH; each reference reads its sources separately. */
function namedRelation({ node, scope }: NamedQuery, alias: string): Relation {
  scope.read.add(node);
  const { query, columns: names, at } = node;
  const relation = scope.subquery({ kind: "subquery", query, alias, columns: null, at }, scope);
  return renamed(relation, names, { name: node.name, at, sql: scope.sql });
}

/** A relation with other names for its columns, if there are any. */
function renamed(
  relation: Relation,
  names: readonly NameNode[] | null,
  place: { readonly name: string; readonly at: TextRange; readonly sql: string },
): Relation {
  if (names === null) return relation;
  requireNames(names, relation.branches[0]!.columns.length, place);
  return {
    ...relation,
    branches: relation.branches.map(({ draft, columns }) => ({
      draft,
      columns: columns.map((column, index) => ({ ...column, name: names[index]!.name })),
    })),
  };
}

/** Resolves FROM with its joins and lateral views. @throws {SfcrimeError} SQL */
export function resolveFrom(from: FromNode, analysis: Analysis): Relation {
  const joined = from.joins.reduce(
    (left, node) => resolveJoin(left, node, analysis),
    resolveFirst(from.first, analysis),
  );
  return from.views.reduce<Relation>(
    ({ branches }, view) => ({ branches: branches.map((branch) => lateralView(branch, view, analysis)) }),
    joined,
  );
}

function resolveJoin(left: Relation, node: JoinNode, analysis: Analysis): Relation {
  if (node.right.kind === "function") {
    const generated = { ...node, right: node.right };
    return { branches: left.branches.map((branch) => joinGenerator(branch, generated, analysis)) };
  }
  if (node.right.kind === "subquery" && node.right.lateral === true) {
    return joinLateral(left, { ...node, right: node.right }, analysis);
  }
  const right = resolveFirst(node.right, analysis);
  return withConditionQueries(
    { left, right },
    { node, analysis },
    ({ left, right }, place) =>
      areStatic(left.branches) || areStatic(right.branches)
        ? joinTable(left, right, { node, ...place })
        : joinStreams(left, right, { node, ...place }),
  );
}

function resolveFirst(node: RelationNode, analysis: Analysis): Relation {
  const name = node.alias ?? "The relation";
  return renamed(resolveSource(node, analysis), node.columns, { name, at: node.at, sql: analysis.sql });
}

function resolveSource(node: RelationNode, analysis: Analysis): Relation {
  if (node.kind === "function") {
    const [branch] = oneRow().branches as [BranchView];
    const join = { type: "INNER", right: node, condition: null, at: node.at };
    return { branches: [joinGenerator(branch, join, analysis)] };
  }
  if (node.kind === "subquery") return aliased(analysis.subquery(node, analysis), node.alias ?? undefined);
  if (node.kind === "joined") return aliased(resolveFrom(node.from, analysis), node.alias ?? undefined);
  const { sql, catalog, zone, attributes, named } = analysis;
  const meant = named.get(node.name.toLowerCase());
  if (meant !== undefined) return namedRelation(meant, node.alias ?? node.name);
  const stream = find(catalog.streams, node.name);
  if (stream !== undefined) {
    const [name, source] = stream;
    return { branches: [streamBranch(name, source, { qualifier: node.alias ?? name, zone, attributes })] };
  }
  const table = find(catalog.tables, node.name);
  if (table !== undefined) {
    const [name, { columns }] = table;
    const qualifier = node.alias ?? name;
    return tableRelation({ name, columns: columns.map((column) => ({ ...column, qualifier })) }, attributes);
  }
  const known = [...catalog.streams.keys(), ...catalog.tables.keys()];
  throw sqlError(sql, node.at, `stream or table ${node.name} cannot be found.`, didYouMean(node.name, known));
}

/** An entry by its name, case-insensitively. */
function find<T>(entries: ReadonlyMap<string, T>, name: string): readonly [string, T] | undefined {
  return [...entries].find(([known]) => known.toLowerCase() === name.toLowerCase());
}

function streamBranch(
  stream: string,
  source: StreamSource,
  { qualifier, zone, attributes }: Pick<Analysis, "zone" | "attributes"> & { readonly qualifier: string },
): BranchView {
  const { attributes: known, unmarked, computed, value } = streamColumns(source, {
    stream,
    zone,
    attributes,
  });
  const column = source.columns.findIndex(({ name }) =>
    name.toLowerCase() === source.watermark?.column.toLowerCase()
  );
  // The event time is always read: it advances the watermark, whatever the query selects.
  const time = source.watermark === undefined || column < 0 ? undefined : value(column);
  const draft: DraftBranch = {
    input: { kind: "stream", stream, source, unmarked, computed },
    attributes: known,
    steps: [],
    eventTime: time?.kind !== "slot" ? undefined : { attribute: time.slot, of: "time" },
  };
  const columns = source.columns.map(({ name }, index) => ({ name, qualifier, value: () => value(index) }));
  return { draft, columns };
}

function aliased(relation: Relation, alias: string | undefined): Relation {
  if (alias === undefined) return relation;
  return {
    ...relation,
    branches: relation.branches.map(({ draft, columns }) => ({
      draft,
      columns: columns.map((column) => ({ ...column, qualifier: alias })),
    })),
  };
}
