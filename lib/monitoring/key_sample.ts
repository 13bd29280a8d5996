/**
 * Samples the first records of a source at a worker: which keys they have, and whether numbers that are read
 * as times are plausible. A column that no record has, and milliseconds that are read as seconds, are not
 * errors, here as in Spark, but usually a mistake in the declaration; the coordinator reports them
 * (`sample_report.ts`).
 */
import { SAMPLED_KEYS_MAX, SAMPLED_RECORDS_MAX } from "../base/bounds.ts";
import type { Schema } from "../records/data_type.ts";

/** A number in a TIMESTAMP column that is too large to be in seconds. */
export interface FarTime {
  readonly column: string;
  readonly seconds: number;
}

/** The findings since the last sample; plain data. */
export interface SourceSample {
  /** The topics, for people. */
  readonly source: string;
  /** The fields that queries read. */
  readonly columns: readonly string[];
  readonly records: number;
  readonly keys: readonly string[];
  readonly farTime?: FarTime;
}

/** The year 5138: larger numbers are unlikely to be seconds, but may well be milliseconds. */
const FAR_SECONDS = 1e11;

/** See the module's description. */
export class KeySample {
  readonly #source: string;
  readonly #columns: readonly string[];
  readonly #times: readonly string[];
  readonly #keys = new Set<string>();
  #newKeys: string[] = [];
  #left = SAMPLED_RECORDS_MAX;
  #records = 0;
  #farTime: FarTime | undefined;

  /** @param source The topics, for people. */
  constructor(source: string, columns: Schema) {
    this.#source = source;
    this.#columns = [...new Set(columns.map(({ name }) => name))];
    this.#times = columns.filter(({ type }) => type === "TIMESTAMP").map(({ name }) => name);
  }

  /** Whether to sample more records. */
  get isOpen(): boolean {
    return this.#left > 0;
  }

  /** Samples the value of a record, unless it is not a JSON object. */
  look(text: string): void {
    const record = objectOf(text);
    if (record === undefined) return;
    this.#left--;
    this.#records++;
    for (const key of Object.keys(record)) {
      if (this.#keys.has(key)) continue;
      // Columns that are read are always kept; of the others, as many as a message could show.
      if (this.#keys.size >= SAMPLED_KEYS_MAX && !this.#columns.includes(key)) continue;
      this.#keys.add(key);
      this.#newKeys.push(key);
    }
    for (const column of this.#times) {
      const value = record[column];
      if (typeof value === "number" && Math.abs(value) >= FAR_SECONDS) {
        this.#farTime ??= { column, seconds: value };
      }
    }
  }

  /** The findings since the last call; undefined if there are none. */
  take(): SourceSample | undefined {
    if (this.#records === 0) return undefined;
    const sample = {
      source: this.#source,
      columns: this.#columns,
      records: this.#records,
      keys: this.#newKeys,
      ...(this.#farTime === undefined ? {} : { farTime: this.#farTime }),
    };
    this.#records = 0;
    this.#newKeys = [];
    return sample;
  }
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}
