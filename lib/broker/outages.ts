/**
 * Outages of Kafka as a thread meets them: what it waits for is watched by {@link OutageWatch}, by a clock that is
 * never set. One object is for all connections of a thread; those of other threads report to the one of the main
 * thread, which tells.
 */
import { clearInterval, setInterval } from "node:timers";
import { type Clock, systemClock } from "../base/clock.ts";
import { type OutageNews, OutageWatch, type Wait, type WaitOptions } from "./outage_watch.ts";

const LOOK_MS = 500;

/** Takes what is to be told. */
export type TellOutage = (news: OutageNews) => void;

/** See the module's description. */
export class Outages {
  readonly #watch = new OutageWatch();
  readonly #tell: TellOutage;
  readonly #clock: Clock;
  /** What other threads wait for, by whatever stands for the thread. */
  readonly #threads = new Map<object, Wait>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(tell: TellOutage, clock: Clock = systemClock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  /** Begins to wait for Kafka, for the given time at most. */
  begin(msMax: number, options: Pick<WaitOptions, "servers" | "quietSinceMs">): Wait {
    return this.#begin({ untilMs: this.#clock.monotonicMs() + msMax, ...options });
  }

  /** Ends a wait for something that Kafka has done. */
  answered(wait: Wait): void {
    const news = this.#watch.answered(wait, this.#clock.monotonicMs());
    if (news !== undefined) this.#tell(news);
  }

  /** Ends a wait that says nothing of Kafka. */
  dropped(wait: Wait): void {
    this.#watch.dropped(wait);
  }

  /** Ends a wait that was in vain. */
  unanswered(wait: Wait): void {
    this.#watch.unanswered(wait, this.#clock.monotonicMs());
  }

  /** Says that something has gone unanswered that was no wait of its own. */
  missed(sinceMs: number): void {
    this.#watch.carry(sinceMs, this.#clock.monotonicMs());
  }

  /** Takes what another thread tells. */
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

  /** Forgets what a thread has waited for that has ended. */
  threadEnded(thread: object): void {
    const wait = this.#threads.get(thread);
    this.#threads.delete(thread);
    if (wait !== undefined) this.dropped(wait);
  }

  #begin(options: WaitOptions): Wait {
    const wait = this.#watch.begin(options, this.#clock.monotonicMs());
    // It keeps no process from ending.
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    return wait;
  }

  #look(): void {
    const news = this.#watch.look(this.#clock.monotonicMs());
    if (news !== undefined) this.#tell(news);
    if (this.#watch.isWaiting) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
