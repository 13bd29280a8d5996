/**
 * Late records, in full and with their position. A record is late for a query if at least one of its rows is
 * dropped because of the watermark: its group is final, or its keys may have been evicted.
 */

/** A record, and the query for which it is late; plain data. */
export interface LateRecord {
  /** The index of the query among the queries of the workers. */
  readonly query: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The text of its value. */
  readonly value: string | null;
}

/** Late records of a query. */
export interface LateRecords {
  readonly query: string;
  readonly batchId: number;
  readonly records: readonly Omit<LateRecord, "query">[];
}

/** A late record as a JSON object, on one line. */
export function lateRowText(
  { query, batchId }: Omit<LateRecords, "records">,
  { topic, partition, offset, value }: Omit<LateRecord, "query">,
): string {
  return JSON.stringify({ query, batchId, topic, partition, offset, value });
}
