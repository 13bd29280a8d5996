/**
 * How much of a producer's records a partition has. Each batch carries the id of its producer and the sequence number of
 * its first record there, so the last batch tells it, whatever others have written since.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { type OffsetRange, type Reader } from "../broker.ts";
import { consumedRecords } from "../consumed_records.ts";
import { lastBatchBy } from "../record_batch/batch_header.ts";
import { SEQUENCE_MASK } from "./appender.ts";

/** The records of a producer in a partition. */
export interface ProducerTail {
  readonly count: number;
  /** The last one; undefined if there is none, or it was compacted. */
  readonly last: LastRecord | undefined;
}

/** The last record of a producer. */
export interface LastRecord {
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** How many offsets to look at first, and how much further back each step goes. */
const REACH_FIRST = 10_000;
const REACH_GROWTH = 4;

const NO_RECORDS: ProducerTail = { count: 0, last: undefined };

/**
 * Looks for the records of a producer in a range, from its end.
 *
 * @throws {SfcrimeError} INPUT for a range that is too long for sequence numbers to count.
 */
export async function producerTail(
  producerId: bigint,
  range: OffsetRange,
  { reader, signal }: { readonly reader: Reader; readonly signal: AbortSignal },
): Promise<ProducerTail> {
  if (range.to - range.from > SEQUENCE_MASK) {
    throw new SfcrimeError(
      "INPUT",
      `${range.topic}-${range.partition} has grown too much to look for records in it.`,
    );
  }
  for (let reach = REACH_FIRST, to = range.to; to > range.from && !signal.aborted; reach *= REACH_GROWTH) {
    const from = Math.max(range.from, range.to - reach);
    let tail: ProducerTail | undefined;
    for await (const chunk of reader.read({ ...range, from, to }, signal)) {
      const batch = lastBatchBy(chunk.bytes, producerId);
      if (batch === undefined) continue;
      const { at, end, baseOffset, lastOffset, baseSequence } = batch;
      const bytes = chunk.bytes.subarray(at, end);
      const records = consumedRecords({ bytes, aborted: [] }, {
        ...range,
        from: baseOffset,
        to: lastOffset + 1,
      });
      const last = records.at(-1);
      tail = {
        count: baseSequence + lastOffset - baseOffset + 1,
        last: last?.offset === lastOffset ? last : undefined,
      };
    }
    if (tail !== undefined) return tail;
    to = from;
  }
  return NO_RECORDS;
}
