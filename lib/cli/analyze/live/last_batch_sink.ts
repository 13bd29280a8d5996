/** The console sink of a query whose rows the live view shows: only its last table is printed, when the run has ended. */
import type { Output } from "../../../base/files/output.ts";
import type { RowChunk, RowFormat, Sink, SinkBatch } from "../../../sinks/sink.ts";

/** See the module's description. */
export class LastBatchSink implements Sink {
  readonly description: string;
  readonly format: RowFormat;
  readonly #console: Sink;
  #rowCount = 0;
  #table: Uint8Array | undefined;

  /** @param consoleTo Makes the sink that would print the tables, to another output. */
  constructor(consoleTo: (output: Output) => Sink) {
    this.#console = consoleTo({
      write: (table) => {
        this.#table = table;
        return Promise.resolve();
      },
    });
    ({ description: this.description, format: this.format } = this.#console);
  }

  /** The table of the last batch that had rows; undefined if there was none. */
  get table(): string | undefined {
    return this.#table && new TextDecoder().decode(this.#table);
  }

  begin(batch: SinkBatch): void | Promise<void> {
    this.#rowCount = 0;
    return this.#console.begin?.(batch);
  }

  write(chunk: RowChunk): Promise<void> {
    this.#rowCount += chunk.rowCount;
    return this.#console.write(chunk);
  }

  async commit(): Promise<void> {
    if (this.#rowCount > 0) await this.#console.commit?.();
  }
}
