/** Parses SQL text to a syntax tree, with errors that point into the text. */
import { isStackOverflow, type SfcrimeError } from "../../base/errors.ts";
import { nearest } from "../../base/text/nearest.ts";
import type { ExpressionNode, QueryNode, TextRange } from "./ast.ts";
import { requireDepth, requireNesting, tooDeep } from "./nesting.ts";
import { parse as parseGenerated } from "./parser.js";
import { sqlError } from "./sql_error.ts";
import { isStatement, unsupported, type UnsupportedName } from "./unsupported.ts";

interface PeggySyntaxError extends Error {
  readonly name: "SyntaxError";
  readonly expected: readonly { readonly type: string; readonly text?: string }[] | null;
  readonly location: {
    readonly start: { readonly offset: number };
    readonly end: { readonly offset: number };
  };
}

/**
 * Parses one statement.
 *
 * @throws {SfcrimeError} SQL, with line, column, and carets under the position.
 */
export function parseSql(sql: string): QueryNode {
  return parseAs("statement", sql) as QueryNode;
}

/** Parses an expression that stands by itself. @throws {SfcrimeError} SQL, as `parseSql` does. */
export function parseExpression(sql: string): ExpressionNode {
  return parseAs("wholeExpression", sql) as ExpressionNode;
}

function parseAs(startRule: "statement" | "wholeExpression", sql: string): object {
  requireNesting(sql);
  const refuse = (form: UnsupportedName, at: TextRange) => {
    throw unsupported(sql, at, form);
  };
  try {
    const tree = parseGenerated(sql, { startRule, refuse, isStatement }) as object;
    requireDepth(tree, sql);
    return tree;
  } catch (thrown) {
    if (isStackOverflow(thrown)) throw tooDeep(sql);
    if ((thrown as Error).name !== "SyntaxError") throw thrown;
    const error = thrown as PeggySyntaxError;
    const start = error.location.start.offset;
    // Errors raised by the grammar itself have no list of expected tokens.
    if (error.expected === null) {
      throw sqlError(sql, { start, end: error.location.end.offset }, `${error.message}.`);
    }
    throw syntaxError(sql, start, error);
  }
}

function syntaxError(sql: string, end: number, error: PeggySyntaxError): SfcrimeError {
  // A reserved word in place of a name is reported only after it.
  const start = /\s/.test(sql[end] ?? "") ? /\w*\s*$/.exec(sql.slice(0, end))!.index : end;
  const word = /^(\w+|`[^`]*`|\S|)/.exec(sql.slice(start))![0];
  const at = { start, end: start + Math.max(1, word.length) };
  if (sql.startsWith("/*", start)) return sqlError(sql, at, "the comment is not closed.");
  if (start >= sql.trimEnd().length) return sqlError(sql, at, "syntax error at end of input.");
  const keywords = (error.expected ?? []).flatMap(({ type, text }) =>
    type === "literal" && text !== undefined && /^[A-Z]{2,}$/.test(text) ? [text] : []
  );
  const before = /(\w+)\s+$/.exec(sql.slice(0, start))?.[1];
  const meant = suggestion(word, keywords) ?? suggestion(before ?? "", CLAUSES);
  return sqlError(sql, at, `syntax error at or near ${word}.${meant ?? ""}`);
}

/** Words that begin a clause: a mistyped one is parsed as an alias, and only the next word is an error. */
const CLAUSES = "FROM WHERE GROUP HAVING ORDER LIMIT UNION JOIN LEFT INNER SELECT".split(" ");

function suggestion(word: string, known: readonly string[]): string | undefined {
  const upper = word.toUpperCase();
  const near = known.includes(upper) ? undefined : nearest(upper, [...new Set(known)]);
  return near === undefined ? undefined : ` Did you mean ${near} instead of ${word}?`;
}
