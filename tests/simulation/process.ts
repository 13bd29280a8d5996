/**
 * One run of the program in a simulation: its clock, and its requests to the outside, each of which arrives after a
 * while, and is answered after another. Requests and answers may be lost, and a request that was given up may still
 * arrive, after it was repeated. A run that is killed makes no more requests; what is on its way arrives all the same.
 */
import type { Clock } from "../../lib/base/clock.ts";
import type { Scheduler } from "./scheduler.ts";

/** What a run that was killed gets in place of answers, so that it ends. */
export class Killed extends Error {}

/** A request that was not answered in time; the name makes it a failed connection, as kafkajs has it. */
export class Unanswered extends Error {
  override readonly name = "KafkaJSRequestTimeoutError";
}

/** How long an answer is waited for, if it does not come. */
const TIMEOUT_MS = 100;
/** How much later a request may arrive that was given up. */
const LATE_MS_MAX = 3_000;

/** What a process is in. */
export interface ProcessOptions {
  readonly scheduler: Scheduler;
  readonly random: () => number;
  /** The wall clock is ahead of the simulation by this; it may be set. */
  readonly wallMs: () => number;
  /** How long a request or its answer may take. */
  readonly latencyMsMax: () => number;
  /** The share of requests of a kind that are not answered. */
  readonly lostShare: (label: string) => number;
}

/** See the module's description. */
export class Process {
  readonly name: string;
  readonly clock: Clock;
  readonly #options: ProcessOptions;
  readonly #killed: ((torn: string | undefined) => void)[] = [];
  readonly #waiting = new Set<(error: Error) => void>();
  #isAlive = true;

  constructor(name: string, options: ProcessOptions) {
    this.name = name;
    this.#options = options;
    const { scheduler, wallMs } = options;
    this.clock = {
      nowMs: () => Math.floor(scheduler.nowMs + wallMs()),
      monotonicMs: () => scheduler.nowMs,
      sleep: (ms, signal) => this.#sleep(ms, signal),
    };
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Calls something when it is killed, in the order of the calls. */
  onKill(call: (torn: string | undefined) => void): void {
    this.#killed.push(call);
  }

  /** @param torn The file to which it was writing when the power failed, if it did. */
  kill(torn?: string): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    for (const call of this.#killed) call(torn);
    for (const reject of [...this.#waiting]) reject(new Killed());
  }

  /** A request that is repeated until it is answered. */
  async call<T>(label: string, act: () => T): Promise<T> {
    for (;;) {
      try {
        return await this.request(label, act);
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
      }
    }
  }

  /**
   * A request: `act` happens where it arrives, and its result comes back.
   *
   * @throws {Unanswered} If it was lost, or its answer, or if it will arrive only after it was given up.
   */
  request<T>(label: string, act: () => T): Promise<T> {
    const { scheduler } = this.#options;
    const { lateMs, isAnswered } = this.#fate(label);
    return this.#waitFor<T>((resolve, reject) => {
      if (!isAnswered) {
        scheduler.after(TIMEOUT_MS, `${this.name} ${label}: no answer`, () => reject(new Unanswered()));
      }
      scheduler.after(this.#latencyMs() + lateMs, `${this.name} ${label}`, () => {
        let answer: () => void;
        try {
          const result = act();
          answer = () => resolve(result);
        } catch (error) {
          answer = () => reject(error);
        }
        if (isAnswered) scheduler.after(this.#latencyMs(), `${this.name} ${label}: answer`, answer);
      });
    });
  }

  /** Something that is told the process once, in order with everything else. */
  waitFor<T>(begin: (resolve: (value: T) => void) => void): Promise<T> {
    return this.#waitFor<T>((resolve) => begin(resolve));
  }

  /** Something happens in the process after a while, unless it is dead by then. */
  later(delayMs: number, label: string, run: () => void): void {
    this.#options.scheduler.after(delayMs, `${this.name} ${label}`, () => {
      if (this.#isAlive) run();
    });
  }

  /** Of the requests without an answer, a quarter never arrive, and half arrive late. */
  #fate(label: string): { readonly lateMs: number; readonly isAnswered: boolean } {
    const { random, lostShare } = this.#options;
    if (random() >= lostShare(label)) return { lateMs: 0, isAnswered: true };
    const how = random();
    const lateMs = how < 0.25 ? Infinity : how < 0.75 ? TIMEOUT_MS + random() ** 3 * LATE_MS_MAX : 0;
    return { lateMs, isAnswered: false };
  }

  #latencyMs(): number {
    const { random, latencyMsMax } = this.#options;
    // Most are short, and some are very long.
    return random() < 0.9 ? random() * 5 : random() * latencyMsMax();
  }

  #waitFor<T>(begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void): Promise<T> {
    if (!this.#isAlive) return Promise.reject(new Killed());
    return new Promise<T>((resolve, reject) => {
      const end = () => this.#waiting.delete(fail);
      const fail = (error: unknown) => {
        end();
        reject(error);
      };
      this.#waiting.add(fail);
      begin((value) => {
        end();
        resolve(value);
      }, fail);
    });
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const slept = this.#waitFor<void>((resolve) => {
      signal?.addEventListener("abort", () => resolve(), { once: true });
      if (signal?.aborted === true) resolve();
      this.#options.scheduler.after(ms, `${this.name} slept`, () => resolve());
    });
    // A clock never rejects; a run that was killed finds out with its next call.
    return slept.catch(() => {});
  }
}
