/** Batches of rows that are written to a topic exactly once. */

/** A key and a value, without a timestamp. */
export interface KeyedValue {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** A batch, as a topic stores the last one. */
export interface TopicBatch {
  readonly batchId: number;
  /** An identifier from its writer, in addition to its number; absent if none was given. */
  readonly offsets?: string;
}

/**
 * A topic with atomic batches that stores the last one: with a writer that asks for it and skips batches that
 * are already there, each row is written exactly once.
 */
export interface BatchTopic {
  /** The last batch of this query in the topic; undefined if there is none. */
  readonly lastBatch: TopicBatch | undefined;
  begin(batch: TopicBatch): Promise<void>;
  /** Adds rows to the batch. Rows with the same key go to the same partition. */
  append(rows: readonly KeyedValue[]): Promise<void>;
  /** Atomically makes the batch visible and stores its number. */
  commit(): Promise<void>;
  /** Aborts a batch that was started and not committed. */
  close(): Promise<void>;
}
