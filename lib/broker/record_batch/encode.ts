/**
 * Writes record batches, version 2: the form in which Kafka's brokers and the embedded one keep records.
 */
import { type Codec, CODECS, compress } from "./codecs.ts";
import { crc32c } from "./crc32c.ts";
import * as layout from "./layout.ts";

/** A record to be written. */
export interface ProducerRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly headers?: readonly RecordHeader[];
}

/** A header of a record. */
export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** The most bytes that a record takes besides its key, value and headers: its length and four more numbers. */
export const RECORD_OVERHEAD_BYTES_MAX = 35;

/**
 * Encodes batches, one after the other, into a piece of memory that grows to the largest of them: a megabyte
 * that is allocated for each batch anew is garbage faster than it is collected.
 */
export class BatchEncoder {
  #memory: Uint8Array = new Uint8Array();

  /**
   * One batch of the given records, of which there is at least one. It is good until the next call. Its base
   * offset is zero, for the log to overwrite: the checksum does not cover it.
   *
   * @param sequence Of an idempotent producer.
   */
  encode(records: readonly ProducerRecord[], codec: Codec = "none", sequence?: ProducerSequence): Uint8Array {
    const sizeMax = layout.RECORDS_AT + recordsBytesMax(records);
    if (this.#memory.length < sizeMax) this.#memory = new Uint8Array(sizeMax);
    const writer = new Writer(this.#memory);
    const baseTimestampMs = records[0]!.timestampMs;
    let maxTimestampMs = baseTimestampMs;
    writer.at = layout.RECORDS_AT;
    for (const [offsetDelta, record] of records.entries()) {
      maxTimestampMs = Math.max(maxTimestampMs, record.timestampMs);
      writeRecord(writer, record, { offsetDelta, timestampDeltaMs: record.timestampMs - baseTimestampMs });
    }
    let batch = this.#memory.subarray(0, writer.at);
    if (codec !== "none") {
      const packed = compress(codec, batch.subarray(layout.RECORDS_AT));
      const whole = new Uint8Array(layout.RECORDS_AT + packed.length);
      whole.set(packed, layout.RECORDS_AT);
      batch = whole;
    }
    writeHeader(batch, {
      count: records.length,
      codec,
      baseTimestampMs,
      maxTimestampMs,
      sequence: sequence ?? NO_SEQUENCE,
    });
    return batch;
  }
}

/** Which producer has made a batch, and the number of its first record among all of that partition. */
export interface ProducerSequence {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly baseSequence: number;
}

const NO_SEQUENCE: ProducerSequence = {
  producerId: BigInt(layout.NONE),
  epoch: layout.NONE,
  baseSequence: layout.NONE,
};

interface HeaderFields {
  readonly count: number;
  readonly codec: Codec;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly sequence: ProducerSequence;
}

function writeHeader(
  batch: Uint8Array,
  { count, codec, baseTimestampMs, maxTimestampMs, sequence }: HeaderFields,
): void {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  view.setBigInt64(layout.BASE_OFFSET_AT, 0n);
  view.setInt32(layout.BATCH_LENGTH_AT, batch.length - layout.LENGTH_OVERHEAD);
  view.setInt32(layout.LEADER_EPOCH_AT, layout.NONE);
  view.setInt8(layout.MAGIC_AT, layout.MAGIC);
  view.setInt16(layout.ATTRIBUTES_AT, CODECS.indexOf(codec));
  view.setInt32(layout.LAST_OFFSET_DELTA_AT, count - 1);
  view.setBigInt64(layout.BASE_TIMESTAMP_AT, BigInt(baseTimestampMs));
  view.setBigInt64(layout.MAX_TIMESTAMP_AT, BigInt(maxTimestampMs));
  view.setBigInt64(layout.PRODUCER_ID_AT, sequence.producerId);
  view.setInt16(layout.PRODUCER_EPOCH_AT, sequence.epoch);
  view.setInt32(layout.BASE_SEQUENCE_AT, sequence.baseSequence);
  view.setInt32(layout.RECORD_COUNT_AT, count);
  view.setUint32(layout.CRC_AT, crc32c(batch, layout.ATTRIBUTES_AT));
}

/** Gives a batch its place in the log. */
export function setBaseOffset(batch: Uint8Array, baseOffset: number): void {
  new DataView(batch.buffer, batch.byteOffset).setBigInt64(
    layout.BASE_OFFSET_AT,
    BigInt(baseOffset),
  );
}

function recordsBytesMax(records: readonly ProducerRecord[]): number {
  let total = 0;
  for (const { key, value, headers } of records) {
    total += RECORD_OVERHEAD_BYTES_MAX + (key?.length ?? 0) + (value?.length ?? 0);
    for (const header of headers ?? []) {
      total += 10 + header.key.length * 3 + (header.value?.length ?? 0);
    }
  }
  return total;
}

interface Deltas {
  readonly offsetDelta: number;
  readonly timestampDeltaMs: number;
}

function writeRecord(writer: Writer, record: ProducerRecord, deltas: Deltas): void {
  const headers = (record.headers ?? []).map(({ key, value }) => ({
    key: encoder.encode(key),
    value,
  }));
  let length = 1 + varintBytes(deltas.timestampDeltaMs) + varintBytes(deltas.offsetDelta) +
    fieldBytes(record.key) + fieldBytes(record.value) + varintBytes(headers.length);
  for (const header of headers) length += fieldBytes(header.key) + fieldBytes(header.value);
  writer.varint(length);
  writer.bytes[writer.at++] = 0;
  writer.varint(deltas.timestampDeltaMs);
  writer.varint(deltas.offsetDelta);
  writer.field(record.key);
  writer.field(record.value);
  writer.varint(headers.length);
  for (const header of headers) {
    writer.field(header.key);
    writer.field(header.value);
  }
}

const encoder = new TextEncoder();

/** Above this, the zigzag form does not fit the 32-bit operators. */
const SMALL_MAX = 2 ** 30;

/** The length of a number as a zigzag varint. */
function varintBytes(value: number): number {
  if (value < -SMALL_MAX || value >= SMALL_MAX) {
    return Math.ceil(zigzagBig(value).toString(2).length / 7);
  }
  const zigzag = (value << 1) ^ (value >> 31);
  return zigzag < 0x80 ? 1 : zigzag < 0x4000 ? 2 : zigzag < 0x200000 ? 3 : zigzag < 0x10000000 ? 4 : 5;
}

function zigzagBig(value: number): bigint {
  return value >= 0 ? BigInt(value) * 2n : BigInt(value) * -2n - 1n;
}

function fieldBytes(content: Uint8Array | null): number {
  return content === null ? 1 : varintBytes(content.length) + content.length;
}

class Writer {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** A number as Protocol Buffers' zigzag varint. */
  varint(value: number): void {
    if (value < -SMALL_MAX || value >= SMALL_MAX) {
      let zigzag = zigzagBig(value);
      for (; zigzag >= 0x80n; zigzag >>= 7n) this.bytes[this.at++] = Number(zigzag & 0x7fn) | 0x80;
      this.bytes[this.at++] = Number(zigzag);
      return;
    }
    let zigzag = (value << 1) ^ (value >> 31);
    for (; zigzag >= 0x80; zigzag >>>= 7) this.bytes[this.at++] = (zigzag & 0x7f) | 0x80;
    this.bytes[this.at++] = zigzag;
  }

  /** A length and as many bytes; null has the length −1. */
  field(content: Uint8Array | null): void {
    if (content === null) {
      this.varint(-1);
      return;
    }
    this.varint(content.length);
    this.bytes.set(content, this.at);
    this.at += content.length;
  }
}
