/** Files of JSON lines, in the format of the sink `ndjson`. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Schema } from "../../records/data_type.ts";
import { JsonLines, lineEnd } from "../rows/json_lines.ts";
import type { PartFormat } from "./part_writer.ts";
import { TextPart } from "./text_part.ts";

const END = lineEnd();

/** See the module's description. */
export function jsonPart(schema: Schema, zone: TimeZone): PartFormat {
  const lines = new JsonLines(schema, zone);
  return {
    extension: "json",
    async open(path) {
      const part = await TextPart.create(path);
      return {
        write(rows) {
          for (const row of rows) lines.add(row, END);
          return part.write(lines.take());
        },
        close: () => part.close(),
      };
    },
  };
}
