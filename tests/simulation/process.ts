/**
 * One run of the program in a simulation: its clock, and its calls to the outside, each of which arrives after a
 * while, and is answered after another. A run that is killed makes no more calls; what is on its way arrives all the
 * same.
 */
import type { Clock } from "../../lib/base/clock.ts";
import type { Scheduler } from "./scheduler.ts";

/** What a run that was killed gets in place of answers, so that it ends. */
export class Killed extends Error {}

/** What a process is in. */
export interface ProcessOptions {
  readonly scheduler: Scheduler;
  readonly random: () => number;
  /** The wall clock is ahead of the simulation by this; it may be set. */
  readonly wallMs: () => number;
  /** How long a call or its answer may take. */
  readonly latencyMsMax: () => number;
}

/** See the module's description. */
export class Process {
  readonly name: string;
  readonly clock: Clock;
  readonly #options: ProcessOptions;
  readonly #killed: (() => void)[] = [];
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
  onKill(call: () => void): void {
    this.#killed.push(call);
  }

  kill(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    for (const call of this.#killed) call();
    for (const reject of [...this.#waiting]) reject(new Killed());
  }

  /** A call: `act` happens where it arrives, and its result comes back. */
  call<T>(label: string, act: () => T): Promise<T> {
    const { scheduler } = this.#options;
    return this.#waitFor<T>((resolve, reject) => {
      scheduler.after(this.#latencyMs(), `${this.name} ${label}`, () => {
        let answer: () => void;
        try {
          const result = act();
          answer = () => resolve(result);
        } catch (error) {
          answer = () => reject(error);
        }
        scheduler.after(this.#latencyMs(), `${this.name} ${label}: answer`, answer);
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
