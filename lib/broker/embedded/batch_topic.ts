/**
 * A topic of the embedded broker with exactly-once batches: rows and batch number are written in one
 * transaction.
 */
import { batchGroupOf, batchOf, committedBy, recordsOfRows } from "../writing/batch_rows.ts";
import type { BatchTopic, KeyedValue, TopicBatch } from "../writing/batch_topic.ts";
import { appendInTransaction, topicOf } from "./log.ts";
import { commit, committedAt, type GroupPartition } from "./offsets.ts";
import type { EmbeddedStore } from "./store.ts";
import { takenOver } from "../failures.ts";
import { keyPartitioner } from "../writing/partitioner.ts";

/** See {@link BatchTopic}. */
export class EmbeddedBatchTopic implements BatchTopic {
  readonly lastBatch: TopicBatch | undefined;
  readonly #store: EmbeddedStore;
  readonly #topic: string;
  readonly #queryId: string;
  readonly #partitionCount: number;
  #batch: TopicBatch = { batchId: 0 };
  /** The committed offset of the group, as long as nobody else writes for the query. */
  #next: number | undefined;
  #rows: KeyedValue[] = [];

  constructor(store: EmbeddedStore, topic: string, queryId: string, partitionCount: number) {
    this.#store = store;
    this.#topic = topic;
    this.#queryId = queryId;
    this.#partitionCount = partitionCount;
    this.lastBatch = lastBatchIn(store, topic, queryId);
    this.#next = this.lastBatch && this.lastBatch.batchId + 1;
  }

  begin(batch: TopicBatch): Promise<void> {
    this.#batch = batch;
    this.#rows = [];
    return Promise.resolve();
  }

  append(rows: readonly KeyedValue[]): Promise<void> {
    for (const row of rows) this.#rows.push(row);
    return Promise.resolve();
  }

  // deno-lint-ignore require-await
  async commit(): Promise<void> {
    this.#store.transaction(() => {
      const place = placeOf(this.#store, this.#topic, this.#queryId);
      if (committedAt(this.#store, place)?.offset !== this.#next) throw takenOver(this.#topic);
      const partitionOf = keyPartitioner(this.#partitionCount);
      for (const batches of recordsOfRows(this.#rows, partitionOf, this.#store.host)) {
        appendInTransaction(this.#store, this.#topic, batches);
      }
      commit(this.#store, place, committedBy(this.#batch));
    });
    this.#next = this.#batch.batchId + 1;
    this.#rows = [];
    this.#store.notify();
  }

  close(): Promise<void> {
    this.#rows = [];
    return Promise.resolve();
  }
}

/** The last batch of a query in a topic. */
export function lastBatchIn(store: EmbeddedStore, topic: string, queryId: string): TopicBatch | undefined {
  return batchOf(committedAt(store, placeOf(store, topic, queryId)));
}

function placeOf(store: EmbeddedStore, topic: string, queryId: string): GroupPartition {
  return { group: batchGroupOf(queryId), topicId: topicOf(store, topic).id, partition: 0 };
}
