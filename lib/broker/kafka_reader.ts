/**
 * Reads ranges of offsets from Kafka. The range's end is a fetch *position*, never a record's offset: the
 * last offset may hold a transaction's marker or a record that was compacted away.
 */
import { FETCH_BYTES_MAX } from "../base/bounds.ts";
import { SfcrimeError } from "../base/errors.ts";
import type { OffsetRange, Reader, RecordChunk } from "./broker.ts";
import { missingPartition, outOfRange } from "./failures.ts";
import type { KafkaConnection } from "./kafka_connection.ts";
import { type PartitionMetadata, protocolError } from "./kafka_internals.ts";
import type { FetchedPartition } from "./kafka_protocol.ts";
import { endOfWholeBatches } from "./record_batch/decode.ts";

/** How long a leader may wait for data; all of a range is there already, so this is for the exception. */
const FETCH_WAIT_MS = 500;

const OFFSET_OUT_OF_RANGE = 1;

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
        if (fetched.lastStableOffset < range.to || position < fetched.logStartOffset) {
          throw outOfRange(range, { start: fetched.logStartOffset, end: fetched.lastStableOffset });
        }
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

  /** A partition that is not known may have been added since. */
  async #metadataOf(topic: string, partition: number): Promise<PartitionMetadata> {
    const find = () =>
      this.#connection.partitionsOf(topic).find(({ partitionId }) => partitionId === partition);
    const known = find();
    if (known !== undefined) return known;
    await this.#connection.cluster.refreshMetadata();
    const found = find();
    if (found === undefined) throw missingPartition(topic, partition);
    return found;
  }

  #fetch(range: OffsetRange, fetchOffset: number): Promise<FetchedPartition> {
    const { topic, partition } = range;
    return this.#connection.retrying(async () => {
      const { cluster } = this.#connection;
      if (this.#connection.partitionsOf(topic).length === 0) {
        await cluster.addTargetTopic(topic);
      }
      const metadata = await this.#metadataOf(topic, partition);
      const node = await cluster.findBroker({ nodeId: metadata.leader });
      const [fetched] = await this.#connection.fetch(node, {
        topic,
        positions: [{ partition, fetchOffset, maxBytes: FETCH_BYTES_MAX }],
        maxWaitMs: FETCH_WAIT_MS,
      });
      if (fetched === undefined) {
        throw new SfcrimeError("BROKER", `Kafka gave no answer for ${topic}-${partition}.`);
      }
      if (fetched.errorCode === OFFSET_OUT_OF_RANGE) {
        throw outOfRange(range, { start: fetched.logStartOffset, end: fetched.lastStableOffset });
      }
      if (fetched.errorCode !== 0) throw protocolError(fetched.errorCode);
      return fetched;
    });
  }
}
