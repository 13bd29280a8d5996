/**
 * The functions that are called like a type: `int('12')` is `CAST('12' AS INT)`, but the name of a column leaves the
 * cast out.
 */
import type { CallNode, CastNode } from "../syntax/ast.ts";
import { sqlError } from "../syntax/sql_error.ts";

const NAMES: ReadonlySet<string> = new Set(
  "boolean tinyint smallint int bigint float double decimal date timestamp string binary".split(" "),
);

/** Whether a function, by its name in lower case, is a type. */
export function isTypeFunction(name: string): boolean {
  return NAMES.has(name);
}

/** The cast that a call of such a function is. @throws {SfcrimeError} SQL, unless it has one argument. */
export function castOf({ name, args, distinct, filter, at }: CallNode, sql: string): CastNode {
  const [argument, ...more] = args;
  if (argument === undefined || argument.kind === "star" || more.length > 0) {
    throw sqlError(sql, at, `${name} requires 1 argument, but got ${args.length}.`);
  }
  if (distinct || filter !== null) {
    throw sqlError(sql, at, `${name} is not an aggregate function: DISTINCT and FILTER are not allowed.`);
  }
  return { kind: "cast", argument, type: { text: name, at }, safe: false, at };
}
