/** How a file sink writes its files, whatever their format. */
import type { Row } from "../../records/data_type.ts";

/** A file that is being written. */
export interface PartWriter {
  write(rows: readonly Row[]): Promise<void>;
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
  open(path: string): Promise<PartWriter>;
}
