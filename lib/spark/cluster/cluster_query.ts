/**
 * A query of ours that runs on a cluster: it is followed until it has ended, and its batches are reported as those of a
 * local query.
 */
import { type Clock, OVER } from "../../base/clock.ts";
import { SfcrimeError } from "../../base/errors.ts";
import type { BatchProgress } from "../../monitoring/progress/batch_progress.ts";
import { failedWith, failureIn } from "../../monitoring/query_status.ts";
import type { RunListener, StartedQuery } from "../../monitoring/run_listener.ts";
import { sparkHint, sparkMessage } from "../connect/failures.ts";
import type { SparkQueryFailure, SparkQueryStatus, StreamingQuery } from "../connect/streaming_query.ts";
import { batchProgress, parseProgress } from "./cluster_progress.ts";
import type { ClusterRows } from "./cluster_rows.ts";
import type { FetchedRows } from "./fetched_rows.ts";

/** How often the cluster is asked how a query is. */
const POLL_MS = 250;
/** How long the server may be away: it may be restarted by a proxy, or the network may be. */
const AWAY_MS_MAX = 10_000;

/** A query that was started. */
export interface ClusterQueryOptions {
  readonly name: string;
  readonly query: StreamingQuery;
  /** Its sink, for people. */
  readonly sink: string;
  /** Brings its rows here, if they come here. */
  readonly fetched: FetchedRows | undefined;
  /** Reads its current rows, if anybody may ask. */
  readonly rows: ClusterRows | undefined;
  /** Whether it ran before: only its last batch so far is reported, and the run leaves it when it ends. */
  readonly isAttached: boolean;
  readonly clock: Clock;
  readonly listener: RunListener;
}

/** See the module's description. */
export class ClusterQuery {
  readonly #options: ClusterQueryOptions;
  /** Stops this query alone. */
  readonly #stop = new AbortController();
  /** Whether it goes on without this program. */
  #isLeft = false;
  #last: BatchProgress | undefined;
  #status: SparkQueryStatus | undefined;

  constructor(options: ClusterQueryOptions) {
    this.#options = options;
  }

  /** What is told of it when the run starts. */
  get started(): StartedQuery {
    const { name, query, sink, rows } = this.#options;
    return {
      query: name,
      queryId: query.id,
      sink,
      stop: () => this.#stop.abort(OVER),
      ...(rows === undefined ? {} : { rows }),
    };
  }

  /**
   * Follows the query until it has ended; the signal stops it after its current batch, or leaves it if it ran before.
   *
   * @throws {SfcrimeError} QUERY_FAILED with Spark's message; SPARK_UNREACHABLE if the server is gone.
   */
  async follow(signal: AbortSignal): Promise<void> {
    const { name, query, rows, listener } = this.#options;
    try {
      await this.#untilEnded(signal);
    } finally {
      rows?.close();
    }
    if (this.#isLeft) return;
    const failure = await query.failure();
    if (failure !== undefined) {
      const error = queryFailure(name, failure);
      listener.status?.({ query: name, status: failedWith(error.message) });
      throw error;
    }
    if (!signal.aborted && this.#stop.signal.aborted) listener.stopped?.({ query: name });
  }

  async #untilEnded(signal: AbortSignal): Promise<void> {
    const { query, clock, isAttached } = this.#options;
    const wake = AbortSignal.any([signal, this.#stop.signal]);
    const stop = isAttached ? this.#stop.signal : wake;
    /** The last batch when the end was asked for. */
    let lastAtStop: { readonly batchId: number | undefined } | undefined;
    let isStopping = false;
    while (true) {
      const status = await this.#whileAway(() => query.status());
      await this.#report(status);
      if (!status.isActive) return;
      this.#isLeft = isAttached && signal.aborted;
      if (this.#isLeft) return;
      if (stop.aborted && !isStopping) {
        lastAtStop ??= { batchId: this.#last?.batchId };
        // Spark would interrupt a batch that runs, and run it again in the next run.
        isStopping = !status.isTriggerActive || this.#last?.batchId !== lastAtStop.batchId;
        if (isStopping) await this.#whileAway(() => query.stop());
      } else await clock.sleep(POLL_MS, wake.aborted ? undefined : wake);
    }
  }

  /** Asks again for a while if the server does not answer. */
  async #whileAway<T>(ask: () => Promise<T>): Promise<T> {
    const { clock } = this.#options;
    const untilMs = clock.monotonicMs() + AWAY_MS_MAX;
    while (true) {
      try {
        return await ask();
      } catch (error) {
        const isAway = error instanceof SfcrimeError && error.retriable && clock.monotonicMs() < untilMs;
        if (!isAway) throw error;
        await clock.sleep(POLL_MS);
      }
    }
  }

  async #report(status: SparkQueryStatus): Promise<void> {
    const { name, listener, fetched, rows } = this.#options;
    const { message, isDataAvailable, isTriggerActive } = status;
    // A failure is reported in our words, once it is known.
    if (message !== this.#status?.message && failureIn(status) === undefined) {
      listener.status?.({ query: name, status: { message, isDataAvailable, isTriggerActive } });
    }
    this.#status = status;
    const batches = await this.#newBatches();
    for (const [index, batch] of batches.entries()) {
      await fetched?.batch(batch, index === batches.length - 1);
      rows?.batch(batch);
      await listener.progress?.(batch);
    }
    if (fetched?.isFull === true) this.#stop.abort(OVER);
  }

  /** The batches since the last ones; the server keeps the progress of the latest 100 of a query. */
  async #newBatches(): Promise<BatchProgress[]> {
    const { name, query, sink, isAttached } = this.#options;
    const latest = await this.#whileAway(() => query.lastProgress());
    if (latest === undefined || (parseProgress(latest)?.batchId ?? Infinity) === this.#last?.batchId) {
      return [];
    }
    const batches: BatchProgress[] = [];
    const recent = await this.#whileAway(() => query.recentProgress());
    const isFirst = this.#last === undefined;
    for (const json of recent) {
      const progress = parseProgress(json);
      if (progress === undefined || progress.batchId <= (this.#last?.batchId ?? -1)) continue;
      this.#last = batchProgress(progress, { query: name, sink, previous: this.#last });
      batches.push(this.#last);
    }
    return isAttached && isFirst ? batches.slice(-1) : batches;
  }
}

/** Why a query has ended, for users. */
export function queryFailure(name: string, { message, stackTrace }: SparkQueryFailure): SfcrimeError {
  return new SfcrimeError("QUERY_FAILED", `Query ${name} has failed on Spark: ${sparkMessage(message)}`, {
    cause: new Error(stackTrace ?? message),
    hint: sparkHint(message) ?? "The logs of Spark's driver and executors have the details.",
  });
}
