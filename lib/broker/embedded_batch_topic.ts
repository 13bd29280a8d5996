/** A topic of the embedded broker that takes batches exactly once: rows and number in one transaction of the file. */
import { placeRows } from "./batch_rows.ts";
import type { BatchTopic, KeyedValue } from "./broker.ts";
import { appendInTransaction, topicOf } from "./embedded_log.ts";
import { RecordsBuilder } from "./record_batch/encode.ts";
import { commit, committed } from "./embedded_offsets.ts";
import type { EmbeddedStore } from "./embedded_store.ts";
import { takenOver } from "./failures.ts";
import { keyPartitioner } from "./partitioner.ts";

/** See {@link BatchTopic}. */
export class EmbeddedBatchTopic implements BatchTopic {
  readonly lastBatch: number | undefined;
  readonly #store: EmbeddedStore;
  readonly #topic: string;
  readonly #group: string;
  readonly #partitionCount: number;
  #batchId = 0;
  /** What the group stands at as long as nobody else writes for the query. */
  #next: number | undefined;
  #rows: KeyedValue[] = [];

  constructor(store: EmbeddedStore, topic: string, queryId: string, partitionCount: number) {
    this.#store = store;
    this.#topic = topic;
    this.#group = `sfcrime-sink-${queryId}`;
    this.#partitionCount = partitionCount;
    this.#next = committed(store, this.#group, topicOf(store, topic).id).get(0);
    this.lastBatch = this.#next === undefined ? undefined : this.#next - 1;
  }

  begin(batchId: number): Promise<void> {
    this.#batchId = batchId;
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
      const { id } = topicOf(this.#store, this.#topic);
      if (committed(this.#store, this.#group, id).get(0) !== this.#next) throw takenOver(this.#topic);
      const timestampMs = Date.now();
      for (const request of placeRows(this.#rows, keyPartitioner(this.#partitionCount))) {
        const byPartition = Map.groupBy(request, ({ partition }) => partition);
        const batches = [...byPartition].map(([partition, placed]) => ({
          partition,
          records: RecordsBuilder.of(placed.map(({ row }) => ({ ...row, timestampMs }))),
        }));
        appendInTransaction(this.#store, this.#topic, batches);
      }
      commit(this.#store, { group: this.#group, topicId: id, partition: 0 }, this.#batchId + 1);
    });
    this.#next = this.#batchId + 1;
    this.#rows = [];
    this.#store.ring();
  }

  close(): Promise<void> {
    this.#rows = [];
    return Promise.resolve();
  }
}
