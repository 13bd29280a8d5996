/** The streams and tables that a statement names. */
import { parseSql } from "./parse.ts";

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
  return new Set([...namedRelations(sql)].map((name) => name.toLowerCase()));
}

/** The same names, as they are written. @throws {SfcrimeError} SQL */
export function namedRelations(sql: string): ReadonlySet<string> {
  const names = new Set<string>();
  const waiting: unknown[] = [parseSql(sql)];
  // The list grows while it is walked.
  for (const node of waiting) {
    if (typeof node !== "object" || node === null) continue;
    if ("kind" in node && node.kind === "table" && "name" in node) names.add(String(node.name));
    for (const child of Object.values(node)) waiting.push(child);
  }
  return names;
}
