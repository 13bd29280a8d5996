/**
 * Outages of Kafka in a thread: its waits are watched by {@link OutageWatch}, with a monotonic clock. One
 * object serves all connections of a thread; those of other threads report to that of the main thread, which
 * logs them.
 */
import { type Clock, OVER } from "../../base/clock.ts";
import { type OutageNews, OutageWatch, type Wait, type WaitOptions } from "./outage_watch.ts";

const CHECK_INTERVAL_MS = 500;

/** Handles reports. */
export type ReportOutage = (news: OutageNews) => void;

/** See the module's description. */
export class Outages {
  readonly #watch = new OutageWatch();
  readonly #listeners: Set<ReportOutage>;
  readonly #clock: Clock;
  /** The waits of other threads, by a key of the thread. */
  readonly #threads = new Map<object, Wait>();
  /** Ends the checks. */
  #resting: AbortController | undefined;

  constructor(tell: ReportOutage, clock: Clock) {
    this.#listeners = new Set([tell]);
    this.#clock = clock;
  }

  /** Also reports to `tell`, until the returned function is called. */
  listen(tell: ReportOutage): () => void {
    this.#listeners.add(tell);
    return () => this.#listeners.delete(tell);
  }

  /** Starts a wait for Kafka, at most for the given time. */
  begin(msMax: number, options: Pick<WaitOptions, "servers" | "quietSinceMs">): Wait {
    return this.#begin({ untilMs: this.#clock.monotonicMs() + msMax, ...options });
  }

  /** Ends a wait with success. */
  answered(wait: Wait): void {
    const news = this.#watch.answered(wait, this.#clock.monotonicMs());
    this.#ended();
    this.#tell(news);
  }

  /** Ends a wait without information about Kafka. */
  dropped(wait: Wait): void {
    this.#watch.dropped(wait);
    this.#ended();
  }

  /** Ends a wait that timed out. */
  unanswered(wait: Wait): void {
    this.#watch.unanswered(wait, this.#clock.monotonicMs());
    this.#ended();
  }

  /** Reports a request without its own wait that was not answered. */
  missed(sinceMs: number): void {
    this.#watch.carry(sinceMs, this.#clock.monotonicMs());
  }

  /** Handles a report of another thread. */
  ofThread(thread: object, news: OutageNews): void {
    const before = this.#threads.get(thread);
    if (news.kind === "back") {
      this.#threads.delete(thread);
      if (before !== undefined) this.answered(before);
    } else if (before === undefined) {
      const { servers, silentMs, leftMs, refusal } = news;
      const nowMs = this.#clock.monotonicMs();
      const times = { sinceMs: nowMs - silentMs, untilMs: nowMs + leftMs };
      const wait = this.#begin({ ...times, servers: () => servers });
      if (refusal !== undefined) wait.refusal = refusal;
      this.#threads.set(thread, wait);
    }
  }

  /** Forgets the waits of a thread that has ended. */
  threadEnded(thread: object): void {
    const wait = this.#threads.get(thread);
    this.#threads.delete(thread);
    if (wait !== undefined) this.dropped(wait);
  }

  #begin(options: WaitOptions): Wait {
    const wait = this.#watch.begin(options, this.#clock.monotonicMs());
    if (this.#resting === undefined) void this.#look((this.#resting = new AbortController()).signal);
    return wait;
  }

  /** Without waits, there is nothing to check. */
  #ended(): void {
    if (this.#watch.isWaiting) return;
    this.#resting?.abort(OVER);
    this.#resting = undefined;
  }

  async #look(resting: AbortSignal): Promise<void> {
    for (;;) {
      await this.#clock.sleep(CHECK_INTERVAL_MS, resting);
      if (resting.aborted) return;
      this.#tell(this.#watch.look(this.#clock.monotonicMs()));
    }
  }

  #tell(news: OutageNews | undefined): void {
    if (news !== undefined) { for (const tell of this.#listeners) tell(news); }
  }
}
