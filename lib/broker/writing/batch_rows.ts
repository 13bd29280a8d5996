/**
 * The batches of a query in a topic: their rows as records, and the number of the last one, which is stored as
 * the committed offset of a group that belongs to the query, in the first partition.
 */
import { APPEND_BYTES_MAX, APPEND_RECORDS_MAX } from "../../base/bounds.ts";
import type { Clock } from "../../base/clock.ts";
import type { KeyedValue, TopicBatch } from "./batch_topic.ts";
import type { CommittedOffset, PartitionRecords } from "./appender.ts";
import { RecordsBuilder } from "../record_batch/encode.ts";

/** The group of a query. On Kafka, it is also its transactional ID. */
export function batchGroupOf(queryId: string): string {
  return `sfcrime-sink-${queryId}`;
}

/** The last batch; the group has committed the number of the next one. */
export function batchOf(committed: CommittedOffset | undefined): TopicBatch | undefined {
  if (committed === undefined) return undefined;
  const { offset, metadata } = committed;
  return { batchId: offset - 1, ...(metadata === null || metadata === "" ? {} : { offsets: metadata }) };
}

/** What the group commits with a batch. */
export function committedBy({ batchId, offsets }: TopicBatch): CommittedOffset {
  return { offset: batchId + 1, metadata: offsets ?? null };
}

/** Assigns rows to partitions by key, in requests that a broker accepts. */
export function* recordsOfRows(
  rows: readonly KeyedValue[],
  partitionOf: (key: Uint8Array | null) => number,
  clock: Clock,
): Iterable<readonly PartitionRecords[]> {
  for (const request of requestsOf(rows)) {
    const timestampMs = clock.nowMs();
    const byPartition = Map.groupBy(request, ({ key }) => partitionOf(key));
    yield [...byPartition].map(([partition, placed]) => ({
      partition,
      records: RecordsBuilder.of(placed.map((row) => ({ ...row, timestampMs }))),
    }));
  }
}

function* requestsOf(rows: readonly KeyedValue[]): Iterable<readonly KeyedValue[]> {
  let [request, bytes]: [KeyedValue[], number] = [[], 0];
  for (const row of rows) {
    const size = (row.key?.length ?? 0) + (row.value?.length ?? 0);
    if (request.length > 0 && (bytes + size > APPEND_BYTES_MAX || request.length >= APPEND_RECORDS_MAX)) {
      yield request;
      [request, bytes] = [[], 0];
    }
    request.push(row);
    bytes += size;
  }
  if (request.length > 0) yield request;
}
