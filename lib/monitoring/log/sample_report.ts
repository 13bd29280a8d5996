/** Warns once per run about columns that none of the first records has, and about implausible times. */
import { getOrInsert } from "../../base/collections/get_or_insert.ts";
import { SAMPLED_RECORDS_MAX } from "../../base/bounds.ts";
import { plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import { nearest } from "../../base/text/nearest.ts";
import { printable } from "../../base/text/printable.ts";
import type { FarTime, SourceSample } from "../key_sample.ts";
import type { BatchStep, RunListener } from "../run_listener.ts";

const log = logger("analyze");

/** How many keys a message shows. */
const KEYS_SHOWN_MAX = 20;

const MS_PER_SECOND = 1_000;

/** The last instant that a Date can represent. */
const DATE_MS_MAX = 8.64e15;

interface Seen {
  readonly columns: Set<string>;
  readonly keys: Set<string>;
  records: number;
  farTime: FarTime | undefined;
  isReported: boolean;
}

/** See the module's description. */
export class SampleReport implements RunListener {
  readonly #seen = new Map<string, Seen>();

  /** Adds the findings of a worker. */
  sampled({ source, columns, records, keys, farTime }: SourceSample): void {
    const seen = getOrInsert(this.#seen, source, (): Seen => ({
      columns: new Set(),
      keys: new Set(),
      records: 0,
      farTime: undefined,
      isReported: false,
    }));
    for (const column of columns) seen.columns.add(column);
    seen.records += records;
    seen.farTime ??= farTime;
    for (const key of keys) seen.keys.add(key);
  }

  step({ step }: BatchStep): void {
    if (step === 2) this.#report(SAMPLED_RECORDS_MAX);
  }

  ended(): void {
    this.#report(1);
  }

  /** Warns about each source with enough records; at the end of a run, any number is enough. */
  #report(recordsMin: number): void {
    for (const [source, seen] of this.#seen) {
      if (seen.isReported || seen.records < recordsMin) continue;
      seen.isReported = true;
      for (const column of seen.columns) {
        if (!seen.keys.has(column)) log.warn(missingText(source, column, seen));
      }
      if (seen.farTime !== undefined) log.warn(farTimeText(source, seen.farTime));
    }
  }
}

function missingText(source: string, column: string, { keys, records }: Seen): string {
  const near = nearest(column, [...keys]);
  const shown = [...keys].slice(0, KEYS_SHOWN_MAX).map(printable).join(", ");
  const more = keys.size > KEYS_SHOWN_MAX ? ", …" : "";
  return `Column ${column} is in none of the first ${
    plural(records, "record")
  } of ${source}, so it is NULL. ` +
    (near === undefined ? "" : `Did you mean ${near}? `) +
    (keys.size === 0 ? "They have no fields." : `They have: ${shown}${more}.`);
}

function farTimeText(source: string, { column, seconds }: FarTime): string {
  const ms = seconds * MS_PER_SECOND;
  const read = Math.abs(ms) <= DATE_MS_MAX ? `the year ${new Date(ms).getUTCFullYear()}` : "an invalid time";
  return `${column} = ${seconds} in ${source} is read as seconds: ${read}. ` +
    `If these are milliseconds, declare ${column} as BIGINT, and add a column ` +
    `${column}_time TIMESTAMP AS (timestamp_millis(${column})).`;
}
