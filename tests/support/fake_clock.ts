/** A clock that stands still until somebody waits for it: the time then is the one that was waited for. */
import type { Clock } from "../../lib/base/clock.ts";

/** See the module's description. */
export class FakeClock implements Clock {
  #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(ms: number): Promise<void> {
    this.#nowMs += Math.max(0, ms);
    return Promise.resolve();
  }

  /** Time passes, as if something took it. */
  pass(ms: number): void {
    this.#nowMs += ms;
  }
}
