/** Discards rows: for benchmarks, and for queries that are only monitored. */
import type { RowFormat, Sink } from "./sink.ts";

/** See the module's description. */
export class NoneSink implements Sink {
  readonly description = "none";
  readonly format: RowFormat = { kind: "values", rowsMax: 0 };

  begin(): void {}

  write(): Promise<void> {
    return Promise.resolve();
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }
}
