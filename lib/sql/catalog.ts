/**
 * The streams and tables that a statement may use, and how their columns are written in the INI file: `name
 * TYPE`, separated by commas, or `name TYPE AS other` to rename a field.
 */
import { SfcrimeError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest.ts";
import type { Column, DataType, Schema } from "../records/data_type.ts";
import { TYPE_NAMES, typeFromName } from "../records/data_type.ts";

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

/** The schema of a source, with its names in SQL. */
export function schemaOf(columns: readonly SourceColumn[]): Schema {
  return columns.map(({ name, type }) => ({ name, type }));
}

const COLUMN =
  /^(`(?:[^`]|``)+`|[A-Za-z_]\w*)\s+([A-Za-z_]+\s*(?:\([\d\s,]*\))?)(?:\s+as\s+(`(?:[^`]|``)+`|[A-Za-z_]\w*))?$/i;

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
  for (const part of splitColumns(text)) {
    const match = COLUMN.exec(part);
    if (match === null) {
      throw new SfcrimeError("CONFIG", `${place}: ${JSON.stringify(part)} is not a column definition.`, {
        hint: "Expected name TYPE or name TYPE AS other, separated by commas.",
      });
    }
    const type: DataType | undefined = typeFromName(match[2]!);
    if (type === undefined) {
      throw new SfcrimeError("CONFIG", `${place}: unsupported data type ${match[2]}.`, {
        hint: didYouMean(match[2]!, TYPE_NAMES),
      });
    }
    const field = unquote(match[1]!);
    const name = match[3] === undefined ? field : unquote(match[3]);
    if (columns.some((column) => column.name.toLowerCase() === name.toLowerCase())) {
      throw new SfcrimeError("CONFIG", `${place}: duplicate column ${name}.`);
    }
    columns.push({ name, field, type });
  }
  if (columns.length === 0) throw new SfcrimeError("CONFIG", `${place}: expected at least one column.`);
  return columns;
}

/** Splits at commas outside of parentheses. */
function splitColumns(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim().replace(/\s+/g, " ")).filter((part) =>
    part !== ""
  );
}

function unquote(name: string): string {
  return name.startsWith("`") ? name.slice(1, -1).replaceAll("``", "`") : name;
}
