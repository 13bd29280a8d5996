/**
 * Late records, in full and with their position. A record is late for a query if at least one of its rows is
 * dropped because of the watermark: its group is final, or its keys may have been evicted.
 */
import { type Output, outputTo } from "../base/files/output.ts";
import { openToAppend } from "../base/files/own_file.ts";
import type { Row } from "../records/data_type.ts";
import type { Micros } from "../records/values/micros.ts";
import type { AggregatePlan } from "../sql/plan.ts";

/** A record, and the query for which it is late; plain data. */
export interface LateRecord {
  /** The index of the query among the queries of the workers. */
  readonly query: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The text of its value. */
  readonly value: string | null;
}

/** When the group of a stage row becomes final, in microseconds; undefined if no watermark evicts groups. */
export function groupEndOf({ eviction, sessionKey }: AggregatePlan): ((row: Row) => Micros) | undefined {
  if (eviction === undefined) return undefined;
  const key = sessionKey ?? eviction.key;
  if (sessionKey === undefined && eviction.of === "time") {
    return (row) => (row[key] as Micros | null) ?? Infinity;
  }
  return (row) => (row[key] as readonly Micros[] | null)?.[1] ?? Infinity;
}

/** An output for late records, at least once: those of a batch that runs again are written again. */
export interface LateRows {
  /**
   * Adds late records of a query; resolves when there is room for more.
   *
   * @throws {SfcrimeError} If these records, or earlier ones, cannot be written.
   */
  add(query: string, batchId: number, records: readonly Omit<LateRecord, "query">[]): Promise<void>;
  /** Resolves when everything added so far is written. @throws {SfcrimeError} */
  written(): Promise<void>;
  close(): Promise<void>;
}

/** A late record as a JSON object, on one line. */
export function lateRowText(
  query: string,
  batchId: number,
  { topic, partition, offset, value }: Omit<LateRecord, "query">,
): string {
  return JSON.stringify({ query, batchId, topic, partition, offset, value });
}

/** Writes late records to a file, one JSON line per record and query. */
export class LateRowsFile implements LateRows {
  readonly #output: Output;
  readonly #file: Deno.FsFile;
  #written: Promise<void> = Promise.resolve();

  private constructor(output: Output, file: Deno.FsFile) {
    this.#output = output;
    this.#file = file;
  }

  /** Opens a file for appending. @throws {SfcrimeError} OUTPUT if it cannot be written. */
  static open(path: string): LateRowsFile {
    const file = openToAppend(path);
    return new LateRowsFile(outputTo(file, path), file);
  }

  add(query: string, batchId: number, records: readonly Omit<LateRecord, "query">[]): Promise<void> {
    const lines = records.map((record) => `${lateRowText(query, batchId, record)}\n`);
    const bytes = new TextEncoder().encode(lines.join(""));
    this.#written = this.#written.then(() => this.#output.write(bytes)).then(() => {});
    return this.#written;
  }

  /** @throws {SfcrimeError} OUTPUT, DISK_FULL */
  written(): Promise<void> {
    return this.#written;
  }

  async close(): Promise<void> {
    try {
      await this.#written;
    } finally {
      this.#file.close();
    }
  }
}
