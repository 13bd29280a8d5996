/** Errors at a position in a statement. */
import { SfcrimeError } from "../../base/errors.ts";
import type { TextRange } from "./ast.ts";

/** The maximum length of a line that is shown; of a longer one, the part around the position is shown. */
const SHOWN_MAX = 160;
/** How much of it is shown before the position. */
const SHOWN_BEFORE = 60;

/**
 * An error at a position in a statement: `line 1, column 8: …`, the line itself, and carets under the
 * position.
 *
 * @param problem A sentence that follows the position; it starts in lower case unless it begins with a name.
 * @param hint What is supported instead.
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

/** A line with carets under a position, both indented; of a long line, the part around the position. */
function shownPart(line: string, start: number, width: number): string {
  if (line.length <= SHOWN_MAX) return `  ${line}\n  ${" ".repeat(start)}${"^".repeat(width)}`;
  const from = Math.max(0, Math.min(start - SHOWN_BEFORE, line.length - SHOWN_MAX));
  const to = Math.min(line.length, from + SHOWN_MAX);
  const [before, after] = [from > 0 ? "…" : "", to < line.length ? "…" : ""];
  const carets = " ".repeat(start - from + before.length) +
    "^".repeat(Math.max(1, Math.min(width, to - start)));
  return `  ${before}${line.slice(from, to)}${after}\n  ${carets}`;
}
