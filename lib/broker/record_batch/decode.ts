/**
 * Reads consecutive record batches, version 2, as returned by a fetch.
 *
 * It handles everything that a broker may send: batches that start before the requested range, a partial
 * batch at the end, empty batches whose records were compacted, control batches, aborted transactions, the
 * four codecs, and log-append timestamps. A record is a view with positions in the received bytes: nothing is
 * copied, and the view is only valid until the next record.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { type BatchHeader, checkCrc, readHeader } from "./batch_header.ts";
import { decompress } from "./codecs.ts";
import type { RecordHeader } from "./encode.ts";
import * as layout from "./layout.ts";

/** A record, with the positions of its parts in `bytes`. A start of −1 means null. */
export interface RecordView {
  readonly offset: number;
  readonly timestampMs: number;
  /** Who set it, by Kafka's numbers: 0 is the producer, 1 the broker. */
  readonly timestampType: 0 | 1;
  readonly bytes: Uint8Array;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** The position of the header count; see {@link readHeaders}. */
  readonly headersAt: number;
}

/** An aborted transaction: the records of its producer from `firstOffset` on do not count. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** The requested records. */
export interface DecodeOptions {
  /** The first requested offset. */
  readonly from: number;
  /** The offset after the last requested one. */
  readonly to: number;
  readonly aborted?: readonly AbortedTransaction[];
  /** Whether to verify the checksum of each batch. */
  readonly checkCrc?: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Calls `visit` for every requested record of `chunk`, in offset order.
 *
 * @returns The offset to read from next: after the last complete batch, at least `from`.
 * @throws {SfcrimeError} CORRUPT if a batch does not match its header, with its offset.
 */
export function decodeBatches(
  chunk: Uint8Array,
  options: DecodeOptions,
  visit: (record: RecordView) => void,
): number {
  const decoder = new BatchDecoder(chunk, options);
  decoder.run((record) => {
    visit(record);
    return false;
  });
  return decoder.next;
}

/**
 * Visits the requested records of a chunk in several runs, for callers that cannot accept all of them at
 * once. Decompressed data is kept between runs.
 */
export class BatchDecoder {
  readonly #chunk: Uint8Array;
  readonly #view: DataView;
  readonly #options: DecodeOptions;
  readonly #aborted: AbortedProducers;
  /** The position of the next batch. */
  #at = 0;
  #next: number;
  /** The batch in which the last run stopped. */
  #stopped: StoppedBatch | undefined;

  constructor(chunk: Uint8Array, options: DecodeOptions) {
    this.#chunk = chunk;
    this.#view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#options = options;
    this.#aborted = new AbortedProducers(options.aborted ?? []);
    this.#next = options.from;
  }

