/**
 * How deep a statement may be. Parsing and everything behind it goes down into what is inside of something else, and
 * the stack has an end; so depth is bounded, and what is too deep is told at its place. Chains are not deep, however
 * long they are: see `chains.ts`.
 */
import { EXPRESSION_DEPTH_MAX, NESTING_MAX } from "../base/bounds.ts";
import type { SfcrimeError } from "../base/errors.ts";
import type { TextRange } from "./ast.ts";
import { sqlError } from "./sql_error.ts";

/** Comments, texts and quoted names, in which nothing counts; then words, and single characters. */
const TOKENS =
  /--[^\n]*|\/\*[^]*?\*\/|[rR]'[^']*'|[rR]"[^"]*"|'(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*"|`[^`]*`|\w+|[^\s\w]/g;

const OPENING = new Set(["(", "[", "CASE"]);
const CLOSING = new Set([")", "]", "END"]);
const PREFIXES = new Set(["NOT", "!", "-", "+", "~"]);

/** Holds the nesting of a text within the bound, before it is parsed. @throws {SfcrimeError} SQL */
export function requireNesting(sql: string): void {
  let [depth, prefixes] = [0, 0];
  for (const { 0: token, index } of sql.matchAll(TOKENS)) {
    const word = token.toUpperCase();
    prefixes = PREFIXES.has(word) ? prefixes + 1 : 0;
    if (OPENING.has(word)) depth++;
    else if (CLOSING.has(word)) depth--;
    if (depth + prefixes > NESTING_MAX) {
      const at = { start: index, end: index + token.length };
      throw sqlError(sql, at, `this is nested more than ${NESTING_MAX} levels deep.`, HINT);
    }
  }
}

const HINT = "Remove parentheses, or divide the statement: WITH and subqueries name parts of it.";

/** The error of a statement that is too deep for the stack, wherever that is found. */
export function tooDeep(sql: string): SfcrimeError {
  return sqlError(sql, { start: 0, end: 0 }, "the statement is nested too deeply.", HINT);
}

/** A part of a syntax tree, and how deep it stands. */
interface Place {
  readonly part: object;
  readonly depth: number;
}

/** Holds the depth of a syntax tree within the bound. @throws {SfcrimeError} SQL, at what is too deep. */
export function requireDepth(tree: object, sql: string): void {
  const waiting: Place[] = [{ part: tree, depth: 0 }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { part, depth } = place;
    if (depth > EXPRESSION_DEPTH_MAX && "at" in part) {
      const problem = `this is ${EXPRESSION_DEPTH_MAX} levels deep in the statement; more is not supported.`;
      throw sqlError(sql, part.at as TextRange, problem, HINT);
    }
    for (const [name, child] of Object.entries(part)) {
      if (typeof child !== "object" || child === null) continue;
      waiting.push({ part: child, depth: depth + (isStep(part, name, child) ? 1 : 0) });
    }
  }
}

/** Whether a child is a level below its parent: lists are none, and neither are the left sides of chains. */
function isStep(parent: object, name: string, child: object): boolean {
  if (!("kind" in child)) return false;
  return !("kind" in parent && name === "left" && parent.kind === child.kind);
}
