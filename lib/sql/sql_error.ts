/** Errors about a place in a statement. */
import { SfcrimeError } from "../base/errors.ts";
import type { TextRange } from "./ast.ts";

/** Characters of a line that are shown; of a longer one those around the place. */
const SHOWN_MAX = 160;
/** What is shown of it before the place. */
const SHOWN_BEFORE = 60;

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
  const shown = shownPart(line, column - 1, width);
  return new SfcrimeError("SQL", `line ${lineNumber}, column ${column}: ${problem}\n${shown}`, {
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A line with carets under a place in it, both indented; of a long line the part around the place. */
function shownPart(line: string, start: number, width: number): string {
  if (line.length <= SHOWN_MAX) return `  ${line}\n  ${" ".repeat(start)}${"^".repeat(width)}`;
  const from = Math.max(0, Math.min(start - SHOWN_BEFORE, line.length - SHOWN_MAX));
  const to = Math.min(line.length, from + SHOWN_MAX);
  const [before, behind] = [from > 0 ? "…" : "", to < line.length ? "…" : ""];
  const carets = " ".repeat(start - from + before.length) +
    "^".repeat(Math.max(1, Math.min(width, to - start)));
  return `  ${before}${line.slice(from, to)}${behind}\n  ${carets}`;
}
