/**
 * Reads CSV by RFC 4180, with a header that names the columns. An empty cell is NULL, and `""` an empty
 * string, as in Spark; values are parsed as by Spark's CSV reader.
 */
import { type CsvError, type Info, parse } from "csv-parse/sync";
import { didYouMean } from "../../base/text/nearest.ts";
import { cellReader } from "../../records/formats/csv/csv_cells.ts";
import { type Row, typeName } from "../../records/data_type.ts";
import { broken, type TableToRead } from "./broken_table.ts";

/** A cell: its text, or null if it is empty. */
type Cell = string | null;

/** A row of cells, with the number of its last line. */
interface CsvLine {
  readonly record: readonly Cell[];
  readonly info: Info;
}

/**
 * Reads the rows of a table.
 *
 * @throws {SfcrimeError} INPUT if the text is not valid CSV, lacks a column, or has a cell that does not fit,
 * with the line.
 */
export function readCsv(bytes: Uint8Array, { name, columns, zone }: TableToRead): Row[] {
  const [header, ...lines] = parseLines(bytes, name);
  if (header === undefined) throw broken(name, "the header is missing");
  const names = header.record.map((cell) => cell ?? "");
  const places = columns.map(({ field }) => {
    const place = names.indexOf(field);
    if (place < 0) throw broken(name, `the header has no column ${field}`, didYouMean(field, names));
    return place;
  });
  const readers = columns.map(({ type }) => cellReader(type, { zone }));
  return lines.map(({ record, info }) =>
    columns.map(({ field, type }, index) => {
      const cell = record[places[index]!]!;
      if (cell === null) return null;
      const value = readers[index]!(cell);
      if (value !== undefined) return value;
      throw broken(
        `${name}, line ${info.lines}`,
        `${field} = ${JSON.stringify(cell)} is not a valid ${typeName(type)}`,
      );
    })
  );
}

function parseLines(bytes: Uint8Array, name: string): CsvLine[] {
  try {
    return parse(bytes, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      cast: (text, { quoting }) => text === "" && !quoting ? null : text,
    }) as unknown as CsvLine[];
  } catch (cause) {
    const { message, lines } = cause as CsvError & { readonly lines?: number };
    throw broken(lines === undefined ? name : `${name}, line ${lines}`, message);
  }
}
