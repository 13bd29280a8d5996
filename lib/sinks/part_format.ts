/** The file formats of file sinks. */
import type { TimeZone } from "../base/time_zone.ts";
import type { Schema } from "../records/data_type.ts";
import { csvPart } from "./csv_part.ts";
import { jsonPart } from "./json_part.ts";
import { parquetPart } from "./parquet_part.ts";
import type { RowChunk, RowFormat } from "./sink.ts";

/** A file that is being written. */
export interface PartWriter {
  write(chunk: RowChunk): Promise<void>;
  /** Estimated memory of the rows that are buffered; absent if none are. */
  readonly heldBytes?: number;
  /** Writes the buffered rows. */
  flush?(): Promise<void>;
  /** Resolves when the file is on disk. */
  close(): Promise<void>;
}

/** A file format. */
export interface PartFormat {
  /** The file name extension, without the dot. */
  readonly extension: string;
  readonly rowFormat: RowFormat;
  open(path: string): Promise<PartWriter>;
}

/** All rows, as values. */
export const ALL_VALUES: RowFormat = { kind: "values", rowsMax: Number.MAX_SAFE_INTEGER };

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
