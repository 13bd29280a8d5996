/** The console sink of a query whose rows the live view shows: only its last table is printed, when the run has ended. */
import type { TimeZone } from "../../../base/time_zone.ts";
import type { Schema } from "../../../records/data_type.ts";
import { ConsoleSink } from "../../../sinks/console_sink.ts";
import type { RowChunk, RowFormat, Sink, SinkBatch } from "../../../sinks/sink.ts";

/** See the module's description. */
export class LastBatchSink implements Sink {
  readonly description: string;
  readonly format: RowFormat;
  readonly #console: ConsoleSink;
  #rowCount = 0;
  #table: Uint8Array | undefined;

  constructor(schema: Schema, zone: TimeZone) {
    const keeping = {
      write: (table: Uint8Array) => {
        this.#table = table;
        return Promise.resolve();
      },
    };
    this.#console = new ConsoleSink(keeping, schema, zone);
    ({ description: this.description, format: this.format } = this.#console);
  }

  /** The table of the last batch that had rows; undefined if there was none. */
  get table(): string | undefined {
    return this.#table && new TextDecoder().decode(this.#table);
  }

  begin(batch: SinkBatch): void {
    this.#rowCount = 0;
    this.#console.begin(batch);
  }

  write(chunk: RowChunk): Promise<void> {
    this.#rowCount += chunk.rowCount;
    return this.#console.write(chunk);
  }

  async commit(): Promise<void> {
    if (this.#rowCount > 0) await this.#console.commit();
  }
}
