/**
 * Rows divided into subdirectories by the values of some columns, as Hive and Spark do: `code=HAN/day=2018-12-31`.
 * These columns are then in the names of the directories, and no longer in the files.
 */
import { FILE_NAME_BYTES_MAX } from "../base/bounds.ts";
import { SfcrimeError } from "../base/errors.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { Row, Schema, Value } from "../records/data_type.ts";
import { cellText } from "./cell_text.ts";

/** See the module's description. */
export interface Partitioning {
  /** The columns that stay in the files. */
  readonly schema: Schema;
  /** The subdirectory of a row. */
  readonly directoryOf: (row: Row) => string;
  /** The values that stay in the file. */
  readonly rest: (row: Row) => Row;
}

/** What stands for NULL and for the empty string. */
const NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

/** How much of a value that is too long is shown. */
const SHOWN_LENGTH_MAX = 60;

/** Characters that a name of a directory may not hold, or that mean something there. */
// deno-lint-ignore no-control-regex -- control characters are what it is about
const SPECIAL = /[\x00-\x1f"#%'*/:=?\\\x7f{[\]^]/g;

/**
 * Divides the rows of a query.
 *
 * @throws {SfcrimeError} CONFIG for a column that the query does not give, or when none would be left.
 */
export function partitioningBy(columns: readonly string[], schema: Schema, zone: TimeZone): Partitioning {
  const named = columns.map((name) => {
    const slot = schema.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
    if (slot >= 0) return slot;
    throw new SfcrimeError("CONFIG", `partition_by names ${name}, which the query does not give.`, {
      hint: `Its columns are ${schema.map((column) => column.name).join(", ")}.`,
    });
  });
  const slots = [...new Set(named)];
  if (slots.length >= schema.length) {
    throw new SfcrimeError(
      "CONFIG",
      "partition_by names all columns, so nothing would be left for the files.",
    );
  }
  const kept = schema.map((_column, slot) => slot).filter((slot) => !slots.includes(slot));
  const text = (slot: number, value: Value): string => {
    const written = value === null ? "" : cellText(value, schema[slot]!.type, zone);
    return written === "" ? NO_VALUE : escaped(written);
  };
  return {
    schema: kept.map((slot) => schema[slot]!),
    directoryOf: (row) =>
      slots.map((slot) => directoryName(schema[slot]!.name, text(slot, row[slot]!))).join("/"),
    rest: (row) => kept.map((slot) => row[slot]!),
  };
}

/**
 * @throws {SfcrimeError} QUERY_FAILED for a value that is too long for a name. It is not cut: the column is not in the
 * files, so what is cut off would be lost, and values that begin alike would be one.
 */
function directoryName(column: string, value: string): string {
  const name = `${escaped(column)}=${value}`;
  // No character takes more than three bytes for each of its units.
  if (name.length * 3 <= FILE_NAME_BYTES_MAX) return name;
  const bytes = new TextEncoder().encode(name).length;
  if (bytes <= FILE_NAME_BYTES_MAX) return name;
  const shown = value.length > SHOWN_LENGTH_MAX ? `${value.slice(0, SHOWN_LENGTH_MAX)}…` : value;
  throw new SfcrimeError(
    "QUERY_FAILED",
    `A value of ${column}, by which partition_by divides the files, is too long for the name of a directory: ` +
      `${column}=${shown} takes ${bytes} bytes, and ${FILE_NAME_BYTES_MAX} are the limit.`,
    {
      hint:
        `Divide by something shorter, such as substring(${column}, 1, 50) AS ${column}, or leave such rows out ` +
        "with WHERE. A query may be changed so and go on from its checkpoint.",
    },
  );
}

/** Half of a surrogate pair cannot be in a name; two such texts would else be two directories of one name. */
function escaped(text: string): string {
  return text.toWellFormed().replaceAll(
    SPECIAL,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`,
  );
}
