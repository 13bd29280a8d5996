/** Records as CSV, below the names of the columns. */
import { csvLines } from "../../sinks/rows/csv_row.ts";
import type { PrinterStyle, RecordPrinter } from "./record_printer.ts";
import { RECORD_SCHEMA, rowOf } from "./record_rows.ts";

const utf8 = new TextEncoder();

/** A printer of CSV. */
export function csvPrinter({ zone, selected = RECORD_SCHEMA }: PrinterStyle): RecordPrinter {
  const lines = csvLines(selected, zone);
  let hasHeader = false;
  return {
    print(records, parts) {
      if (records.length === 0) return;
      if (!hasHeader) parts.push(utf8.encode(lines.header));
      hasHeader = true;
      for (const record of records) parts.push(utf8.encode(lines.row(rowOf(record))));
    },
  };
}
