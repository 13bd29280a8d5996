/**
 * The functions that are called like a type: `int('12')` is `CAST('12' AS INT)`, but the name of a column leaves the
 * cast out.
 */
import { requirePlainCall } from "./plain_call.ts";
import type { CallNode, CastNode } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";

const NAMES: ReadonlySet<string> = new Set(
  "boolean tinyint smallint int bigint float double decimal date timestamp string binary".split(" "),
);

/** Whether a function, by its name in lower case, is a type. */
export function isTypeFunction(name: string): boolean {
  return NAMES.has(name);
}

/** The cast that a call of such a function is. @throws {SfcrimeError} SQL, unless it has one argument. */
export function castOf(node: CallNode, sql: string): CastNode {
  const { name, args, at } = node;
  const [argument, ...more] = args;
  if (argument === undefined || argument.kind === "star" || more.length > 0) {
    throw sqlError(sql, at, `${name} requires 1 argument, but got ${args.length}.`);
  }
  requirePlainCall(node, sql);
  return { kind: "cast", argument, type: { text: name, at }, safe: false, at };
}
