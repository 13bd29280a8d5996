/** The current status of queries: with the messages of Spark, in the same order. */
import { messageOf } from "../base/errors.ts";
import type { RunListener, StreamingQueryStatus } from "./run_listener.ts";

const WAITING = "Waiting for next trigger";
const STOPPED = "Stopped";
const TERMINATED = "Terminated with exception: ";

/** The status of a query before anything else is known of it. */
export const NOT_STARTED: StreamingQueryStatus = {
  message: "Initializing sources",
  isDataAvailable: false,
  isTriggerActive: false,
};

/** The status of a query that has ended without an error. */
export const ENDED: StreamingQueryStatus = {
  message: STOPPED,
  isDataAvailable: false,
  isTriggerActive: false,
};

/** The status of a query that an error has ended. */
export function failedWith(message: string): StreamingQueryStatus {
  return { ...ENDED, message: `${TERMINATED}${message}` };
}

/** Whether a trigger has ended, and the next one has not begun. */
export function isWaiting({ message }: StreamingQueryStatus): boolean {
  return message === WAITING;
}

/** Whether a query has ended. */
export function isOver(status: StreamingQueryStatus): boolean {
  return status.message === STOPPED || failureIn(status) !== undefined;
}

/** The message of the error that has ended a query; undefined if none has. */
export function failureIn({ message }: StreamingQueryStatus): string | undefined {
  return message.startsWith(TERMINATED) ? message.slice(TERMINATED.length) : undefined;
}

/** The status of queries that are triggered together. */
export class QueryStatuses {
  readonly #statuses: Map<string, StreamingQueryStatus>;
  readonly #listener: RunListener;

  constructor(queries: readonly string[], listener: RunListener) {
    this.#statuses = new Map(queries.map((query) => [query, NOT_STARTED]));
    this.#listener = listener;
    for (const query of queries) listener.status?.({ query, status: NOT_STARTED });
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
    this.#change({ message: WAITING });
  }

  /** A single query has ended; its status does not change any more. */
  stopped(query: string): void {
    this.#change(ENDED, (name) => name === query);
    this.#statuses.delete(query);
  }

  /** The run has ended, perhaps with an error. */
  ended(failure?: { readonly error: unknown }): void {
    this.#change(failure === undefined ? ENDED : failedWith(messageOf(failure.error)));
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
