/**
 * Partitions rows into subdirectories by the values of some columns, as Hive and Spark do:
 * `code=HAN/day=2018-12-31`. These columns are then in the names of the directories, not in the files.
 */
import { FILE_NAME_BYTES_MAX } from "../../base/bounds.ts";
import { SfcrimeError } from "../../base/errors.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import { type Row, type Schema, typeName, type Value } from "../../records/data_type.ts";
import { isNested } from "../../sql/functions/coercion.ts";
import { cellText } from "../rows/cell_text.ts";

/** See the module's description. */
export interface Partitioning {
  /** The columns that stay in the files. */
  readonly schema: Schema;
  /** The subdirectory of a row. */
  readonly directoryOf: (row: Row) => string;
  /** The values that stay in the file. */
  readonly rest: (row: Row) => Row;
}

/** The directory value for NULL and for the empty string. */
const NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

/** How much of an overlong value a message shows. */
const SHOWN_LENGTH_MAX = 60;

/** Characters that a directory name may not contain, or that have a meaning there. */
// deno-lint-ignore no-control-regex -- control characters are what it is about
const SPECIAL = /[\x00-\x1f"#%'*/:=?\\\x7f{[\]^]/g;

/**
 * Partitions the rows of a query.
 *
 * @throws {SfcrimeError} CONFIG for a column that is not in the result, or has parts, or if no column would be left.
 */
export function partitioningBy(columns: readonly string[], schema: Schema, zone: TimeZone): Partitioning {
  const named = columns.map((name) => {
    const slot = schema.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
    if (slot >= 0) return slot;
    throw new SfcrimeError("CONFIG", `partition_by: column ${name} is not in the result of the query.`, {
      hint: `The columns are ${schema.map((column) => column.name).join(", ")}.`,
    });
  });
  const structure = named.map((slot) => schema[slot]!).find(({ type }) => isNested(type));
  if (structure !== undefined) {
    const { name, type } = structure;
    throw new SfcrimeError("CONFIG", `partition_by: column ${name} is of type ${typeName(type)}.`, {
      hint: "Directories are named by values without parts, as in Spark. Select a part of it as a column.",
    });
  }
  const slots = [...new Set(named)];
  if (slots.length >= schema.length) {
    throw new SfcrimeError(
      "CONFIG",
      "Cannot use all columns for partition_by: no columns would be left for the files.",
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
 * @throws {SfcrimeError} QUERY_FAILED for a value that is too long for a file name. It is not truncated: the
 * column is not in the files, so the rest would be lost, and values with the same beginning would be merged.
 */
function directoryName(column: string, value: string): string {
  const name = `${escaped(column)}=${value}`;
  // A UTF-16 unit takes at most three bytes.
  if (name.length * 3 <= FILE_NAME_BYTES_MAX) return name;
  const bytes = new TextEncoder().encode(name).length;
  if (bytes <= FILE_NAME_BYTES_MAX) return name;
  const shown = value.length > SHOWN_LENGTH_MAX ? `${value.slice(0, SHOWN_LENGTH_MAX)}…` : value;
  throw new SfcrimeError(
    "QUERY_FAILED",
    `A value of the partition_by column ${column} is too long for a directory name: ` +
      `${column}=${shown} has ${bytes} bytes; the limit is ${FILE_NAME_BYTES_MAX}.`,
    {
      hint:
        `Partition by a shorter value, such as substring(${column}, 1, 50) AS ${column}, or filter out such rows ` +
        "with WHERE. The query can resume from its checkpoint after such a change.",
    },
  );
}

/**
 * A lone surrogate cannot be in a file name; two such strings would otherwise be two directories of the same
 * name.
 */
function escaped(text: string): string {
  return text.toWellFormed().replaceAll(
    SPECIAL,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`,
  );
}
