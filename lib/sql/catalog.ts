/**
 * The streams and tables that a statement may use, and how their columns are written in the INI file: `name
 * TYPE`, separated by commas, or `name TYPE AS other` to rename a field; `column_origin.ts` has the columns that are not
 * fields of the value.
 */
import { SfcrimeError } from "../base/errors.ts";
import { Problems } from "../base/problems.ts";
import { type Column, type DataType, typeName } from "../records/data_type.ts";
import { DdlTokens } from "../records/types/ddl_tokens.ts";
import { readType, skipConstraints } from "../records/types/type_text.ts";
import { TypeProblem } from "../records/types/unsupported_types.ts";
import type { ColumnOrigin } from "../records/kafka/kafka_column.ts";
import { readOrigin } from "../records/types/column_origin.ts";

/** A column of a stream or table, with its name in SQL and in the record. */
export interface SourceColumn extends Column, ColumnOrigin {
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
  const tokens = new DdlTokens(text);
  while (!tokens.isAtEnd) {
    if (tokens.takeMark(",")) continue;
    const column = problems.attemptSync(() => readColumn(tokens, place));
    if (column === undefined) continue;
    const isTwice = columns.some(({ name }) => name.toLowerCase() === column.name.toLowerCase());
    if (isTwice) problems.add(new SfcrimeError("CONFIG", `${place}: duplicate column ${column.name}.`));
    columns.push(column);
  }
  problems.refuse();
  if (columns.length === 0) throw new SfcrimeError("CONFIG", `${place}: expected at least one column.`);
  return columns;
}

/** Reads the column that comes next, and all of it if it is malformed. */
function readColumn(tokens: DdlTokens, place: string): SourceColumn {
  const start = tokens.position;
  const field = tokens.takeName();
  const type = field === undefined || !tokens.isBeforeWord
    ? undefined
    : readColumnType(tokens, { field, place });
  const written = field === undefined ? undefined : readOrigin(tokens, { field, place });
  const end = tokens.position;
  tokens.skipTo(",");
  if (field === undefined || type === undefined || written === undefined || tokens.position > end) {
    throw malformedColumn(tokens.since(start), place);
  }
  const { name, origin } = written;
  if (origin.kafka === undefined && origin.computed === undefined) {
    requireReadable(type, `${place}: column ${field}`);
  }
  return { name, field, type, ...origin };
}

function readColumnType(
  tokens: DdlTokens,
  { field, place }: { readonly field: string; readonly place: string },
): DataType {
  try {
    const type = readType(tokens);
    skipConstraints(tokens);
    return type;
  } catch (error) {
    if (!(error instanceof TypeProblem)) throw error;
    tokens.skipTo(",");
    throw new SfcrimeError("CONFIG", `${place}: column ${field}: ${error.message}.`, { hint: error.hint });
  }
}

/** Keys of JSON are texts, and so are those of each MAP that is read. @throws {SfcrimeError} CONFIG */
function requireReadable(type: DataType, place: string): void {
  if (typeof type === "string") return;
  switch (type.kind) {
    case "ARRAY":
      return requireReadable(type.element, place);
    case "STRUCT":
      return type.fields.forEach((field) => requireReadable(field.type, place));
    case "MAP":
      if (type.key === "STRING") return requireReadable(type.value, place);
      throw new SfcrimeError("CONFIG", `${place}: data type ${typeName(type)} is not supported in columns.`, {
        hint: "The keys of a MAP are of type STRING; CAST them in the query.",
      });
  }
}

function malformedColumn(text: string, place: string): SfcrimeError {
  const [, path, column] = /^\s*((\w+)(?:\s*\.\s*\w+)+)\s+\w/.exec(text) ?? [];
  if (path !== undefined) {
    return new SfcrimeError("CONFIG", `${place}: ${path} is a field of a structure, not a column.`, {
      hint: `Declare ${column} as a STRUCT, and name the field by a computed column: name TYPE AS (${path}).`,
    });
  }
  return new SfcrimeError(
    "CONFIG",
    `${place}: ${JSON.stringify(text.replace(/\s+/g, " "))} is not a column definition.`,
    {
      hint:
        "Expected name TYPE, name TYPE AS other, name TYPE METADATA, name TYPE KEY or name TYPE AS (expression), separated by commas.",
    },
  );
}
