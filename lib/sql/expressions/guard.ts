/** Turns refusals into errors at a position of the statement. */
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
