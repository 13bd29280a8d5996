/**
 * Where the rows of a query go.
 *
 * A batch is begun, written in chunks, and committed; only then the next one begins. If the query crashes
 * before it has recorded the commit, the batch comes again, with the same number and the same rows: how a
 * sink handles that is its delivery guarantee.
 */
import type { Row, Value } from "../records/data_type.ts";

/**
 * The format in which a sink takes rows: as text that is encoded where the rows are produced, or as values.
 */
export type RowFormat =
  /** With a batch, each row includes its query and batch in addition to its columns. */
  | { readonly kind: "ndjson"; readonly withBatch: boolean }
  /** Only the first rows of a batch are needed, and the number of all rows. */
  | { readonly kind: "values"; readonly rowsMax: number };

/** Rows of a batch, in the format of the sink. */
export interface RowChunk {
  /** The number of rows in the chunk. */
  readonly rowCount: number;
  /** For the format `ndjson`. */
  readonly text?: Uint8Array<ArrayBuffer>;
  /** For the format `values`: the first rows, or all of them. */
  readonly rows?: readonly Row[];
  /** The last rows of a task, in its last chunk, if they are wanted in addition; sinks do not need them. */
  readonly last?: readonly Row[];
}

/** The last batch that a sink remembers. */
export interface SinkBatch {
  readonly batchId: number;
  /**
   * The offsets that it read, as JSON that is equal for equal offsets: after a checkpoint was restored,
   * another batch may have the same number. Absent if an older version of the program wrote the batch.
   */
  readonly offsets?: string;
}

/** All rows, as values. */
export const ALL_VALUES: RowFormat = { kind: "values", rowsMax: Number.MAX_SAFE_INTEGER };

/** See the module's description. A sink serves a single query; methods in which it would do nothing are absent. */
export interface Sink {
  /** Its name in progress reports, such as `console`. */
  readonly description: string;
  readonly format: RowFormat;
  /** Where the rows are stored, independent of the working directory; absent if nothing is stored. */
  readonly place?: string;
  /** Whether nothing had been written there before it was opened; absent if nothing is stored. */
  readonly isNew?: boolean;
  /**
   * Whether a batch that comes again is stored only once; if not, a message reports the repetition. False by
   * default.
   */
  readonly exactlyOnce?: boolean;
  /**
   * Checks whether {@link open} would fail because of what exists already, and changes nothing: a run is
   * refused before any of its sinks is modified.
   *
   * @returns The last batch that the sink has stored, as far as that shows before it is opened.
   */
  look?(queryId: string): SinkBatch | undefined | Promise<SinkBatch | undefined>;
  /**
   * Opens the sink and removes nothing from it: the query may turn out not to be able to continue.
   *
   * @param queryId The same in every run of a query with a checkpoint.
   * @returns The last batch that the sink has stored durably. That batch and earlier ones are not written
   * again.
   */
  open?(queryId: string): Promise<SinkBatch | undefined>;
  /** Prepares for the first batch, once it is certain that the query runs. */
  prepare?(): Promise<void>;
  begin?(batch: SinkBatch): void | Promise<void>;
  /**
   * Resolves when the rows are accepted; this is what causes back-pressure on the workers. The memory of their text may
   * then be used for others.
   */
  write(chunk: RowChunk): Promise<void>;
  /**
   * Called after the rows of a batch, with the keys of the groups that the query has removed from its state; they are
   * made as they are read.
   */
  removeGroups?(keys: Iterable<readonly Value[]>): Promise<void>;
  /** Resolves when the batch is durable. */
  commit?(): Promise<void>;
  /** Closes what the sink has open; a batch that was begun but not committed is dropped. */
  close?(): Promise<void>;
}
