/**
 * Reads record batches, version 2, one behind the other, as a fetch brings them.
 *
 * Everything that a broker may send is dealt with: batches that begin before the wanted range, a partial one
 * at the end, empty ones whose records were compacted away, control batches, aborted transactions, the four
 * codecs, timestamps of the log's own. A record is shown in place, as positions in the bytes it came with:
 * nothing is copied, and the view is only good until the next record.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { type BatchHeader, checkCrc, readHeader } from "./batch_header.ts";
import { decompress } from "./codecs.ts";
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
  const decoder = new BatchDecoder(chunk, options);
  decoder.run((record) => {
    visit(record);
    return false;
  });
  return decoder.next;
}

/**
 * Shows the wanted records of a chunk in several runs, for whoever cannot take all of them at once. What was
 * decompressed is kept from one run to the next.
 */
export class BatchDecoder {
  readonly #chunk: Uint8Array;
  readonly #view: DataView;
  readonly #options: DecodeOptions;
  readonly #aborted: AbortedProducers;
  /** Where the next batch begins. */
  #at = 0;
  #next: number;
  /** The batch in the middle of which the last run has stopped. */
  #stopped: StoppedBatch | undefined;

  constructor(chunk: Uint8Array, options: DecodeOptions) {
    this.#chunk = chunk;
    this.#view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#options = options;
    this.#aborted = new AbortedProducers(options.aborted ?? []);
    this.#next = options.from;
  }

  /** The offset to read from next: behind the last record that was shown, or the last whole batch. */
  get next(): number {
    return Math.min(this.#next, Math.max(this.#options.from, this.#options.to));
  }

  /**
   * Shows records until `visit` says to stop behind one.
   *
   * @returns Whether it has stopped; if not, the chunk is through.
   * @throws {SfcrimeError} CORRUPT when a batch is not what its header says, with its offset.
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

  /** Whether it stops in the middle of the batch, or at its end. */
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

/** A batch, and how far its records have been shown. */
interface StoppedBatch {
  readonly batch: BatchHeader;
  readonly records: RecordBytes;
  readonly cursor: Cursor;
  index: number;
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

/** Shows records from where it has stopped before; says whether `visit` has told it to stop. */
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
