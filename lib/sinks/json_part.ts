/** Files of JSON lines, in the form of the sink `ndjson`. */
import type { TimeZone } from "../base/time_zone.ts";
import type { Schema } from "../records/data_type.ts";
import { jsonRowWriter } from "./json_row.ts";
import { ALL_VALUES, type PartFormat } from "./part_format.ts";
import { TextPart } from "./text_part.ts";

const utf8 = new TextEncoder();

/** See the module's description. */
export function jsonPart(schema: Schema, zone: TimeZone): PartFormat {
  const rowText = jsonRowWriter(schema, zone);
  return {
    extension: "json",
    rowFormat: ALL_VALUES,
    async open(path) {
      const part = await TextPart.create(path);
      return {
        write: ({ rows = [] }) => part.write(utf8.encode(rows.map((row) => `${rowText(row)}\n`).join(""))),
        close: () => part.close(),
      };
    },
  };
}
