/**
 * Reads record batches, version 2, one behind the other, as a fetch brings them.
 *
 * Everything that a broker may send is dealt with: batches that begin before the wanted range, a partial one
 * at the end, empty ones whose records were compacted away, control batches, aborted transactions, the four
 * codecs, timestamps of the log's own. A record is shown in place, as positions in the bytes it came with:
 * nothing is copied, and the view is only good until the next record.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { decompress } from "./codecs.ts";
import { crc32c } from "./crc32c.ts";
import type { RecordHeader } from "./encode.ts";
import * as layout from "./layout.ts";

/** A record, by where its parts stand in `bytes`. A start of −1 means null. */
export interface RecordView {
  readonly offset: number;
  readonly timestampMs: number;
  readonly bytes: Uint8Array;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Where the count of headers stands; see {@link readHeaders}. */
  readonly headersAt: number;
}

/** A transaction that was given up: what its producer wrote from `firstOffset` on does not count. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** Which of the records are wanted. */
export interface DecodeOptions {
  /** The first offset that is wanted. */
  readonly from: number;
  /** The offset behind the last one that is wanted. */
  readonly to: number;
  readonly aborted?: readonly AbortedTransaction[];
  /** Whether to check each batch's checksum. */
  readonly checkCrc?: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Shows every wanted record of `chunk` to `visit`, in the order of offsets.
 *
 * @returns The offset to read from next: behind the last whole batch, and never below `from`.
 * @throws {SfcrimeError} CORRUPT when a batch is not what its header says, with its offset.
 */
export function decodeBatches(
  chunk: Uint8Array,
  options: DecodeOptions,
  visit: (record: RecordView) => void,
): number {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const aborted = new AbortedProducers(options.aborted ?? []);
  let next = options.from;
  let at = 0;
  while (at + layout.RECORDS_AT <= chunk.length && next < options.to) {
    const end = at + layout.LENGTH_OVERHEAD + view.getInt32(at + layout.BATCH_LENGTH_AT);
    if (end > chunk.length) break;
    const batch = readHeader(view, at, end);
    if (options.checkCrc === true) checkCrc(chunk, batch);
    const hidden = aborted.hides(batch, () => recordsOf(chunk, batch));
    if (!hidden && batch.lastOffset >= next) {
      visitRecords(recordsOf(chunk, batch), batch, options, visit);
    }
    next = Math.max(next, batch.lastOffset + 1);
    at = end;
  }
  return Math.min(next, Math.max(options.from, options.to));
}

/** How far the whole batches of a chunk reach. */
export interface WholeBatches {
  /** The offset behind the last whole batch, and never below `from`. */
  readonly nextOffset: number;
  /** The length of the whole batches; what follows is a part of one. */
  readonly bytes: number;
}

/** Where the next fetch continues, from the headers alone. */
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

/** What a batch's header says. */
interface BatchHeader {
  readonly at: number;
  readonly end: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly attributes: number;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly producerId: bigint;
  readonly recordCount: number;
  readonly crc: number;
}

function readHeader(view: DataView, at: number, end: number): BatchHeader {
  const baseOffset = Number(view.getBigInt64(at + layout.BASE_OFFSET_AT));
  const magic = view.getInt8(at + layout.MAGIC_AT);
  if (magic !== layout.MAGIC || end < at + layout.RECORDS_AT) {
    throw new SfcrimeError(
      "CORRUPT",
      `The record batch at offset ${baseOffset} is of format ${magic}, not ${layout.MAGIC}.`,
      {
        hint: "Formats 0 and 1 were written by brokers before Kafka 0.11 and are not read.",
      },
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
    recordCount: view.getInt32(at + layout.RECORD_COUNT_AT),
    crc: view.getUint32(at + layout.CRC_AT),
  };
}

function checkCrc(chunk: Uint8Array, batch: BatchHeader): void {
  if (crc32c(chunk, batch.at + layout.ATTRIBUTES_AT, batch.end) === batch.crc) return;
  throw new SfcrimeError(
    "CORRUPT",
    `The record batch at offset ${batch.baseOffset} fails its checksum.`,
    {
      hint: "The disk or the network has changed it. Another replica may still hold it whole.",
    },
  );
}

/** The records of a batch, decompressed, and where they begin. */
interface RecordBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

function recordsOf(chunk: Uint8Array, batch: BatchHeader): RecordBytes {
  const codec = batch.attributes & layout.CODEC_MASK;
  const start = batch.at + layout.RECORDS_AT;
  if (codec === 0) return { bytes: chunk, start, end: batch.end };
  const bytes = decompress(codec, chunk.subarray(start, batch.end));
  return { bytes, start: 0, end: bytes.length };
}

/** Keeps track of which producers' transactional records do not count, batch by batch. */
class AbortedProducers {
  readonly #pending: AbortedTransaction[];
  readonly #active = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#pending = [...aborted].sort((left, right) => left.firstOffset - right.firstOffset);
  }

  /** Whether a batch's records are not for readers: those of control batches and aborted transactions. */
  hides(batch: BatchHeader, records: () => RecordBytes): boolean {
    while (this.#pending.length > 0 && this.#pending[0]!.firstOffset <= batch.lastOffset) {
      this.#active.add(this.#pending.shift()!.producerId);
    }
    if ((batch.attributes & layout.CONTROL) !== 0) {
      if (this.#active.has(batch.producerId) && isAbortMarker(records(), batch)) {
        this.#active.delete(batch.producerId);
      }
      return true;
    }
    return (batch.attributes & layout.TRANSACTIONAL) !== 0 && this.#active.has(batch.producerId);
  }
}

const ABORT_MARKER = 0;

/** A control record's key is a version and a type, each int16; type 0 ends a transaction that is given up. */
function isAbortMarker(records: RecordBytes, batch: BatchHeader): boolean {
  let isAbort = false;
  visitRecords(records, batch, { from: 0, to: Infinity }, ({ bytes, keyStart }) => {
    isAbort = keyStart >= 0 &&
      ((bytes[keyStart + 2]! << 8) | bytes[keyStart + 3]!) === ABORT_MARKER;
  });
  return isAbort;
}

/** Position in bytes, advanced by the varint readers below. */
interface Cursor {
  at: number;
}

function visitRecords(
  { bytes, start, end }: RecordBytes,
  batch: BatchHeader,
  { from, to }: { readonly from: number; readonly to: number },
  visit: (record: RecordView) => void,
): void {
  const logTimeMs = (batch.attributes & layout.LOG_APPEND_TIME) !== 0 ? batch.maxTimestampMs : undefined;
  const cursor: Cursor = { at: start };
  const record: Mutable<RecordView> = {
    offset: 0,
    timestampMs: 0,
    bytes,
    keyStart: 0,
    keyEnd: 0,
    valueStart: 0,
    valueEnd: 0,
    headersAt: 0,
  };
  for (let index = 0; index < batch.recordCount; index++) {
    const length = readVarint(bytes, cursor);
    const recordEnd = cursor.at + length;
    if (length < 6 || recordEnd > end) throw corruptRecord(batch, index);
    cursor.at++;
    const timestampDeltaMs = readVarint(bytes, cursor);
    record.offset = batch.baseOffset + readVarint(bytes, cursor);
    if (record.offset >= to) return;
    record.timestampMs = logTimeMs ?? batch.baseTimestampMs + timestampDeltaMs;
    const keyLength = readVarint(bytes, cursor);
    record.keyStart = keyLength < 0 ? -1 : cursor.at;
    cursor.at += Math.max(0, keyLength);
    record.keyEnd = cursor.at;
    const valueLength = readVarint(bytes, cursor);
    record.valueStart = valueLength < 0 ? -1 : cursor.at;
    cursor.at += Math.max(0, valueLength);
    record.valueEnd = cursor.at;
    record.headersAt = cursor.at;
    if (cursor.at >= recordEnd) throw corruptRecord(batch, index);
    cursor.at = recordEnd;
    if (record.offset >= from) visit(record);
  }
}

function corruptRecord(batch: BatchHeader, index: number): SfcrimeError {
  return new SfcrimeError(
    "CORRUPT",
    `Record ${index} of the batch at offset ${batch.baseOffset} does not end where the batch says.`,
  );
}

/** A zigzag varint of up to 64 bits; exact within ±2^53. */
function readVarint(bytes: Uint8Array, cursor: Cursor): number {
  let byte = bytes[cursor.at++]!;
  if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
  let zigzag = byte & 0x7f;
  for (let shift = 7; shift < 28; shift += 7) {
    byte = bytes[cursor.at++]!;
    zigzag |= (byte & 0x7f) << shift;
    if (byte < 0x80) return (zigzag >>> 1) ^ -(zigzag & 1);
  }
  return readLongVarint(bytes, cursor, zigzag);
}

function readLongVarint(bytes: Uint8Array, cursor: Cursor, low28: number): number {
  let zigzag = BigInt(low28);
  for (let shift = 28n; shift < 70n; shift += 7n) {
    const byte = bytes[cursor.at++]!;
    zigzag |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return Number((zigzag >> 1n) ^ -(zigzag & 1n));
}

const decoder = new TextDecoder();

/**
 * The headers of a record that is being visited.
 *
 * @throws {SfcrimeError} CORRUPT when they go on behind the batch.
 */
export function readHeaders({ offset, bytes, headersAt }: RecordView): RecordHeader[] {
  const cursor: Cursor = { at: headersAt };
  const count = readVarint(bytes, cursor);
  const headers: RecordHeader[] = [];
  // A length that leads back would never come to an end.
  const requireInside = (length: number) => {
    if (length >= 0 && cursor.at + length <= bytes.length) return;
    throw new SfcrimeError(
      "CORRUPT",
      `The headers of the record at offset ${offset} do not end in its batch.`,
    );
  };
  for (let index = 0; index < count; index++) {
    requireInside(1);
    const keyLength = readVarint(bytes, cursor);
    requireInside(keyLength);
    const key = decoder.decode(bytes.subarray(cursor.at, cursor.at + keyLength));
    cursor.at += keyLength;
    const valueLength = readVarint(bytes, cursor);
    requireInside(Math.max(0, valueLength));
    const value = valueLength < 0 ? null : bytes.slice(cursor.at, cursor.at + valueLength);
    cursor.at += Math.max(0, valueLength);
    headers.push({ key, value });
  }
  return headers;
}
