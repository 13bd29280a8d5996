/** From SQL text to its syntax tree, with errors that point into the text. */
import { SfcrimeError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { QueryNode, TextRange } from "./ast.ts";
import { parse as parseGenerated } from "./parser.js";

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
 * @throws {SfcrimeError} SQL, with line, column and a caret under the place.
 */
export function parseSql(sql: string): QueryNode {
  try {
    return parseGenerated(sql) as QueryNode;
  } catch (thrown) {
    if ((thrown as Error).name !== "SyntaxError") throw thrown;
    const error = thrown as PeggySyntaxError;
    const start = error.location.start.offset;
    // Errors that the grammar itself raises have no list of what was expected.
    if (error.expected === null) {
      throw sqlError(sql, { start, end: error.location.end.offset }, `${error.message}.`);
    }
    throw syntaxError(sql, start, error);
  }
}

function syntaxError(sql: string, end: number, error: PeggySyntaxError): SfcrimeError {
  // A reserved word where a name is due is found wrong only behind it.
  const start = /\s/.test(sql[end] ?? "") ? /\w*\s*$/.exec(sql.slice(0, end))!.index : end;
  const word = /^(\w+|`[^`]*`|\S|)/.exec(sql.slice(start))![0];
  const at = { start, end: start + Math.max(1, word.length) };
  if (start >= sql.trimEnd().length) return sqlError(sql, at, "the statement ends too early.");
  const keywords = (error.expected ?? []).flatMap(({ type, text }) =>
    type === "literal" && text !== undefined && /^[A-Z]{2,}$/.test(text) ? [text] : []
  );
  const before = /(\w+)\s+$/.exec(sql.slice(0, start))?.[1];
  const meant = suggestion(word, keywords) ?? suggestion(before ?? "", CLAUSES);
  return sqlError(sql, at, `${word} does not belong here.${meant ?? ""}`);
}

/** Words that begin a clause: one that is mistyped is taken for an alias, and only what follows it is wrong. */
const CLAUSES = [
  "FROM",
  "WHERE",
  "GROUP",
  "HAVING",
  "ORDER",
  "LIMIT",
  "UNION",
  "JOIN",
  "LEFT",
  "INNER",
  "SELECT",
];

function suggestion(word: string, known: readonly string[]): string | undefined {
  const upper = word.toUpperCase();
  const near = known.includes(upper) ? undefined : nearest(upper, [...new Set(known)]);
  return near === undefined ? undefined : ` Did you mean ${near} instead of ${word}?`;
}

/**
 * An error about a place in a statement: `line 1, column 8: …`, the line itself, and a caret under it.
 *
 * @param problem A sentence that completes the position; begin it in lower case unless it is a name.
 * @param hint What is possible instead.
 */
export function sqlError(sql: string, at: TextRange, problem: string, hint?: string): SfcrimeError {
  const before = sql.slice(0, at.start);
  const lineStart = before.lastIndexOf("\n") + 1;
  const lineEnd = sql.indexOf("\n", at.start);
  const line = sql.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const lineNumber = before.split("\n").length;
  const column = at.start - lineStart + 1;
  const width = Math.max(1, sql.slice(at.start, Math.min(at.end, lineStart + line.length)).trimEnd().length);
  const caret = " ".repeat(column - 1) + "^".repeat(width);
  return new SfcrimeError("SQL", `line ${lineNumber}, column ${column}: ${problem}\n  ${line}\n  ${caret}`, {
    ...(hint === undefined ? {} : { hint }),
  });
}
