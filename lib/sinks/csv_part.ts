/**
 * Files of CSV as RFC 4180 has it, with a header. NULL is an empty field and an empty string is `""`; times
 * are ISO 8601 with their zone, structs and arrays are JSON.
 */
import { stringify } from "csv-stringify/sync";
import type { TimeZone } from "../base/time_zone.ts";
import type { Schema } from "../records/data_type.ts";
import { jsonValueWriter } from "./json_row.ts";
import { ALL_VALUES, type PartFormat } from "./part_format.ts";
import { TextPart } from "./text_part.ts";

const utf8 = new TextEncoder();

/** See the module's description. */
export function csvPart(schema: Schema, zone: TimeZone): PartFormat {
  const cells = schema.map(({ type }) => {
    const write = jsonValueWriter(type, zone);
    return (value: Parameters<typeof write>[0]): string | null => {
      if (value === null) return null;
      const json = write(value);
      return json.startsWith('"') ? JSON.parse(json) as string : json;
    };
  });
  const text = (rows: readonly (readonly (string | null)[])[]) =>
    utf8.encode(stringify(rows.map((row) => [...row]), { quoted_empty: true, record_delimiter: "\r\n" }));
  return {
    extension: "csv",
    rowFormat: ALL_VALUES,
    async open(path) {
      const part = await TextPart.create(path);
      await part.write(text([schema.map(({ name }) => name)]));
      return {
        write: ({ rows = [] }) =>
          part.write(text(rows.map((row) => row.map((value, index) => cells[index]!(value))))),
        close: () => part.close(),
      };
    },
  };
}
