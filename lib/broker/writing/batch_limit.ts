/** The batch size limit of a topic, and the error for a record that exceeds it by itself. */
import { SfcrimeError } from "../../base/errors.ts";
import { formatCount } from "../../base/text/format.ts";
import type { Codec } from "../record_batch/codecs.ts";
import { type ProducerRecord, RECORD_OVERHEAD_BYTES_MAX, RecordsBuilder } from "../record_batch/encode.ts";
import { RECORDS_AT } from "../record_batch/layout.ts";

/** The batch size limit of a topic. */
export interface BatchLimit {
  /** The maximum size of a batch as sent, in bytes. */
  readonly bytes: number;
  /** The topic setting that defines it. */
  readonly setting: "max.message.bytes" | "segment.bytes";
}

/** How the size of a record is measured. */
export interface MeasureOptions {
  /** Undefined where none is known. */
  readonly limit: BatchLimit | undefined;
  readonly codec: Codec;
}

/** The bytes of a batch with only this record; undefined if the topic accepts it. */
export function bytesOverLimit(record: ProducerRecord, { limit, codec }: MeasureOptions): number | undefined {
  if (limit === undefined) return undefined;
  const { key, value, headers } = record;
  const bytesMost = RECORDS_AT + RECORD_OVERHEAD_BYTES_MAX + (key?.length ?? 0) + (value?.length ?? 0);
  if (bytesMost <= limit.bytes && headers === undefined) return undefined;
  const alone = RecordsBuilder.of([record]);
  if (alone.bytes <= limit.bytes) return undefined;
  const { length } = alone.toBatch(codec);
  return length > limit.bytes ? length : undefined;
}

/** Which record was too large for which topic. */
export interface TooLargeRecord {
  readonly topic: string;
  /** The bytes of its batch. */
  readonly bytes: number;
  /** Undefined where the topic does not show it. */
  readonly limit: BatchLimit | undefined;
}

/** Why a record cannot be written, to follow its name. */
export function tooLargeReason({ topic, bytes, limit }: TooLargeRecord): string {
  if (limit === undefined) {
    return `it takes ${formatCount(bytes)} bytes, and topic ${topic} does not accept it`;
  }
  const allowed = `${formatCount(limit.bytes)} (${limit.setting})`;
  return bytes <= limit.bytes
    ? `topic ${topic} recompresses it, and it then takes more bytes than the topic allows: ${allowed}`
    : `it takes ${formatCount(bytes)} bytes, and topic ${topic} allows ${allowed}`;
}

/** What to do about it. */
export function tooLargeHint({ topic, bytes, limit }: TooLargeRecord): string {
  const setting = limit?.setting ?? "max.message.bytes";
  // Only the broker knows its size after the topic has recompressed it.
  const isKnown = limit === undefined || bytes > limit.bytes;
  return `Raise ${setting} of the topic${isKnown ? ` to ${bytes} or more` : ""}: kafka-configs.sh ` +
    `--bootstrap-server … --alter --topic ${topic} --add-config ${setting}=${isKnown ? bytes : "…"}.`;
}

/** The error where nothing may be left out. @param what The record, as a sentence begins. */
export function tooLargeError(what: string, found: TooLargeRecord): SfcrimeError {
  return new SfcrimeError("OUTPUT", `${what} is too large: ${tooLargeReason(found)}.`, {
    hint: tooLargeHint(found),
  });
}
