/**
 * The streams and tables that a statement may name, and how their columns are written in the INI file:
 * `name TYPE`, separated by commas, and `name TYPE AS other` where the record calls it differently.
 */
import { SfcrimeError } from "../base/errors.ts";
import type { Column, DataType, Schema } from "../records/data_type.ts";
import { SIMPLE_TYPES, typeFromName } from "../records/data_type.ts";

/** A column of a stream or table: what it is called in SQL, and in the record. */
export interface SourceColumn extends Column {
  /** The key in the JSON record. */
  readonly field: string;
}

/** A stream. */
export interface StreamSource {
  readonly columns: readonly SourceColumn[];
  readonly watermark: { readonly column: string; readonly delayMs: number } | undefined;
  /** Columns by which a row counts once within the watermark. */
  readonly deduplicate?: readonly string[];
}

/** A static table. */
export interface TableSource {
  readonly columns: readonly SourceColumn[];
}

/** Everything that can stand in FROM. Names are looked up in any case. */
export interface Catalog {
  readonly streams: ReadonlyMap<string, StreamSource>;
  readonly tables: ReadonlyMap<string, TableSource>;
}

/** The schema of a source, by the names that SQL knows. */
export function schemaOf(columns: readonly SourceColumn[]): Schema {
  return columns.map(({ name, type }) => ({ name, type }));
}

const COLUMN =
  /^(`(?:[^`]|``)+`|[A-Za-z_]\w*)\s+([A-Za-z_]+\s*(?:\([\d\s,]*\))?)(?:\s+as\s+(`(?:[^`]|``)+`|[A-Za-z_]\w*))?$/i;

/**
 * Reads a list of columns.
 *
 * @param place Named in errors, such as `[stream.calls] columns`.
 * @throws {SfcrimeError} CONFIG when a column is not written so, has no known type, or stands twice.
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
      throw new SfcrimeError("CONFIG", `${place}: ${JSON.stringify(part)} is not a column.`, {
        hint: "Expected name TYPE or name TYPE AS other, separated by commas.",
      });
    }
    const type: DataType | undefined = typeFromName(match[2]!);
    if (type === undefined) {
      throw new SfcrimeError("CONFIG", `${place}: ${match[2]} is not a type.`, {
        hint: `Types: ${
          SIMPLE_TYPES.filter((name) => name !== "VOID" && name !== "INTERVAL").join(", ")
        }, DECIMAL(p,s).`,
      });
    }
    const field = unquote(match[1]!);
    const name = match[3] === undefined ? field : unquote(match[3]);
    if (columns.some((column) => column.name.toLowerCase() === name.toLowerCase())) {
      throw new SfcrimeError("CONFIG", `${place}: column ${name} stands twice.`);
    }
    columns.push({ name, field, type });
  }
  if (columns.length === 0) throw new SfcrimeError("CONFIG", `${place}: there is no column.`);
  return columns;
}

/** Splits at commas that stand outside of parentheses. */
function splitColumns(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim().replace(/\s+/g, " ")).filter((part) =>
    part !== ""
  );
}

function unquote(name: string): string {
  return name.startsWith("`") ? name.slice(1, -1).replaceAll("``", "`") : name;
}
