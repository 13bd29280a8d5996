/** The formats of files of rows. */
import type { TimeZone } from "../base/time_zone.ts";
import type { Schema } from "../records/data_type.ts";
import { csvPart } from "./csv_part.ts";
import { jsonPart } from "./json_part.ts";
import { parquetPart } from "./parquet_part.ts";
import type { RowChunk, RowFormat } from "./sink.ts";

/** A file in the making. */
export interface PartWriter {
  write(chunk: RowChunk): Promise<void>;
  /** What rows that wait in it take in memory, estimated. None wait where it is absent. */
  readonly heldBytes?: number;
  /** Writes the rows that wait. */
  flush?(): Promise<void>;
  /** Resolves when all of it is on the disk. */
  close(): Promise<void>;
}

/** A format of files. */
export interface PartFormat {
  /** Of the files' names, without the dot. */
  readonly extension: string;
  readonly rowFormat: RowFormat;
  open(path: string): Promise<PartWriter>;
}

/** Rows as values, all of them. */
export const ALL_VALUES: RowFormat = { kind: "values", rowsMax: Number.MAX_SAFE_INTEGER };

/** The format of a kind of sink. */
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
