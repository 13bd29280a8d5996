/**
 * The log of the embedded broker: record batches in SQLite, appended in order and read by ranges.
 */
import { READ_BYTES_MAX } from "../../base/bounds.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { keepFreedMemory } from "../../base/files/freed_memory.ts";
import {
  type Appended,
  type Appender,
  type AppendOptions,
  type PartitionRecords,
  type ProducerId,
  SEQUENCE_MASK,
} from "../writing/appender.ts";
import type { OffsetRange, Reader, RecordChunk } from "../broker.ts";
import { beginEpoch } from "./epochs.ts";
import type { EmbeddedStore } from "./store.ts";
import { missingPartition, missingTopic, outOfRange, topicReplaced } from "../failures.ts";
import type { Codec } from "../record_batch/codecs.ts";
import { decodeBatches } from "../record_batch/decode.ts";
import { type ProducerSequence, setBaseOffset } from "../record_batch/encode.ts";

/** The row of a topic. @throws {SfcrimeError} TOPIC_MISSING */
export function topicOf(store: EmbeddedStore, topic: string): { readonly id: number } {
  const row = store.get<{ id: number }>("SELECT id FROM topics WHERE name = ?", topic);
  if (row !== undefined) return row;
  throw missingTopic(topic, topicNames(store));
}

/** The names of all topics, sorted. */
export function topicNames(store: EmbeddedStore): string[] {
  return store.all<{ name: string }>("SELECT name FROM topics ORDER BY name").map(({ name }) => name);
}

/** The end offset of each partition. */
export function latestOffsets(store: EmbeddedStore, topicId: number): Map<number, number> {
  const rows = store.all<{ partition: number; next_offset: number }>(
    "SELECT partition, next_offset FROM partitions WHERE topic_id = ? ORDER BY partition",
    topicId,
  );
  return new Map(rows.map(({ partition, next_offset }) => [partition, next_offset]));
}

/** The offset of the first record of a partition, or undefined if it is empty. */
export function earliestOffset(store: EmbeddedStore, topicId: number, partition: number): number | undefined {
  return store.get<{ base_offset: number }>(
    "SELECT base_offset FROM batches WHERE topic_id = ? AND partition = ? ORDER BY base_offset LIMIT 1",
    topicId,
    partition,
  )?.base_offset;
}

/** The offset of the first record at or after a time, or undefined if there is none. */
export function offsetAtTime(
  store: EmbeddedStore,
  topicId: number,
  partition: number,
  timestampMs: number,
): number | undefined {
  const row = store.get<{ base_offset: number; bytes: Uint8Array }>(
    `SELECT base_offset, bytes FROM batches
     WHERE topic_id = ? AND partition = ? AND max_timestamp_ms >= ? ORDER BY base_offset LIMIT 1`,
    topicId,
    partition,
    timestampMs,
  );
  if (row === undefined) return undefined;
  let found: number | undefined;
  decodeBatches(row.bytes, { from: row.base_offset, to: Infinity }, (record) => {
    if (found === undefined && record.timestampMs >= timestampMs) found = record.offset;
  });
  return found;
}

/** See {@link Appender}. */
export class EmbeddedAppender implements Appender {
  readonly id: ProducerId | undefined;
  readonly #store: EmbeddedStore;
  readonly #options: AppendOptions;
  /** The next sequence number, by topic and partition. */
  readonly #sequences = new Map<string, number>();

  constructor(store: EmbeddedStore, options: AppendOptions) {
    this.#store = store;
    this.#options = options;
    const { resumed } = options;
    this.id = options.acks === "all" ? resumed?.id ?? newProducerId(store.host.newId()) : undefined;
    for (const [partition, count] of resumed?.counts ?? []) {
      this.#sequences.set(`${resumed!.topic}-${partition}`, count & SEQUENCE_MASK);
    }
  }

