/**
 * Record batches, version 2, written down as Kafka's documentation describes them, number by number and without
 * any haste: what `lib/broker/record_batch` is held to.
 */
import { CODECS, compress } from "../../lib/broker/record_batch/codecs.ts";
import type { ProducerRecord } from "../../lib/broker/record_batch/encode.ts";

/** What a batch may say besides its records. */
export interface NaiveBatch {
  readonly records: readonly ProducerRecord[];
  readonly baseOffset?: number;
  /** Of each record, from the base offset; consecutive where it is left out. */
  readonly offsetDeltas?: readonly number[];
  /** Where records at the end were compacted away. */
  readonly lastOffsetDelta?: number;
  readonly codec?: (typeof CODECS)[number];
  readonly producerId?: bigint;
  /** Bits above the codec's: 0x08 log append time, 0x10 transactional, 0x20 control. */
  readonly flags?: number;
  readonly maxTimestampMs?: number;
}

/** A batch's bytes. */
export function naiveBatch(batch: NaiveBatch): Uint8Array {
  const { records, codec = "none" } = batch;
  const deltas = batch.offsetDeltas ?? records.map((_record, index) => index);
  const baseTimestampMs = records[0]?.timestampMs ?? 0;
  const content = records.flatMap((record, index) => naiveRecord(record, deltas[index]!, baseTimestampMs));
  const guarded = [
    ...int(CODECS.indexOf(codec) | (batch.flags ?? 0), 2),
    ...int(batch.lastOffsetDelta ?? deltas.at(-1)!, 4),
    ...int(baseTimestampMs, 8),
    ...int(batch.maxTimestampMs ?? Math.max(...records.map(({ timestampMs }) => timestampMs)), 8),
    ...int(batch.producerId ?? -1n, 8),
    ...int(-1, 2),
    ...int(-1, 4),
    ...int(records.length, 4),
    ...(codec === "none" ? content : compress(codec, Uint8Array.from(content))),
  ];
  const tail = [...int(-1, 4), 2, ...int(naiveCrc32c(guarded), 4), ...guarded];
  return Uint8Array.from([...int(batch.baseOffset ?? 0, 8), ...int(tail.length, 4), ...tail]);
}

function naiveRecord(record: ProducerRecord, offsetDelta: number, baseTimestampMs: number): number[] {
  const headers = record.headers ?? [];
  const content = [
    0,
    ...varint(record.timestampMs - baseTimestampMs),
    ...varint(offsetDelta),
    ...field(record.key),
    ...field(record.value),
    ...varint(headers.length),
    ...headers.flatMap(({ key, value }) => [...field(new TextEncoder().encode(key)), ...field(value)]),
  ];
  return [...varint(content.length), ...content];
}

/** The record that ends a transaction, which only brokers read. */
export function naiveMarker(verb: "commit" | "abort"): ProducerRecord {
  const key = Uint8Array.of(0, 0, 0, verb === "abort" ? 0 : 1);
  return { key, value: new Uint8Array(6), timestampMs: 0 };
}

function int(value: number | bigint, bytes: number): number[] {
  const unsigned = BigInt.asUintN(bytes * 8, BigInt(value));
  return Array.from({ length: bytes }, (_, at) => Number((unsigned >> BigInt(8 * (bytes - 1 - at))) & 0xffn));
}

function varint(value: number): number[] {
  const signed = BigInt(value);
  const bytes: number[] = [];
  let left = signed >= 0n ? 2n * signed : -2n * signed - 1n;
  for (; left > 127n; left /= 128n) bytes.push(Number(left % 128n) + 128);
  return [...bytes, Number(left)];
}

function field(content: Uint8Array | null): number[] {
  return content === null ? varint(-1) : [...varint(content.length), ...content];
}

/** CRC-32C a bit at a time. */
export function naiveCrc32c(bytes: Iterable<number>): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
