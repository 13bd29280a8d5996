/**
 * The streams and tables that a statement may use, and how their columns are written in the INI file: `name
 * TYPE`, separated by commas, or `name TYPE AS other` to rename a field.
 */
import { SfcrimeError } from "../base/errors.ts";
import { Problems } from "../base/problems.ts";
import { type Column, typeFromName } from "../records/data_type.ts";
import { typeProblem } from "./refusals/unsupported_types.ts";

/** A column of a stream or table, with its name in SQL and in the record. */
export interface SourceColumn extends Column {
  /** The key in the JSON record. */
  readonly field: string;
}

/** A stream. */
export interface StreamSource {
  readonly columns: readonly SourceColumn[];
  readonly watermark: { readonly column: string; readonly delayMs: number } | undefined;
  /** Columns to drop duplicates by, within the watermark. */
  readonly deduplicate?: readonly string[];
}

/** A static table. */
export interface TableSource {
  readonly columns: readonly SourceColumn[];
}

/** Everything that FROM can name. Names are case-insensitive. */
export interface Catalog {
  readonly streams: ReadonlyMap<string, StreamSource>;
  readonly tables: ReadonlyMap<string, TableSource>;
}

const COLUMN =
  /^(`(?:[^`]|``)+`|[A-Za-z_]\w*)\s+([A-Za-z_]+\s*(?:\([\d\s,]*\)|<.*>)?)(?:\s+as\s+(`(?:[^`]|``)+`|[A-Za-z_]\w*))?$/i;

/** What Spark allows after the type of a column. */
const CONSTRAINT = /\b(?:NOT NULL|COMMENT|COLLATE|DEFAULT)\b/i;

/**
 * Parses a list of columns.
 *
 * @param place The place to name in errors, such as `[stream.calls] columns`.
 * @throws {SfcrimeError} CONFIG if a column is malformed, has an unknown type, or is a duplicate.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(parseColumns("disposition_code STRING AS disposition", "columns"), [
 *   { name: "disposition", field: "disposition_code", type: "STRING" },
 * ]);
 * ```
 */
export function parseColumns(text: string, place: string): SourceColumn[] {
  const columns: SourceColumn[] = [];
  const problems = new Problems();
  for (const part of splitColumns(text)) {
    const column = problems.attemptSync(() => parseColumn(part, place));
    if (column === undefined) continue;
    const isTwice = columns.some(({ name }) => name.toLowerCase() === column.name.toLowerCase());
    if (isTwice) problems.add(new SfcrimeError("CONFIG", `${place}: duplicate column ${column.name}.`));
    columns.push(column);
  }
  problems.refuse();
  if (columns.length === 0) throw new SfcrimeError("CONFIG", `${place}: expected at least one column.`);
  return columns;
}

function parseColumn(text: string, place: string): SourceColumn {
  const match = COLUMN.exec(text);
  if (match === null) {
    const constraint = CONSTRAINT.exec(text)?.[0].toUpperCase();
    throw new SfcrimeError(
      "CONFIG",
      constraint === undefined
        ? `${place}: ${JSON.stringify(text)} is not a column definition.`
        : `${place}: ${JSON.stringify(text)}: ${constraint} is not supported.`,
      { hint: "Expected name TYPE or name TYPE AS other, separated by commas." },
    );
  }
  const [, fieldText, typeText, nameText] = match;
  const field = unquote(fieldText!);
  const type = typeFromName(typeText!);
  if (type === undefined) {
    const { problem, hint } = typeProblem(typeText!);
    throw new SfcrimeError("CONFIG", `${place}: column ${field}: ${problem}.`, { hint });
  }
  return { name: nameText === undefined ? field : unquote(nameText), field, type };
}

/** Quoted names and texts, what opens and closes the parameters of a type, commas, and all other text. */
const COLUMN_TOKENS = /`(?:[^`]|``)*`|'[^']*'|[(<]|[)>]|,|[^`'(<)>,]+|[`']/g;

/** Splits at commas that are not inside a type or a quoted name. */
function splitColumns(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const [token] of text.matchAll(COLUMN_TOKENS)) {
    if (token === "," && depth <= 0) {
      parts.push("");
      continue;
    }
    if (/^[(<]$/.test(token)) depth++;
    if (/^[)>]$/.test(token)) depth--;
    parts[parts.length - 1] += token;
  }
  return parts.map((part) => part.trim().replace(/\s+/g, " ")).filter((part) => part !== "");
}

function unquote(name: string): string {
  return name.startsWith("`") ? name.slice(1, -1).replaceAll("``", "`") : name;
}
