/**
 * Bounds the depth of a statement. Parsing and analysis are recursive and the stack is limited, so depth is
 * bounded, and the error for a statement that is too deep has a position. Chains are not deep, however long
 * they are: see `chains.ts`.
 */
import { EXPRESSION_DEPTH_MAX, NESTING_MAX } from "../../base/bounds.ts";
import type { SfcrimeError } from "../../base/errors.ts";
import type { TextRange } from "./ast.ts";
import { sqlError } from "./sql_error.ts";

/** Comments, strings and quoted names, which are skipped; then words and single characters. */
const TOKENS =
  /--[^\n]*|\/\*[^]*?\*\/|[rR]'[^']*'|[rR]"[^"]*"|'(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*"|`[^`]*`|\w+|[^\s\w]/g;

const OPENING = new Set(["(", "[", "CASE"]);
const CLOSING = new Set([")", "]", "END"]);
const PREFIXES = new Set(["NOT", "!", "-", "+", "~"]);

/** Checks the nesting of a text before it is parsed. @throws {SfcrimeError} SQL */
export function requireNesting(sql: string): void {
  let [depth, prefixes] = [0, 0];
  for (const { 0: token, index } of sql.matchAll(TOKENS)) {
    const word = token.toUpperCase();
    prefixes = PREFIXES.has(word) ? prefixes + 1 : 0;
    if (OPENING.has(word)) depth++;
    else if (CLOSING.has(word)) depth--;
    if (depth + prefixes > NESTING_MAX) {
      const at = { start: index, end: index + token.length };
      throw sqlError(sql, at, `the statement is nested more than ${NESTING_MAX} levels deep.`, HINT);
    }
  }
}

const HINT = "Remove parentheses, or split the statement with WITH or subqueries.";

/** The error for a statement that overflows the stack. */
export function tooDeep(sql: string): SfcrimeError {
  return sqlError(sql, { start: 0, end: 0 }, "the statement is nested too deeply.", HINT);
}

/** A part of a syntax tree, and its depth. */
interface Place {
  readonly part: object;
  readonly depth: number;
}

/** Checks the depth of a syntax tree. @throws {SfcrimeError} SQL, at the part that is too deep. */
export function requireDepth(tree: object, sql: string): void {
  const waiting: Place[] = [{ part: tree, depth: 0 }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { part, depth } = place;
    if (depth > EXPRESSION_DEPTH_MAX && "at" in part) {
      const problem = `the statement is nested more than ${EXPRESSION_DEPTH_MAX} levels deep.`;
      throw sqlError(sql, part.at as TextRange, problem, HINT);
    }
    for (const [name, child] of Object.entries(part)) {
      if (typeof child !== "object" || child === null) continue;
      waiting.push({ part: child, depth: depth + (isStep(part, name, child) ? 1 : 0) });
    }
  }
}

/** Whether a child is a level below its parent: list elements and the left sides of chains are not. */
function isStep(parent: object, name: string, child: object): boolean {
  if (!("kind" in child)) return false;
  return !("kind" in parent && name === "left" && parent.kind === child.kind);
}
