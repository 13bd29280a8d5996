/** The file formats of file sinks. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Schema } from "../../records/data_type.ts";
import { csvPart } from "./csv_part.ts";
import { jsonPart } from "./json_part.ts";
import { parquetPart } from "./parquet_part.ts";
import type { PartFormat } from "./part_writer.ts";

/** The file format of a kind of sink. */
export function partFormat(kind: "json" | "csv" | "parquet", schema: Schema, zone: TimeZone): PartFormat {
  switch (kind) {
    case "json":
      return jsonPart(schema, zone);
    case "csv":
      return csvPart(schema, zone);
    case "parquet":
      return parquetPart(schema);
  }
}
