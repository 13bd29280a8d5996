/** A file, or stdout, that gets one line of JSON for each batch. */
import { type Output, outputTo } from "../base/output.ts";
import { openToAppend } from "../base/own_file.ts";
import type { BatchProgress } from "./progress.ts";
import { streamingQueryProgress } from "./streaming_query_progress.ts";

/** What stands for stdout. */
export const STDOUT = "-";

/** See the module's description. */
export class ProgressFile {
  readonly #output: Output;
  readonly #file: Deno.FsFile | undefined;
  #written: Promise<void> = Promise.resolve();

  private constructor(output: Output, file: Deno.FsFile | undefined) {
    this.#output = output;
    this.#file = file;
  }

  /** Opens a file to append to. @throws {SfcrimeError} OUTPUT when it cannot be written. */
  static open(path: string, stdout: Output): ProgressFile {
    if (path === STDOUT) return new ProgressFile(stdout, undefined);
    const file = openToAppend(path);
    return new ProgressFile(outputTo(file, path), file);
  }

  /** Adds a line. A failure is thrown by {@link close}. */
  add(progress: BatchProgress): void {
    const line = new TextEncoder().encode(`${streamingQueryProgress(progress)}\n`);
    this.#written = Promise.all([this.#written, this.#output.write(line)]).then(() => {});
    this.#written.catch(() => {});
  }

  async close(): Promise<void> {
    try {
      await this.#written;
    } finally {
      this.#file?.close();
    }
  }
}
