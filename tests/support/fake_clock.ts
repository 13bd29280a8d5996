/** A clock that stands still until somebody waits for it: the time then is the one that was waited for. */
import { type LocalHost, systemHost } from "../../lib/base/host.ts";

/** See the module's description. */
export class FakeClock implements LocalHost {
  /** The waits so far, in milliseconds. */
  readonly sleeps: number[] = [];
  #nowMs: number;
  #monotonicMs = 0;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    this.pass(Math.max(0, ms));
    return Promise.resolve();
  }

  newId(): string {
    return crypto.randomUUID();
  }

  readonly self = systemHost.self;

  /** Time passes, as if something took it. */
  pass(ms: number): void {
    this.#nowMs += ms;
    this.#monotonicMs += ms;
  }

  /** The wall clock is set, forward or back; no time passes by that. */
  set(byMs: number): void {
    this.#nowMs += byMs;
  }
}
