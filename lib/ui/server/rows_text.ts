/**
 * Rows of a query as JSON or CSV, with each value as the sinks write it, up to a size. Pages that ask the same between
 * two batches get the same answer, whose JSON is made once.
 */
import { READ_ROWS_BYTES_MAX, ROWS_TEXT_SHARED_MAX } from "../../base/bounds.ts";
import { timeZoneOf } from "../../base/time_zone.ts";
import { typeName } from "../../records/data_type.ts";
import type { RowsAnswer } from "../../monitoring/view/current_rows.ts";
import { csvLines } from "../../sinks/rows/csv_row.ts";
import { jsonValueWriter } from "../../stream/values/json_text.ts";

/** As long as there are the answers: until the next batch. */
const shared = new WeakMap<RowsAnswer, string>();

/** The answer as JSON; see {@link madeJson}. */
export function rowsJson(answer: RowsAnswer): string {
  const known = shared.get(answer);
  if (known !== undefined) return known;
  const text = madeJson(answer);
  if (text.length <= ROWS_TEXT_SHARED_MAX) shared.set(answer, text);
  return text;
}

/**
 * The answer as JSON: rows are arrays of values in the order of the columns, since several columns may have the same
 * name.
 */
function madeJson({ rows, columns, timeZone, ...answer }: RowsAnswer): string {
  const zone = timeZoneOf(timeZone)!;
  const writers = columns.map(({ type }) => jsonValueWriter(type, zone));
  const { texts, isCut } = bounded(rows, (row) =>
    `[${
      writers.map((write, index) => {
        const value = row[index]!;
        return value === null ? "null" : write(value);
      }).join(",")
    }]`);
  const head = JSON.stringify({
    ...answer,
    truncated: answer.truncated || isCut,
    columns: columns.map(({ name, type }) => ({ name, type: typeName(type) })),
  });
  return `${head.slice(0, -1)},"rows":[${texts.join(",")}]}`;
}

/** The answer as CSV with a header. */
export function rowsCsv({ rows, columns, timeZone }: RowsAnswer): string {
  const lines = csvLines(columns, timeZoneOf(timeZone)!);
  return `${lines.header}${bounded(rows, lines.row).texts.join("")}`;
}

function bounded<T>(
  rows: readonly T[],
  textOf: (row: T) => string,
): { readonly texts: readonly string[]; readonly isCut: boolean } {
  const texts: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = textOf(row);
    length += text.length;
    if (length > READ_ROWS_BYTES_MAX) return { texts, isCut: true };
    texts.push(text);
  }
  return { texts, isCut: false };
}
