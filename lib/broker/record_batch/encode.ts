/**
 * Writes record batches, version 2: the storage format of Kafka and of the embedded broker.
 */
import { type Codec, CODECS, compress } from "./codecs.ts";
import { crc32c } from "./crc32c.ts";
import * as layout from "./layout.ts";

/** A record to write. */
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

/** Records that are encoded by something else. */
export interface EncodableRecords {
  readonly count: number;
  /** The records as they stand in a batch; valid until others are encoded. */
  encode(deltas: Deltas): Uint8Array;
}

/** Where the first record stands in its batch, and the difference of all timestamps to that of the batch. */
export interface Deltas {
  readonly offsetDelta: number;
  readonly timestampDeltaMs: number;
}

/**
 * The maximum overhead of a record in addition to its key, value and headers: its length and four more
 * numbers.
 */
export const RECORD_OVERHEAD_BYTES_MAX = 35;

/**
 * Encodes records as they are added, in the format of a batch: they are not needed afterwards. Its memory
 * grows to the largest batch and is reused for the next one.
 */
export class RecordsBuilder {
  readonly #writer = new Writer();
  #count = 0;
  #baseTimestampMs = 0;
  #maxTimestampMs = 0;

  constructor() {
    this.clear();
  }

  /** A builder with these records in it. */
  static of(records: Iterable<ProducerRecord>): RecordsBuilder {
    const builder = new RecordsBuilder();
    for (const record of records) builder.add(record);
    return builder;
  }

  /** The number of added records. */
  get count(): number {
    return this.#count;
  }

  /** The size of their batch, before compression. */
  get bytes(): number {
    return this.#writer.at;
  }

  /** Its memory in bytes. */
  get memoryBytes(): number {
    return this.#writer.bytes.length;
  }

  /** The latest of their timestamps, in milliseconds since the epoch. */
  get maxTimestampMs(): number {
    return this.#maxTimestampMs;
  }

