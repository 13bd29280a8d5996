/**
 * The current status of queries, as in Spark's `StreamingQueryStatus`: with its fields and messages, in the
 * same order as in Spark.
 */

/** See the module's description. */
export interface StreamingQueryStatus {
  readonly message: string;
  /** Whether the last check of the sources found new data. */
  readonly isDataAvailable: boolean;
  /** Whether a trigger is active, from checking the sources to the commit. */
  readonly isTriggerActive: boolean;
}

/** Called when the status of a query changes. */
export type OnStatus = (query: string, status: StreamingQueryStatus) => void;

/** The status of queries that are triggered together. */
export class QueryStatuses {
  readonly #statuses: Map<string, StreamingQueryStatus>;
  readonly #onStatus: OnStatus;

  constructor(queries: readonly string[], onStatus: OnStatus = () => {}) {
    const initial = { message: "Initializing sources", isDataAvailable: false, isTriggerActive: false };
    this.#statuses = new Map(queries.map((query) => [query, initial]));
    this.#onStatus = onStatus;
    for (const query of queries) onStatus(query, initial);
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
      this.#onStatus(query, status);
    }
  }
}
