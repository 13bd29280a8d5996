/**
 * Reads a line of CSV into the values of a row, as Spark's `from_csv` does in PERMISSIVE mode: columns are found by their
 * place, a value that does not fit is NULL, and so are those that are missing; values beyond the columns are ignored.
 */
import type { DataType, Schema, Value } from "../../data_type.ts";
import { RowQuality } from "../../json/json_reader.ts";
import { cellReader, type CellReading } from "./csv_cells.ts";
import { lineSplitter } from "./csv_line.ts";
import type { CsvOptions } from "./csv_options.ts";

/** Reads a line into a row. */
export type CsvReader = (line: string, row: Value[]) => RowQuality;

/** A value that is read. */
export interface CsvTarget {
  /** Its place in a line. */
  readonly place: number;
  readonly slot: number;
  readonly type: DataType;
}

/** What is read, and how. */
export interface CsvReading extends Pick<CellReading, "zone" | "readTimestamp" | "readDate"> {
  readonly options: CsvOptions;
  /** The values that are wanted; by default, all of them. */
  readonly targets?: readonly CsvTarget[];
}

/**
 * The reader of lines with the given columns. A line with another number of values, or one that does not fit, has the
 * quality of a bad field; of an empty one, or a comment, all of the row is NULL.
 *
 * @throws {SfcrimeError} CONFIG for a type that CSV cannot have.
 */
export function csvReader(
  columns: Schema,
  { options, targets = columns.map(({ type }, place) => ({ place, slot: place, type })), ...reading }:
    CsvReading,
): CsvReader {
  const split = lineSplitter(options);
  const readers = targets.map(({ place, slot, type }) => ({
    place,
    slot,
    read: cellReader(type, { ...reading, words: options }),
  }));
  const { nullValue } = options;
  return (line, row) => {
    row.fill(null);
    const values = split(line);
    if (values === undefined) return RowQuality.empty;
    let quality: RowQuality = values.length === columns.length ? RowQuality.good : RowQuality.badField;
    for (let index = 0; index < readers.length; index++) {
      const { place, slot, read } = readers[index]!;
      const text = values[place];
      if (text === undefined || text === nullValue) continue;
      const value = read(text);
      if (value === undefined) quality = RowQuality.badField;
      else row[slot] = value;
    }
    return quality;
  };
}
