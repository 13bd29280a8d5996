/**
 * A worker's look at the first records of a source: which keys they have, and whether a number that is read as a
 * time can be one. A column that no record has, and milliseconds that are read as seconds, are no errors, in Spark as
 * here, but most often a mistake of whoever declared the columns; the coordinator tells them (`sample_report.ts`).
 */
import { SAMPLED_KEYS_MAX, SAMPLED_RECORDS_MAX } from "../base/bounds.ts";
import type { Schema } from "../records/data_type.ts";

/** A number in a column of TIMESTAMP that is too large to be seconds. */
export interface FarTime {
  readonly column: string;
  readonly seconds: number;
}

/** What was found since the last time; plain data. */
export interface SourceSample {
  /** The topics, for people. */
  readonly source: string;
  /** The columns that queries read, as the records have them. */
  readonly columns: readonly string[];
  readonly records: number;
  readonly keys: readonly string[];
  readonly farTime?: FarTime;
}

/** The year 5138: numbers from here on are no seconds of a usual time, but may well be milliseconds. */
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

  /** Whether more records are to be looked at. */
  get isOpen(): boolean {
    return this.#left > 0;
  }

  /** Looks at the text of a record's value. What is no JSON object says nothing about keys. */
  look(text: string): void {
    const record = objectOf(text);
    if (record === undefined) return;
    this.#left--;
    this.#records++;
    for (const key of Object.keys(record)) {
      if (this.#keys.has(key)) continue;
      // A column that is read is always worth knowing; of the others, as many as a message could show.
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

  /** What was found since the last call; undefined where nothing was. */
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
