/** The first late and malformed records of a task, at a worker, and of a batch, at the coordinator. */
import { RECORD_SAMPLES_MAX, SAMPLE_LENGTH_MAX } from "../../base/bounds.ts";
import type { OffsetRange } from "../../broker/broker.ts";
import type { RecordView } from "../../broker/record_batch/decode.ts";
import type { RecordSample } from "../../monitoring/view/record_sample.ts";
import { javaText } from "../../records/values/java_text.ts";

/** A record that is late for a query; queries are identified by their index. */
export interface LateSample extends RecordSample {
  readonly query: number;
}

/** What was found. */
export interface BadRecordSamples {
  readonly late: readonly LateSample[];
  readonly malformed: readonly RecordSample[];
}

/** None. */
export const NO_BAD_RECORDS: BadRecordSamples = { late: [], malformed: [] };

/** Bytes of a value that are looked at: those of so many characters. */
const SAMPLE_BYTES_MAX = 4 * SAMPLE_LENGTH_MAX;

/** Collects samples, as long as there are few. */
export class BadRecordCollector {
  #late: LateSample[] = [];
  #malformed: RecordSample[] = [];

  addMalformed(record: RecordView, range: OffsetRange): void {
    if (this.#malformed.length >= RECORD_SAMPLES_MAX) return;
    const reason = record.valueStart < 0 ? "no value" : "not a JSON object";
    this.#malformed.push(sampleOf(record, range, reason));
  }

  addLate(record: RecordView, range: OffsetRange, query: number): void {
    if (this.#late.filter((sample) => sample.query === query).length >= RECORD_SAMPLES_MAX) return;
    this.#late.push({ query, ...sampleOf(record, range, "behind the watermark") });
  }

  /** Returns the samples, and starts over. */
  take(): BadRecordSamples {
    const samples = { late: this.#late, malformed: this.#malformed };
    if (samples.late.length > 0) this.#late = [];
    if (samples.malformed.length > 0) this.#malformed = [];
    return samples;
  }
}

/** The first samples of several, in order; late ones by query. */
export function firstBadRecords(all: readonly BadRecordSamples[]): BadRecordSamples {
  const late = Map.groupBy(all.flatMap((samples) => samples.late), ({ query }) => query);
  return {
    late: [...late.values()].flatMap((ofQuery) => ofQuery.slice(0, RECORD_SAMPLES_MAX)),
    malformed: all.flatMap((samples) => samples.malformed).slice(0, RECORD_SAMPLES_MAX),
  };
}

function sampleOf(
  { offset, timestampMs, bytes, valueStart, valueEnd }: RecordView,
  { topic, partition }: OffsetRange,
  reason: string,
): RecordSample {
  const place = { topic, partition, offset, timestampMs, reason };
  if (valueStart < 0) return { ...place, value: null };
  const text = javaText(bytes.subarray(valueStart, Math.min(valueEnd, valueStart + SAMPLE_BYTES_MAX)));
  const isCut = text.length > SAMPLE_LENGTH_MAX;
  // Not in the middle of a pair of surrogates.
  return {
    ...place,
    value: isCut ? `${text.slice(0, SAMPLE_LENGTH_MAX).replace(/[\ud800-\udbff]$/, "")}…` : text,
  };
}
