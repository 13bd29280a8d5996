/**
 * Reads ranges of offsets from Kafka. The range's end is a fetch *position*, never a record's offset: the
 * last offset may hold a transaction's marker or a record that was compacted away.
 */
import { ENDS_STALE_MS_MAX, FETCH_BYTES_MAX, TOPICS_STALE_MS_MAX } from "../base/bounds.ts";
import { SfcrimeError } from "../base/errors.ts";
import type { OffsetRange, Reader, RecordChunk } from "./broker.ts";
import { missingPartition, outOfRange, topicReplaced } from "./failures.ts";
import type { KafkaConnection } from "./kafka_connection.ts";
import { UNKNOWN_TOPIC } from "./kafka_failures.ts";
import { protocolError } from "./kafka_internals.ts";
import type { FetchedPartition } from "./kafka_protocol.ts";
import { endOfWholeBatches } from "./record_batch/batch_header.ts";

/** How long a leader may wait for data; all of a range is there already, so this is for the exception. */
const FETCH_WAIT_MS = 500;

const OFFSET_OUT_OF_RANGE = 1;
const UNKNOWN_TOPIC_ID = 100;
const INCONSISTENT_TOPIC_ID = 103;
/** What a leader says that does not have the topic, or not the one that is meant. */
const OTHER_TOPIC: ReadonlySet<number> = new Set([
  UNKNOWN_TOPIC.code,
  UNKNOWN_TOPIC_ID,
  INCONSISTENT_TOPIC_ID,
]);

/** See {@link Reader}. */
export class KafkaReader implements Reader {
  readonly #connection: KafkaConnection;

  constructor(connection: KafkaConnection) {
    this.#connection = connection;
  }

  async *read(range: OffsetRange, signal?: AbortSignal): AsyncIterable<RecordChunk> {
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
        this.#connection.frames.giveBack(fetched.records);
        position = nextOffset;
      }
    } finally {
      // A caller may stop early: what is still being fetched then is nobody's, and so is its failure.
      fetching.catch(() => {});
    }
  }

  /** The connection is the broker's, which closes it. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Fetches from an offset on, where all that is left of the range is there to be read.
   *
   * A leader may not know yet that it is: one that is new learns from its followers how far they have come, and
   * one that was frozen has missed that it leads no more. Both are asked again on fresh metadata: the first until
   * it knows, the second for a moment.
   */
  #fetch(range: OffsetRange, position: number): Promise<FetchedPartition> {
    const doubt = new Doubt();
    return this.#connection.retrying(async () => {
      const fetched = await this.#fetchOnce(range, position, doubt);
      if (fetched.errorCode === 0 && fetched.lastStableOffset >= range.to) return fetched;
      this.#connection.frames.giveBack(fetched.records);
      if (OTHER_TOPIC.has(fetched.errorCode)) await this.#requireSameTopic(range, position, doubt);
      if (fetched.errorCode === 0 || fetched.errorCode === OFFSET_OUT_OF_RANGE) {
        await this.#requireInRange({ ...range, from: position }, doubt);
      }
      throw protocolError(OTHER_TOPIC.has(fetched.errorCode) ? UNKNOWN_TOPIC.code : fetched.errorCode);
    });
  }

  async #fetchOnce(range: OffsetRange, fetchOffset: number, doubt: Doubt): Promise<FetchedPartition> {
    const { topic, topicId, partition } = range;
    const { cluster } = this.#connection;
    const leader = await this.#leaderOf(range, fetchOffset, doubt);
    const node = await cluster.findBroker({ nodeId: leader });
    const positions = [{ partition, fetchOffset, maxBytes: FETCH_BYTES_MAX }];
    const [fetched] = await this.#connection.fetch(node, {
      topics: [{ topic, positions, ...(topicId === undefined ? {} : { topicId }) }],
      maxWaitMs: FETCH_WAIT_MS,
    });
    if (fetched !== undefined) return fetched;
    throw new SfcrimeError("BROKER", `Response from Kafka has no ${topic}-${partition}.`);
  }

  /** A partition that is not known may have been added since. */
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

  /** @throws {SfcrimeError} DATA_LOSS when the range is of a topic that is gone; retriable while that is in doubt. */
  async #requireSameTopic(range: OffsetRange, position: number, doubt: Doubt): Promise<void> {
    const { topic, topicId, partition } = range;
    if (topicId === undefined) {
      await this.#connection.requireTopic(topic);
      return;
    }
    const now = (await this.#connection.topicMetadata(topic))?.id;
    if (now === topicId) return doubt.end();
    const read = new Map([[partition, position]]);
    throw topicReplaced(topic, { before: topicId, now, read, retriable: doubt.lasts(TOPICS_STALE_MS_MAX) });
  }

  /**
   * Looks how far the partition reaches, where a fetch has not shown it: a leader that does not know says so.
   *
   * @throws {SfcrimeError} OFFSET_OUT_OF_RANGE when some of the range is not there; retriable while that is in doubt.
   */
  async #requireInRange(range: OffsetRange, doubt: Doubt): Promise<void> {
    const { topic, partition } = range;
    const [starts, ends] = await Promise.all(
      [true, false].map((fromBeginning) => this.#connection.offsets(topic, [partition], { fromBeginning })),
    );
    const start = starts!.get(partition) ?? 0;
    const end = ends!.get(partition) ?? 0;
    // Records that are deleted do not come back.
    if (range.from < start) throw outOfRange(range, { start, end });
    if (end >= range.to) doubt.end();
    throw outOfRange(range, { start, end, retriable: end >= range.to || doubt.lasts(ENDS_STALE_MS_MAX) });
  }
}

/** For how long there has been an answer that cannot hold if earlier ones do. */
class Doubt {
  #sinceMs: number | undefined;

  /** Whether it has not lasted for longer than the given time. */
  lasts(maxMs: number): boolean {
    this.#sinceMs ??= performance.now();
    return performance.now() - this.#sinceMs <= maxMs;
  }

  end(): void {
    this.#sinceMs = undefined;
  }
}
