/** The headers of record batches, version 2: length, contents and checksum. */
import { SfcrimeError } from "../../base/errors.ts";
import { crc32c } from "./crc32c.ts";
import * as layout from "./layout.ts";

/** The extent of the complete batches of a chunk. */
export interface WholeBatches {
  /** The offset after the last complete batch, at least `from`. */
  readonly nextOffset: number;
  /** The length of the complete batches; a partial one may follow. */
  readonly bytes: number;
}

/** Where the next fetch continues, according to the headers. */
export function endOfWholeBatches(chunk: Uint8Array, from: number): WholeBatches {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  let nextOffset = from;
  let at = 0;
  while (at + layout.RECORDS_AT <= chunk.length) {
    const end = at + layout.LENGTH_OVERHEAD + view.getInt32(at + layout.BATCH_LENGTH_AT);
    if (end > chunk.length) break;
    const { lastOffset } = readHeader(view, at, end);
    nextOffset = Math.max(nextOffset, lastOffset + 1);
    at = end;
  }
  return { nextOffset, bytes: at };
}

/** The last complete batch of a producer in a chunk; undefined if it has none there. */
export function lastBatchBy(chunk: Uint8Array, producerId: bigint): BatchHeader | undefined {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  let last: BatchHeader | undefined;
  for (let at = 0; at + layout.RECORDS_AT <= chunk.length;) {
    const end = at + layout.LENGTH_OVERHEAD + view.getInt32(at + layout.BATCH_LENGTH_AT);
    if (end > chunk.length) break;
    const header = readHeader(view, at, end);
    if (header.producerId === producerId) last = header;
    at = end;
  }
  return last;
}

/**
 * The producer of the batch that has an offset; undefined if it has none that another process may go on as: a
 * transaction is known by another id.
 */
export function producerAt(chunk: Uint8Array, offset: number): Producer | undefined {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  for (let at = 0; at + layout.RECORDS_AT <= chunk.length;) {
    const end = at + layout.LENGTH_OVERHEAD + view.getInt32(at + layout.BATCH_LENGTH_AT);
    if (end > chunk.length) break;
    const { baseOffset, lastOffset, producerId, attributes } = readHeader(view, at, end);
    if (baseOffset <= offset && offset <= lastOffset) {
      const isKnown = producerId !== BigInt(layout.NONE) && (attributes & layout.TRANSACTIONAL) === 0;
      return isKnown ? { producerId, epoch: view.getInt16(at + layout.PRODUCER_EPOCH_AT) } : undefined;
    }
    at = end;
  }
  return undefined;
}

/** By what the batches of a producer are known. */
export interface Producer {
  readonly producerId: bigint;
  readonly epoch: number;
}

/** The header of a batch. */
export interface BatchHeader {
  readonly at: number;
  readonly end: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly attributes: number;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly producerId: bigint;
  /** The sequence number of its first record; −1 if it has none. */
  readonly baseSequence: number;
  readonly recordCount: number;
  readonly crc: number;
}

/** @throws {SfcrimeError} CORRUPT if it has another format. */
export function readHeader(view: DataView, at: number, end: number): BatchHeader {
  const baseOffset = Number(view.getBigInt64(at + layout.BASE_OFFSET_AT));
  const magic = view.getInt8(at + layout.MAGIC_AT);
  if (magic !== layout.MAGIC || end < at + layout.RECORDS_AT) {
    throw new SfcrimeError(
      "CORRUPT",
      `The record batch at offset ${baseOffset} has message format ${magic}, not ${layout.MAGIC}.`,
      { hint: "Formats 0 and 1, from before Kafka 0.11, are not supported." },
    );
  }
  return {
    at,
    end,
    baseOffset,
    lastOffset: baseOffset + view.getInt32(at + layout.LAST_OFFSET_DELTA_AT),
    attributes: view.getInt16(at + layout.ATTRIBUTES_AT),
    baseTimestampMs: Number(view.getBigInt64(at + layout.BASE_TIMESTAMP_AT)),
    maxTimestampMs: Number(view.getBigInt64(at + layout.MAX_TIMESTAMP_AT)),
    producerId: view.getBigInt64(at + layout.PRODUCER_ID_AT),
    baseSequence: view.getInt32(at + layout.BASE_SEQUENCE_AT),
    recordCount: view.getInt32(at + layout.RECORD_COUNT_AT),
    crc: view.getUint32(at + layout.CRC_AT),
  };
}

/** @throws {SfcrimeError} CORRUPT if the checksum of a batch is wrong. */
export function checkCrc(chunk: Uint8Array, batch: BatchHeader): void {
  if (crc32c(chunk, batch.at + layout.ATTRIBUTES_AT, batch.end) === batch.crc) return;
  throw new SfcrimeError(
    "CORRUPT",
    `The record batch at offset ${batch.baseOffset} has an invalid checksum.`,
    { hint: "It was corrupted on disk or in transit. Another replica may still have an intact copy." },
  );
}