  /** The size of their batch with one more record, before compression. */
  bytesWith(record: ProducerRecord): number {
    const headers = encodedHeaders(record.headers);
    const length = recordBytes(record, headers, this.#deltasOf(record));
    return this.bytes + varintBytes(length) + length;
  }

  add(record: ProducerRecord): void {
    writeRecord(this.#writer, record, this.#deltasOf(record));
    this.#extend(1, record.timestampMs);
  }

  /** Adds records that all have this timestamp. */
  addEncoded(records: EncodableRecords, timestampMs: number): void {
    this.#writer.append(records.encode(this.#deltasOf({ timestampMs })));
    this.#extend(records.count, timestampMs);
  }

  #extend(count: number, timestampMs: number): void {
    if (this.#count === 0) this.#baseTimestampMs = this.#maxTimestampMs = timestampMs;
    else if (timestampMs > this.#maxTimestampMs) this.#maxTimestampMs = timestampMs;
    this.#count += count;
  }

  #deltasOf({ timestampMs }: Pick<ProducerRecord, "timestampMs">): Deltas {
    const timestampDeltaMs = this.#count === 0 ? 0 : timestampMs - this.#baseTimestampMs;
    return { offsetDelta: this.#count, timestampDeltaMs };
  }

  /** Removes all records. */
  clear(): void {
    this.#writer.at = layout.RECORDS_AT;
    this.#count = 0;
  }

  /**
   * The batch of the records, of which there is at least one. It is valid until the next is added, or until they
   * are forgotten. Its base offset is zero, for the log to overwrite: the checksum does not cover it.
   *
   * @param sequence Of an idempotent producer.
   */
  toBatch(codec: Codec = "none", sequence: ProducerSequence = NO_SEQUENCE): Uint8Array {
    const plain = this.#writer.written;
    const batch = codec === "none" ? plain : withRecords(compress(codec, plain.subarray(layout.RECORDS_AT)));
    this.#writeHeader(batch, codec, sequence);
    return batch;
  }

  #writeHeader(batch: Uint8Array, codec: Codec, sequence: ProducerSequence): void {
    const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
    view.setBigInt64(layout.BASE_OFFSET_AT, 0n);
    view.setInt32(layout.BATCH_LENGTH_AT, batch.length - layout.LENGTH_OVERHEAD);
    view.setInt32(layout.LEADER_EPOCH_AT, layout.NONE);
    view.setInt8(layout.MAGIC_AT, layout.MAGIC);
    const flags = sequence.isTransactional === true ? layout.TRANSACTIONAL : 0;
    view.setInt16(layout.ATTRIBUTES_AT, CODECS.indexOf(codec) | flags);
    view.setInt32(layout.LAST_OFFSET_DELTA_AT, this.#count - 1);
    view.setBigInt64(layout.BASE_TIMESTAMP_AT, BigInt(this.#baseTimestampMs));
    view.setBigInt64(layout.MAX_TIMESTAMP_AT, BigInt(this.#maxTimestampMs));
    view.setBigInt64(layout.PRODUCER_ID_AT, sequence.producerId);
    view.setInt16(layout.PRODUCER_EPOCH_AT, sequence.epoch);
    view.setInt32(layout.BASE_SEQUENCE_AT, sequence.baseSequence);
    view.setInt32(layout.RECORD_COUNT_AT, this.#count);
    view.setUint32(layout.CRC_AT, crc32c(batch, layout.ATTRIBUTES_AT));
  }
}

function withRecords(records: Uint8Array): Uint8Array {
  const batch = new Uint8Array(layout.RECORDS_AT + records.length);
  batch.set(records, layout.RECORDS_AT);
  return batch;
}

/** The producer of a batch, and the sequence number of its first record in that partition. */
export interface ProducerSequence {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly baseSequence: number;
  /** Whether the batch belongs to a transaction. */
  readonly isTransactional?: boolean;
}

const NO_SEQUENCE: ProducerSequence = {
  producerId: BigInt(layout.NONE),
  epoch: layout.NONE,
  baseSequence: layout.NONE,
};

/** Sets the position of a batch in the log. */
export function setBaseOffset(batch: Uint8Array, baseOffset: number): void {
  new DataView(batch.buffer, batch.byteOffset).setBigInt64(layout.BASE_OFFSET_AT, BigInt(baseOffset));
}

/** The size of a record, without its length field. */
function recordBytes(
  { key, value }: ProducerRecord,
  headers: readonly EncodedHeader[],
  { offsetDelta, timestampDeltaMs }: Deltas,
): number {
  let length = 1 + varintBytes(timestampDeltaMs) + varintBytes(offsetDelta) +
    fieldBytes(key) + fieldBytes(value) + varintBytes(headers.length);
  for (const header of headers) length += fieldBytes(header.key) + fieldBytes(header.value);
  return length;
}

function writeRecord(writer: Writer, record: ProducerRecord, deltas: Deltas): void {
  const { key, value } = record;
  const headers = encodedHeaders(record.headers);
  const length = recordBytes(record, headers, deltas);
  writer.reserve(VARINT_BYTES_MAX + length);
  writer.varint(length);
  writer.byte(0);
  writer.varint(deltas.timestampDeltaMs);
  writer.varint(deltas.offsetDelta);
  writer.field(key);
  writer.field(value);
  writer.varint(headers.length);
  for (const header of headers) {
    writer.field(header.key);
    writer.field(header.value);
  }
}

interface EncodedHeader {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

const NO_HEADERS: readonly EncodedHeader[] = [];

function encodedHeaders(headers: readonly RecordHeader[] | undefined): readonly EncodedHeader[] {
  return headers === undefined
    ? NO_HEADERS
    : headers.map(({ key, value }) => ({ key: encoder.encode(key), value }));
}

const encoder = new TextEncoder();

/** Above this, the zigzag encoding does not fit 32-bit operators. */
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

/** The maximum size of the length of a record. */
const VARINT_BYTES_MAX = 5;
const MEMORY_BYTES_FIRST = 4_096;

class Writer {
  bytes: Uint8Array = new Uint8Array(MEMORY_BYTES_FIRST);
  at = 0;

  get written(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  /** Makes room for more bytes. */
  reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.at + count, 2 * this.bytes.length));
    larger.set(this.written);
    this.bytes = larger;
  }

  append(content: Uint8Array): void {
    this.reserve(content.length);
    this.bytes.set(content, this.at);
    this.at += content.length;
  }

  byte(value: number): void {
    this.bytes[this.at++] = value;
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

  /** A length and that many bytes; null has length −1. */
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
