/** Writes the late records of a run to an output, such as a file. */
import { type Output, outputTo } from "../../base/files/output.ts";
import { openToAppend } from "../../base/files/own_file.ts";
import { type LateRecords, lateRowText } from "./late_record.ts";
import type { BatchStep, RunListener } from "../run_listener.ts";

/** An output for late records, at least once: those of a batch that runs again are written again. */
export interface LateRowsOutput {
  /**
   * Adds late records; resolves when there is room for more.
   *
   * @throws {SfcrimeError} If these records, or earlier ones, cannot be written.
   */
  add(late: LateRecords): Promise<void>;
  /** Resolves when everything added so far is written. @throws {SfcrimeError} */
  written(): Promise<void>;
  close(): Promise<void>;
}

/** Writes the late records of a run to an output, those of a batch before its rows are committed. */
export class LateRows implements RunListener {
  readonly #open: () => Promise<LateRowsOutput>;
  #output: LateRowsOutput | undefined;

  /** @param open Opens the output, once it is certain that the queries run. */
  constructor(open: () => Promise<LateRowsOutput>) {
    this.#open = open;
  }

  async started(): Promise<void> {
    this.#output = await this.#open();
  }

  late(records: LateRecords): Promise<void> {
    return this.#output!.add(records);
  }

  async step({ step }: BatchStep): Promise<void> {
    if (step === 2) await this.#output!.written();
  }

  async close(): Promise<void> {
    await this.#output?.close();
  }
}

/** Writes late records to a file, one JSON line per record and query. */
export class LateRowsFile implements LateRowsOutput {
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

  add({ records, ...batch }: LateRecords): Promise<void> {
    const lines = records.map((record) => `${lateRowText(batch, record)}\n`);
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
