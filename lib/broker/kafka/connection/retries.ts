/**
 * Retries of Kafka calls, on fresh metadata, while the cluster recovers; within a time limit, even if a
 * server accepts a request and does not respond. Outages are reported.
 */
import { type Clock, OVER } from "../../../base/clock.ts";
import { messageOf, SfcrimeError } from "../../../base/errors.ts";
import { logger } from "../../../base/log.ts";
import { untilAborted } from "../waiting.ts";
import {
  failedServer,
  innermost,
  isConnectionFailure,
  isRetriable,
  isTransactionBusy,
  kafkaFailure,
  silence,
} from "./failures.ts";
import type { Wait } from "../../outages/outage_watch.ts";
import type { Outages } from "../../outages/outages.ts";

const log = logger("kafka");

const RETRY_MS_FIRST = 50;
const RETRY_MS_LAST = 2_000;
/** The end of the previous transaction is written within milliseconds. */
const BUSY_MS_FIRST = 2;

/** A report of an outage lists the servers that have not responded for this time. */
const SERVER_SILENT_MS = 2_000;

/** The connection of the calls. */
export interface RetriesOptions {
  /** Refreshes metadata before a retry. */
  readonly refresh?: () => Promise<void>;
  /** The servers that have not responded for longer than the given time. */
  readonly silentServers?: (ms: number) => readonly string[];
  /** Since when the server that has been silent longest is silent; −∞ without requests in flight. */
  readonly longestSilenceMs?: () => number;
  /** The servers that are listed if nothing more is known. */
  readonly servers: readonly string[];
  /** The default retry time. */
  readonly msMax: number;
  readonly outages: Outages;
  readonly clock: Clock;
  /** Ends all retries. */
  readonly closed?: AbortSignal;
}

/** Retry options. */
export interface RetryOptions {
  /** The retry time, if not the default. */
  readonly withinMs?: number;
  /**
   * How long Kafka may additionally delay the response because it waits for others. This is not reported as
   * an outage.
   */
  readonly heldMsMax?: number;
  /** Ends the retries when the response is no longer needed. */
  readonly signal?: AbortSignal;
}

/** See the module's description. */
export class Retries {
  readonly #options: RetriesOptions;

  constructor(options: RetriesOptions) {
    this.#options = options;
  }

  /** @throws {SfcrimeError} The last error when the retry time is over, or the first permanent one. */
  async run<T>(call: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
    const { outages, servers, msMax: usualMs, clock, closed } = this.#options;
    const { withinMs = usualMs, heldMsMax = 0, signal } = options;
    const msMax = withinMs + heldMsMax;
    const tries = new Tries();
    if (heldMsMax === 0) {
      tries.wait = outages.begin(msMax, {
        servers: () => this.#owing(tries),
        // If a connection failed, the state of others says nothing about this call.
        quietSinceMs: () =>
          tries.lastError === undefined ? this.#options.longestSilenceMs?.() ?? -Infinity : -Infinity,
      });
    }
    const giveUp = new AbortController();
    const onEnd = () => giveUp.abort(OVER);
    void clock.sleep(msMax, giveUp.signal).then(onEnd);
    signal?.addEventListener("abort", onEnd, { once: true });
    try {
      const answer = await this.#attempts(call, tries, { giveUp: giveUp.signal, msMax });
      if (tries.wait !== undefined) outages.answered(tries.wait);
      return answer;
    } catch (error) {
      const failure = kafkaFailure(error, servers);
      if (tries.wait !== undefined) {
        if (isSilence(failure) && !closed?.aborted) outages.unanswered(tries.wait);
        else outages.dropped(tries.wait);
      }
      throw failure;
    } finally {
      signal?.removeEventListener("abort", onEnd);
      onEnd();
    }
  }

  async #attempts<T>(
    call: () => Promise<T>,
    tries: Tries,
    { giveUp, msMax }: { readonly giveUp: AbortSignal; readonly msMax: number },
  ): Promise<T> {
    const { refresh, servers, clock, closed } = this.#options;
    const untilMs = clock.monotonicMs() + msMax;
    for (let tried = 0;; tried++) {
      try {
        const answer = await untilAborted(call(), giveUp);
        if (giveUp.aborted) throw silence(this.#owing(tries), msMax, tries.lastError);
        return answer as T;
      } catch (error) {
        tries.failed(error);
        const isBusy = isTransactionBusy(error);
        const delayMs = Math.min((isBusy ? BUSY_MS_FIRST : RETRY_MS_FIRST) * 2 ** tried, RETRY_MS_LAST);
        const isLast = clock.monotonicMs() + delayMs > untilMs || giveUp.aborted || closed?.aborted;
        if (isLast || !isRetriable(error)) throw error;
        log.debug(`Trying again in ${delayMs} ms`, { error: String(error) });
        await clock.sleep(delayMs, closed);
        if (isBusy) continue;
        const refreshed = refresh?.().catch((cause: unknown) => {
          if (!isRetriable(cause)) throw kafkaFailure(cause, servers);
        });
        if (refreshed !== undefined) await untilAborted(refreshed, giveUp);
      }
    }
  }

  /** The servers that have not responded, as far as known. */
  #owing({ failedServer }: Tries): string[] {
    const silent = new Set(this.#options.silentServers?.(SERVER_SILENT_MS));
    if (failedServer !== undefined) silent.add(failedServer);
    return silent.size > 0 ? [...silent] : [...this.#options.servers];
  }
}

/** Whether Kafka did not respond. */
function isSilence(error: unknown): boolean {
  return error instanceof SfcrimeError && error.code === "BROKER_UNREACHABLE";
}

/** The state of a call. */
class Tries {
  wait: Wait | undefined;
  lastError: unknown;
  /** The server if the last attempt failed to connect. */
  failedServer: string | undefined;

  failed(error: unknown): void {
    this.lastError = error;
    const isSilent = isConnectionFailure(error) || isSilence(error);
    this.failedServer = isSilent ? failedServer(error) : undefined;
    if (this.wait === undefined) return;
    if (isSilent) delete this.wait.refusal;
    else this.wait.refusal = messageOf(innermost(error));
  }
}
