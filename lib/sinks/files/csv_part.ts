/** CSV files with a header; see `lib/sinks/rows/csv_row.ts` for their lines. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Schema } from "../../records/data_type.ts";
import { csvLines } from "../rows/csv_row.ts";
import type { PartFormat } from "./part_writer.ts";
import { TextPart } from "./text_part.ts";

const utf8 = new TextEncoder();

/** See the module's description. */
export function csvPart(schema: Schema, zone: TimeZone): PartFormat {
  const lines = csvLines(schema, zone);
  return {
    extension: "csv",
    async open(path) {
      const part = await TextPart.create(path);
      await part.write(utf8.encode(lines.header));
      return {
        write: (rows) => part.write(utf8.encode(rows.map(lines.row).join(""))),
        close: () => part.close(),
      };
    },
  };
}
