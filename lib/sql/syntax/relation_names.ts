/** The streams and tables that a statement names. */
import { didYouMean } from "../../base/text/nearest.ts";
import type { NamedQueryNode, RelationNode } from "./ast.ts";
import { parseSql } from "./parse.ts";
import { sqlError } from "./sql_error.ts";

/**
 * The names after FROM and JOIN, in lower case, including those of the queries of WITH.
 *
 * @throws {SfcrimeError} SQL, if the statement cannot be parsed.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual([...relationNames("SELECT * FROM Calls JOIN codes USING (id)")], ["calls", "codes"]);
 * ```
 */
export function relationNames(sql: string): ReadonlySet<string> {
  return new Set(namesIn(sql).relations.map(({ name }) => name.toLowerCase()));
}

/** The same names, as they are written. @throws {SfcrimeError} SQL */
export function namedRelations(sql: string): ReadonlySet<string> {
  return new Set(namesIn(sql).relations.map(({ name }) => name));
}

/**
 * Checks that each of the names is a known one, or a query of WITH.
 *
 * @throws {SfcrimeError} SQL, for the first one that is not.
 */
export function requireRelations(sql: string, known: readonly string[]): void {
  const { relations, queries } = namesIn(sql);
  const names = new Set([...known, ...queries].map((name) => name.toLowerCase()));
  const unknown = relations.find(({ name }) => !names.has(name.toLowerCase()));
  if (unknown === undefined) return;
  const { name, at } = unknown;
  throw sqlError(sql, at, `topic, stream or table ${name} cannot be found.`, didYouMean(name, known));
}

type NamedRelation = RelationNode & { readonly kind: "table" };

/** The relations that a statement names, and the names of its queries. */
function namesIn(sql: string): {
  readonly relations: readonly NamedRelation[];
  readonly queries: readonly string[];
} {
  const [relations, queries]: [NamedRelation[], string[]] = [[], []];
  const waiting: unknown[] = [parseSql(sql)];
  // The list grows while it is walked.
  for (const node of waiting) {
    if (typeof node !== "object" || node === null) continue;
    if ("kind" in node && node.kind === "table" && "name" in node) relations.push(node as NamedRelation);
    if ("queries" in node) {
      queries.push(...(node.queries as readonly NamedQueryNode[]).map(({ name }) => name));
    }
    for (const child of Object.values(node)) waiting.push(child);
  }
  return { relations, queries };
}
