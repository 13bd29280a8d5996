/** Writes progress to a file or stdout, one JSON line per batch. */
import { type Output, outputTo, STDOUT } from "../../base/files/output.ts";
import { openToAppend } from "../../base/files/own_file.ts";
import type { BatchProgress } from "./batch_progress.ts";
import type { RunListener } from "../run_listener.ts";
import { streamingQueryProgress } from "./streaming_query_progress.ts";

/** See the module's description. */
export class ProgressFile implements RunListener {
  readonly #output: Output;
  readonly #file: Deno.FsFile | undefined;
  #failure: { readonly error: unknown } | undefined;

  private constructor(output: Output, file: Deno.FsFile | undefined) {
    this.#output = output;
    this.#file = file;
  }

  /** Opens a file for appending. @throws {SfcrimeError} OUTPUT if it cannot be written. */
  static open(path: string, stdout: Output): ProgressFile {
    if (path === STDOUT) return new ProgressFile(stdout, undefined);
    const file = openToAppend(path);
    return new ProgressFile(outputTo(file, path), file);
  }

  /**
   * Adds a line; resolves when it is written. A failure does not end queries: it is thrown by {@link close}.
   */
  async progress(progress: BatchProgress): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      await this.#output.write(new TextEncoder().encode(`${streamingQueryProgress(progress)}\n`));
    } catch (error) {
      this.#failure = { error };
    }
  }

  /** @throws {SfcrimeError} OUTPUT, OUTPUT_CLOSED, DISK_FULL if a line could not be written. */
  close(): void {
    this.#file?.close();
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
