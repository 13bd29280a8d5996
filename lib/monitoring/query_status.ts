/** The current status of queries: with the messages of Spark, in the same order. */
import type { RunListener, StreamingQueryStatus } from "./run_listener.ts";

/** The status of queries that are triggered together. */
export class QueryStatuses {
  readonly #statuses: Map<string, StreamingQueryStatus>;
  readonly #listener: RunListener;

  constructor(queries: readonly string[], listener: RunListener) {
    const initial = { message: "Initializing sources", isDataAvailable: false, isTriggerActive: false };
    this.#statuses = new Map(queries.map((query) => [query, initial]));
    this.#listener = listener;
    for (const query of queries) listener.status?.({ query, status: initial });
  }

  /** A trigger fires, and the sources are checked. */
  triggered(source: string): void {
    const message = `Getting offsets from KafkaV2[${source}]`;
    this.#change({ message, isDataAvailable: false, isTriggerActive: true });
  }

  /** Step 1 of a batch. */
  logging(active: readonly string[]): void {
    const message = "Writing offsets to log";
    this.#change({ message, isTriggerActive: true }, (query) => active.includes(query));
  }

  /** A batch runs for some of the queries; the others wait. */
  running(active: readonly string[], isDataAvailable: boolean): void {
    const message = isDataAvailable ? "Processing new data" : "No new data but cleaning up state";
    this.#change(
      { message: "Waiting for data to arrive", isDataAvailable },
      (query) => !active.includes(query),
    );
    this.#change({ message, isDataAvailable }, (query) => active.includes(query));
  }

  /** No batch is running. */
  waiting(): void {
    this.#change({ isTriggerActive: false });
    this.#change({ message: "Waiting for next trigger" });
  }

  /** A single query has ended; its status does not change any more. */
  stopped(query: string): void {
    const status = { message: "Stopped", isDataAvailable: false, isTriggerActive: false };
    this.#change(status, (name) => name === query);
    this.#statuses.delete(query);
  }

  /** The run has ended. */
  ended(message: string): void {
    this.#change({ message, isDataAvailable: false, isTriggerActive: false });
  }

  #change(change: Partial<StreamingQueryStatus>, of: (query: string) => boolean = () => true): void {
    for (const [query, before] of this.#statuses) {
      if (!of(query)) continue;
      const status = { ...before, ...change };
      if (JSON.stringify(status) === JSON.stringify(before)) continue;
      this.#statuses.set(query, status);
      this.#listener.status?.({ query, status });
    }
  }
}