  /** The offset to read from next: after the last visited record, or the last complete batch. */
  get next(): number {
    return Math.min(this.#next, Math.max(this.#options.from, this.#options.to));
  }

  /**
   * Visits records until `visit` says to stop after one.
   *
   * @returns Whether it stopped; if not, the chunk is done.
   * @throws {SfcrimeError} CORRUPT if a batch does not match its header, with its offset.
   */
  run(visit: (record: RecordView) => boolean): boolean {
    if (this.#stopped !== undefined && this.#visit(this.#stopped, visit)) return true;
    this.#stopped = undefined;
    const { to } = this.#options;
    while (this.#at + layout.RECORDS_AT <= this.#chunk.length && this.#next < to) {
      const end = this.#at + layout.LENGTH_OVERHEAD +
        this.#view.getInt32(this.#at + layout.BATCH_LENGTH_AT);
      if (end > this.#chunk.length) break;
      const batch = readHeader(this.#view, this.#at, end);
      if (this.#options.checkCrc === true) checkCrc(this.#chunk, batch);
      const hidden = this.#aborted.hides(batch, () => recordsOf(this.#chunk, batch));
      this.#at = end;
      if (hidden || batch.lastOffset < this.#next) {
        this.#next = Math.max(this.#next, batch.lastOffset + 1);
        continue;
      }
      const records = recordsOf(this.#chunk, batch);
      if (this.#visit({ batch, records, cursor: { at: records.start }, index: 0 }, visit)) return true;
    }
    return false;
  }

  /** Whether it stops inside the batch or at its end. */
  #visit(stopped: StoppedBatch, visit: (record: RecordView) => boolean): boolean {
    const { batch } = stopped;
    let last = -1;
    const stops = visitRecords(stopped, this.#options, (record) => {
      if (!visit(record)) return false;
      last = record.offset;
      return true;
    });
    if (stops) {
      this.#stopped = stopped;
      this.#next = last + 1;
      return true;
    }
    this.#next = Math.max(this.#next, batch.lastOffset + 1);
    return false;
  }
}

/** A batch, and how far its records have been visited. */
interface StoppedBatch {
  readonly batch: BatchHeader;
  readonly records: RecordBytes;
  readonly cursor: Cursor;
  index: number;
}

/** The decompressed records of a batch, and their start. */
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

/** Tracks which producers' transactional records do not count, batch by batch. */
class AbortedProducers {
  readonly #pending: AbortedTransaction[];
  readonly #active = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#pending = [...aborted].sort((left, right) => left.firstOffset - right.firstOffset);
  }

  /** Whether readers must skip the records of a batch: those of control batches and aborted transactions. */
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

/** The key of a control record is a version and a type, each int16; type 0 is an abort marker. */
function isAbortMarker(records: RecordBytes, batch: BatchHeader): boolean {
  let isAbort = false;
  const whole = { batch, records, cursor: { at: records.start }, index: 0 };
  visitRecords(whole, { from: 0, to: Infinity }, ({ bytes, keyStart }) => {
    isAbort = keyStart >= 0 &&
      ((bytes[keyStart + 2]! << 8) | bytes[keyStart + 3]!) === ABORT_MARKER;
    return false;
  });
  return isAbort;
}

/** Position in bytes, advanced by the varint readers below. */
interface Cursor {
  at: number;
}

/** Visits records from where it stopped before; returns whether `visit` said to stop. */
function visitRecords(
  stopped: StoppedBatch,
  { from, to }: { readonly from: number; readonly to: number },
  visit: (record: RecordView) => boolean,
): boolean {
  const { batch, cursor, records: { bytes, end } } = stopped;
  const logTimeMs = (batch.attributes & layout.LOG_APPEND_TIME) !== 0 ? batch.maxTimestampMs : undefined;
  const record: Mutable<RecordView> = {
    offset: 0,
    timestampMs: 0,
    timestampType: logTimeMs === undefined ? 0 : 1,
    bytes,
    keyStart: 0,
    keyEnd: 0,
    valueStart: 0,
    valueEnd: 0,
    headersAt: 0,
  };
  for (let index = stopped.index; index < batch.recordCount; index++) {
    const length = readVarint(bytes, cursor);
    const recordEnd = cursor.at + length;
    if (length < 6 || recordEnd > end) throw corruptRecord(batch, index);
    cursor.at++;
    const timestampDeltaMs = readVarint(bytes, cursor);
    record.offset = batch.baseOffset + readVarint(bytes, cursor);
    if (record.offset >= to) return false;
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
    if (record.offset >= from && visit(record)) {
      stopped.index = index + 1;
      return true;
    }
  }
  return false;
}

function corruptRecord(batch: BatchHeader, index: number): SfcrimeError {
  return new SfcrimeError(
    "CORRUPT",
    `Record ${index} of the batch at offset ${batch.baseOffset} has a wrong length.`,
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
 * The headers of the current record.
 *
 * @throws {SfcrimeError} CORRUPT if they extend beyond the batch.
 */
export function readHeaders({ offset, bytes, headersAt }: RecordView): RecordHeader[] {
  const cursor: Cursor = { at: headersAt };
  const count = readVarint(bytes, cursor);
  const headers: RecordHeader[] = [];
  // With a negative length, this would never end.
  const requireInside = (length: number) => {
    if (length >= 0 && cursor.at + length <= bytes.length) return;
    throw new SfcrimeError(
      "CORRUPT",
      `The headers of the record at offset ${offset} extend beyond its batch.`,
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
