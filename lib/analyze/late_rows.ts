/**
 * Records of which a row has come too late, for whoever wants to see them: whole, and with their place. A record is
 * late for a query when at least one of its rows is left out because of the watermark: its group is final, or its
 * keys may have been forgotten.
 */
import { type Output, outputTo } from "../base/output.ts";
import { openToAppend } from "../base/own_file.ts";
import type { Row } from "../records/data_type.ts";
import type { AggregatePlan } from "../sql/plan.ts";

/** A record, and the query for which it was late; plain data. */
export interface LateRecord {
  /** The query's index among the workers' queries. */
  readonly query: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The text of its value. */
  readonly value: string | null;
}

/** When the group of a stage row is final, in microseconds; undefined where no watermark decides over groups. */
export function groupEndOf({ eviction, sessionKey }: AggregatePlan): ((row: Row) => number) | undefined {
  const key = sessionKey ?? eviction?.key;
  if (key === undefined) return undefined;
  if (sessionKey === undefined && eviction!.of === "time") {
    return (row) => (row[key] as number | null) ?? Infinity;
  }
  return (row) => (row[key] as readonly number[] | null)?.[1] ?? Infinity;
}

/** Takes late records, at least once: those of a batch that is run again come again. */
export interface LateRows {
  /**
   * Takes late records of a query; resolves when there is room for more.
   *
   * @throws {SfcrimeError} When these, or some before them, cannot be kept.
   */
  add(query: string, batchId: number, records: readonly Omit<LateRecord, "query">[]): Promise<void>;
  /** Resolves when all that was added so far is kept. @throws {SfcrimeError} */
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

/** A file that gets a line of JSON for each late record of each query. */
export class LateRowsFile implements LateRows {
  readonly #output: Output;
  readonly #file: Deno.FsFile;
  #written: Promise<void> = Promise.resolve();

  private constructor(output: Output, file: Deno.FsFile) {
    this.#output = output;
    this.#file = file;
  }

  /** Opens a file to append to. @throws {SfcrimeError} OUTPUT when it cannot be written. */
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
