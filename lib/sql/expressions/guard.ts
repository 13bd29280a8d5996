/** Turns refusals into errors at a position of the statement. */
import type { SfcrimeError } from "../../base/errors.ts";
import type { TextRange } from "../syntax/ast.ts";
import { Refusal } from "../functions/signature.ts";
import { sqlError } from "../syntax/sql_error.ts";

interface Statement {
  readonly sql: string;
}

/** Runs a signature; a refusal becomes an error at the position of the call. */
export function guard<T>({ sql }: Statement, at: TextRange, name: string, signature: () => T): T {
  try {
    return signature();
  } catch (error) {
    if (error instanceof Refusal) throw sqlError(sql, at, `${name} ${error.message}.`);
    throw error;
  }
}

/** The error for an operator that Spark has and this dialect does not. */
export function refuseOperator(op: string, at: TextRange, { sql }: Statement): SfcrimeError {
  const hint = "Supported: + - * / % DIV || = != < <= > >= <=>, AND, OR and NOT.";
  return sqlError(sql, at, `operator ${op} is not supported.`, hint);
}
