/**
 * Writes NDJSON to stdout, at least once: a batch that runs again after a crash is printed again.
 */
import type { Output } from "../base/files/output.ts";
import type { RowChunk, RowFormat, Sink } from "./sink.ts";

/** See the module's description. */
export class NdjsonSink implements Sink {
  readonly description = "ndjson";
  readonly format: RowFormat;
  readonly #output: Output;

  /** @param withBatch Whether rows include their query and batch. */
  constructor(output: Output, withBatch: boolean) {
    this.#output = output;
    this.format = { kind: "ndjson", tags: { withBatch } };
  }

  begin(): void {}

  async write({ text }: RowChunk): Promise<void> {
    if (text !== undefined && text.length > 0) await this.#output.write(text);
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }
}
