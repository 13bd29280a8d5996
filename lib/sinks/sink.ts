/**
 * Where the rows of a query go.
 *
 * A batch is begun, written in chunks, and committed; the next one begins only then. A batch that was begun
 * and perhaps committed, but whose query has not got around to noting that, comes again after a crash, with the
 * same number and the same rows: what a sink makes of that is its delivery guarantee.
 */
import type { Row, Value } from "../records/data_type.ts";

/** How a sink wants rows: as text that is put together where the rows are made, or as values. */
export type RowFormat =
  | { readonly kind: "ndjson"; readonly tags: RowTags }
  /** Only the first rows of a batch are wanted, and the number of all of them. */
  | { readonly kind: "values"; readonly rowsMax: number };

/** What a row of NDJSON carries besides its columns. */
export interface RowTags {
  /** Whether it names its query and batch. */
  readonly withBatch: boolean;
}

/** Some rows of a batch, in the sink's format. */
export interface RowChunk {
  /** How many rows the chunk stands for. */
  readonly rowCount: number;
  /** For the format `ndjson`. */
  readonly text?: Uint8Array;
  /** For the format `values`: the first of them, or all. */
  readonly rows?: readonly Row[];
}

/** A batch, as a sink remembers the last one. */
export interface SinkBatch {
  readonly batchId: number;
  /**
   * What it has read, as JSON that is equal for equal offsets: a batch of the same number may be another one, where
   * a checkpoint was restored. Absent where an older version of the program has written the batch.
   */
  readonly offsets?: string;
}

/** See the module's description. One sink serves one query. */
export interface Sink {
  /** For progress reports, such as `console`. */
  readonly description: string;
  readonly format: RowFormat;
  /** Where the rows are kept, the same from whatever directory the program is run; absent where nothing is kept. */
  readonly place?: string;
  /** Whether nobody had written there before it was opened; absent where nothing is kept. */
  readonly isNew?: boolean;
  /** Whether a batch that comes again stands there once; if not, its repetition is said. False where it is absent. */
  readonly exactlyOnce?: boolean;
  /**
   * Looks whether {@link open} would fail for what is there already, and changes nothing: a run is refused before any
   * of its sinks is touched.
   */
  look?(queryId: string): void | Promise<void>;
  /**
   * Looks at what the sink holds, and takes nothing of it away: it may turn out that the query cannot go on.
   *
   * @param queryId Stays the same from run to run of a query with a checkpoint.
   * @returns The last batch that the sink knows to hold for good. That batch, and those before, are not given to it
   * again.
   */
  open?(queryId: string): Promise<SinkBatch | undefined>;
  /** Gets ready for the first batch, once it is sure that the query runs. */
  prepare?(): Promise<void>;
  begin(batch: SinkBatch): void | Promise<void>;
  /** Resolves when the rows are taken, which is what holds workers back. */
  write(chunk: RowChunk): Promise<void>;
  /** Is told, behind the rows of a batch, the keys of the groups that the query has let go. */
  removeGroups?(keys: readonly (readonly Value[])[]): Promise<void>;
  /** Resolves when the batch is there for good. */
  commit(): Promise<void>;
  /** Lets go of what the sink holds open; a batch that was begun and not committed is dropped. */
  close?(): Promise<void>;
}
