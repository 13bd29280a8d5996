/** The printer of each format. */
import type { PrintedFormat } from "../../config/values/printed_format.ts";
import { envelopeLine, readableLine } from "./json_formats.ts";
import { eachRecord, type PrinterStyle, type RecordPrinter } from "./record_printer.ts";
import { templatePrinter } from "./template.ts";

const utf8 = new TextEncoder();
const NEWLINE = utf8.encode("\n");
const NOTHING = new Uint8Array();

/** A printer; it has to see all records of an output, as some formats begin with a header. */
export async function recordPrinter(format: PrintedFormat, style: PrinterStyle): Promise<RecordPrinter> {
  if (typeof format !== "string") return templatePrinter(format.template);
  switch (format) {
    case "value":
      return valuePrinter(style.delimiter ?? NEWLINE);
    case "raw":
      return valuePrinter(style.delimiter ?? NOTHING);
    case "ndjson":
      return eachRecord((record, parts) => parts.push(utf8.encode(readableLine(record))));
    case "envelope":
      return eachRecord((record, parts) => parts.push(utf8.encode(envelopeLine(record))));
    case "pretty": {
      const { prettyLine } = await import("./pretty.ts");
      return eachRecord((record, parts) => parts.push(utf8.encode(prettyLine(record, style.terminal))));
    }
    case "csv":
      return (await import("./csv.ts")).csvPrinter(style);
    case "table":
      return (await import("./table.ts")).tablePrinter(style);
  }
}

/** The bytes of the value, even if they are no text. */
function valuePrinter(delimiter: Uint8Array): RecordPrinter {
  return eachRecord(({ value }, parts) => {
    if (value !== null) parts.push(value);
    parts.push(delimiter);
  });
}