  // deno-lint-ignore require-await
  async append(topic: string, batches: readonly PartitionRecords[]): Promise<readonly Appended[]> {
    const { id } = this;
    const sequenceOf = id === undefined
      ? undefined
      : (partition: number) => ({ ...id, baseSequence: this.#sequences.get(`${topic}-${partition}`) ?? 0 });
    const appended = this.#store.transaction(() =>
      appendInTransaction(this.#store, topic, batches, { codec: this.#options.codec, sequenceOf })
    );
    for (const { partition, records } of batches) {
      const name = `${topic}-${partition}`;
      this.#sequences.set(name, ((this.#sequences.get(name) ?? 0) + records.count) & SEQUENCE_MASK);
    }
    this.#store.notify();
    return appended;
  }

  /** A row of SQLite may have up to 1 GB; batches are far smaller. */
  batchLimit(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** An id that no other producer has: it is random, as there is no server that could count them. */
function newProducerId(uuid: string): ProducerId {
  const digits = uuid.replaceAll("-", "").slice(0, ID_DIGITS);
  return { producerId: BigInt(`0x${digits}`), epoch: 0 };
}

/** Hexadecimal digits that leave an int64 positive. */
const ID_DIGITS = 15;

/** How batches are written. */
interface BatchOptions {
  readonly codec?: Codec;
  /** The sequence number of the next record of a partition. */
  readonly sequenceOf?: ((partition: number) => ProducerSequence) | undefined;
}

/** Appends records; called in a transaction, after which the caller notifies the others. */
export function appendInTransaction(
  store: EmbeddedStore,
  topic: string,
  batches: readonly PartitionRecords[],
  { codec = "none", sequenceOf }: BatchOptions = {},
): Appended[] {
  const { id } = topicOf(store, topic);
  return batches.filter(({ records }) => records.count > 0).map(({ partition, records }) => {
    const next = store.get<{ next_offset: number }>(
      "UPDATE partitions SET next_offset = next_offset + ? WHERE topic_id = ? AND partition = ? RETURNING next_offset",
      records.count,
      id,
      partition,
    );
    if (next === undefined) throw missingPartition(topic, partition);
    const baseOffset = next.next_offset - records.count;
    beginEpoch(store, { topicId: id, partition, offset: baseOffset });
    const bytes = records.toBatch(codec, sequenceOf?.(partition));
    setBaseOffset(bytes, baseOffset);
    store.run(
      `INSERT INTO batches (topic_id, partition, base_offset, last_offset, max_timestamp_ms, bytes)
       VALUES (?, ?, ?, ?, ?, ?)`,
      id,
      partition,
      baseOffset,
      next.next_offset - 1,
      records.maxTimestampMs,
      bytes,
    );
    return { partition, baseOffset, lastOffset: next.next_offset - 1 };
  });
}

/** A batch as stored in the file. */
interface StoredBatch {
  readonly last_offset: number;
  readonly bytes: Uint8Array;
}

/** See {@link Reader}. */
export class EmbeddedReader implements Reader {
  readonly #store: EmbeddedStore;

  constructor(store: EmbeddedStore) {
    this.#store = store;
    keepFreedMemory();
  }

  async *read(range: OffsetRange, signal?: AbortSignal): AsyncIterable<RecordChunk> {
    const { topic, partition, from, to } = range;
    requireSameTopic(this.#store, range, from);
    const { id } = topicOf(this.#store, topic);
    const end = latestOffsets(this.#store, id).get(partition);
    if (end === undefined) throw missingPartition(topic, partition);
    const start = earliestOffset(this.#store, id, partition) ?? end;
    if (from < to && (from < start || to > end)) {
      throw outOfRange({ topic, partition, from, to }, { start, end });
    }
    for (let next = from; next < to && signal?.aborted !== true;) {
      const rows = this.#batchesFrom(id, { topic, partition, from: next, to });
      const last = rows.at(-1);
      if (last === undefined || last.last_offset < next) {
        requireSameTopic(this.#store, range, next);
        throw new SfcrimeError(
          "CORRUPT",
          `Record batch at offset ${next} of ${topic}-${partition} is missing in the embedded broker.`,
        );
      }
      for (const { bytes } of rows) {
        yield { bytes, aborted: [] };
        // The garbage collector would keep it for a long time, and the next batch would need new memory.
        (bytes.buffer as ArrayBuffer).transfer(0);
      }
      next = last.last_offset + 1;
    }
  }

  /** The next batches of a range: at least one, and as many as may be read at once. */
  #batchesFrom(topicId: number, { partition, from, to }: OffsetRange): StoredBatch[] {
    const found = this.#store.each<StoredBatch>(
      `SELECT last_offset, bytes FROM batches
       WHERE topic_id = ? AND partition = ? AND base_offset < ?
         AND base_offset >= coalesce(
           (SELECT max(base_offset) FROM batches WHERE topic_id = ? AND partition = ? AND base_offset <= ?), 0)
       ORDER BY base_offset`,
      topicId,
      partition,
      to,
      topicId,
      partition,
      from,
    );
    const batches: StoredBatch[] = [];
    let bytes = 0;
    for (const batch of found) {
      batches.push(batch);
      bytes += batch.bytes.length;
      if (bytes >= READ_BYTES_MAX) break;
    }
    return batches;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** @throws {SfcrimeError} DATA_LOSS if the topic is not the one of the range. */
function requireSameTopic(
  store: EmbeddedStore,
  { topic, topicId, partition }: OffsetRange,
  position: number,
): void {
  if (topicId === undefined) return;
  const now = store.get<{ uuid: string }>("SELECT uuid FROM topics WHERE name = ?", topic)?.uuid;
  if (now === topicId) return;
  throw topicReplaced(topic, { before: topicId, now, read: new Map([[partition, position]]) });
}
