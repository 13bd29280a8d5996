/**
 * Reads offset ranges from Kafka. The end of a range is a fetch *position*, not the offset of a record: the
 * last offset may be a transaction marker or a compacted record.
 */
import { ENDS_STALE_MS_MAX, FETCH_BYTES_MAX, TOPICS_STALE_MS_MAX } from "../../base/bounds.ts";
import type { Clock } from "../../base/clock.ts";
import { SfcrimeError } from "../../base/errors.ts";
import type { OffsetRange, Reader, RecordChunk } from "../broker.ts";
import { missingPartition, outOfRange, topicReplaced } from "../failures.ts";
import type { KafkaConnection } from "./connection/connection.ts";
import { UNKNOWN_TOPIC } from "./connection/failures.ts";
import { answerError } from "./connection/denied.ts";
import type { FetchedPartition } from "./protocol/fetch.ts";
import type { PrefetchedRecords } from "../prefetched_records.ts";
import { endOfWholeBatches } from "../record_batch/batch_header.ts";

/** How long a leader may wait for data; normally, the whole range exists already. */
const FETCH_WAIT_MS = 500;

const OFFSET_OUT_OF_RANGE = 1;
const UNKNOWN_TOPIC_ID = 100;
const INCONSISTENT_TOPIC_ID = 103;
/** The errors of a leader without the topic, or with another one of that name. */
const OTHER_TOPIC: ReadonlySet<number> = new Set([
  UNKNOWN_TOPIC.code,
  UNKNOWN_TOPIC_ID,
  INCONSISTENT_TOPIC_ID,
]);

/** See {@link Reader}. */
export class KafkaReader implements Reader {
  readonly #connection: KafkaConnection;
  readonly #prefetched: PrefetchedRecords;

  constructor(connection: KafkaConnection, prefetched: PrefetchedRecords) {
    this.#connection = connection;
    this.#prefetched = prefetched;
  }

  async *read(range: OffsetRange, signal?: AbortSignal): AsyncIterable<RecordChunk> {
    const prefetched = this.#prefetched.take(range);
    if (prefetched !== undefined) {
      yield prefetched;
      return;
    }
    let position = range.from;
    let fetching = this.#fetch(range, position);
    try {
      while (position < range.to) {
        const fetched = await fetching;
        if (signal?.aborted) return;
        const { nextOffset, bytes } = endOfWholeBatches(fetched.records, position);
        if (nextOffset < range.to) fetching = this.#fetch(range, nextOffset);
        if (nextOffset > position) {
          yield { bytes: fetched.records.subarray(0, bytes), aborted: fetched.aborted };
        }
        this.#connection.frames.recycle(fetched.records);
        position = nextOffset;
      }
    } finally {
      // If the caller stops early, the result of the pending fetch, and its failure, are ignored.
      fetching.catch(() => {});
    }
  }

  /** The connection belongs to the broker, which closes it. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Fetches from an offset, if the rest of the range is readable.
   *
   * A leader may not know this yet: a new one learns the high watermark from its followers, and one that was
   * frozen may have been replaced unnoticed. Both are asked again on fresh metadata: the first until it
   * knows, the second for a short time.
   */
  #fetch(range: OffsetRange, position: number): Promise<FetchedPartition> {
    const doubt = new Doubt(this.#connection.host);
    return this.#connection.retrying(async () => {
      const fetched = await this.#fetchOnce(range, position, doubt);
      if (fetched.errorCode === 0 && fetched.endOffset >= range.to) return fetched;
      this.#connection.frames.recycle(fetched.records);
      if (OTHER_TOPIC.has(fetched.errorCode)) await this.#requireSameTopic(range, position, doubt);
      if (fetched.errorCode === 0 || fetched.errorCode === OFFSET_OUT_OF_RANGE) {
        await this.#requireInRange({ ...range, from: position }, doubt);
      }
      const code = OTHER_TOPIC.has(fetched.errorCode) ? UNKNOWN_TOPIC.code : fetched.errorCode;
      throw answerError(code, { operation: "Read", resource: "topic", name: range.topic });
    });
  }

  async #fetchOnce(range: OffsetRange, fetchOffset: number, doubt: Doubt): Promise<FetchedPartition> {
    const { topic, topicId, partition, bytesMax: maxBytes = FETCH_BYTES_MAX } = range;
    const { cluster } = this.#connection;
    const leader = await this.#leaderOf(range, fetchOffset, doubt);
    const node = await cluster.findBroker({ nodeId: leader });
    const positions = [{ partition, fetchOffset, maxBytes }];
    const [fetched] = await this.#connection.fetch(node, {
      topics: [{ topic, positions, ...(topicId === undefined ? {} : { topicId }) }],
      maxWaitMs: FETCH_WAIT_MS,
    });
    if (fetched !== undefined) return fetched;
    throw new SfcrimeError("BROKER", `Response from Kafka has no ${topic}-${partition}.`);
  }

  /** An unknown partition may have been added in the meantime. */
  async #leaderOf(range: OffsetRange, position: number, doubt: Doubt): Promise<number> {
    const { topic, partition } = range;
    const find = () =>
      this.#connection.partitionsOf(topic).find(({ partitionId }) => partitionId === partition)?.leader;
    const known = find();
    if (known !== undefined) return known;
    const { cluster } = this.#connection;
    await (cluster.targetTopics.has(topic) ? cluster.refreshMetadata() : cluster.addTargetTopic(topic));
    const found = find();
    if (found !== undefined) return found;
    await this.#requireSameTopic(range, position, doubt);
    throw missingPartition(topic, partition);
  }

  /**
   * @throws {SfcrimeError} DATA_LOSS if the topic of the range was deleted; retriable while that is in doubt.
   */
  async #requireSameTopic(range: OffsetRange, position: number, doubt: Doubt): Promise<void> {
    const { topic, topicId, partition } = range;
    if (topicId === undefined) return await this.#connection.requireTopic(topic);
    const now = (await this.#connection.topicMetadata(topic))?.id;
    if (now === topicId) return doubt.end();
    const read = new Map([[partition, position]]);
    throw topicReplaced(topic, { before: topicId, now, read, retriable: doubt.lasts(TOPICS_STALE_MS_MAX) });
  }

  /**
   * Checks the offsets of the partition if a fetch did not return them: a leader that does not know them
   * returns an error.
   *
   * @throws {SfcrimeError} OFFSET_OUT_OF_RANGE if part of the range does not exist; retriable while that is
   * in doubt.
   */
  async #requireInRange(range: OffsetRange, doubt: Doubt): Promise<void> {
    const { topic, partition } = range;
    const [starts, ends] = await Promise.all(
      [true, false].map((fromBeginning) => this.#connection.offsets(topic, [partition], { fromBeginning })),
    );
    const [start, end] = [starts!.get(partition) ?? 0, ends!.get(partition) ?? 0];
    // Deleted records do not come back.
    if (range.from < start) throw outOfRange(range, { start, end });
    if (end >= range.to) doubt.end();
    throw outOfRange(range, { start, end, retriable: end >= range.to || doubt.lasts(ENDS_STALE_MS_MAX) });
  }
}

/** How long there have been responses that contradict earlier ones. */
class Doubt {
  readonly #clock: Clock;
  #sinceMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it has lasted no longer than the given time. */
  lasts(maxMs: number): boolean {
    this.#sinceMs ??= this.#clock.monotonicMs();
    return this.#clock.monotonicMs() - this.#sinceMs <= maxMs;
  }

  end(): void {
    this.#sinceMs = undefined;
  }
}
