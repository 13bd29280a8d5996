/**
 * Waits for changes of the embedded broker by any process, by watching the file that each writer touches.
 *
 * One watch serves all waits of a process. A writer that dies between its commit and its notification leaves a record
 * that was not announced, so a wait never lasts longer than {@link SILENCE_MS_MAX} before its caller checks
 * for itself. This also works if no file can be watched because the system has run out of watches.
 */
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";

const log = logger("embedded");

/** How long a wait relies on notifications before it checks anyway. */
const SILENCE_MS_MAX = 1_000;

/** Watches the file that writers touch. */
export class ChangeWatcher {
  readonly #path: string;
  readonly #clock: Clock;
  #watcher: Deno.FsWatcher | undefined;
  #isUnwatchable = false;
  #waiting = new Set<() => void>();

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /**
   * Starts a wait. Start it before reading the data, so that a change in between is not missed; then await
   * `changed`, which resolves at the next change, after the silence, or when the signal is aborted.
   */
  listen(timeoutMs: number, signal: AbortSignal): { readonly changed: Promise<void>; cancel(): void } {
    this.#start();
    const ended = new AbortController();
    const cancel = () => ended.abort();
    signal.addEventListener("abort", cancel, { once: true });
    this.#waiting.add(cancel);
    if (signal.aborted) cancel();
    const changed = this.#clock.sleep(Math.min(timeoutMs, SILENCE_MS_MAX), ended.signal).then(() => {
      signal.removeEventListener("abort", cancel);
      this.#waiting.delete(cancel);
    });
    return { changed, cancel };
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    for (const wake of [...this.#waiting]) wake();
  }

  #start(): void {
    if (this.#watcher !== undefined || this.#isUnwatchable) return;
    try {
      this.#watcher = Deno.watchFs(this.#path);
    } catch (error) {
      return this.#goWithout(error);
    }
    this.#wakeAtEach(this.#watcher).catch((error) => this.#goWithout(error));
  }

  async #wakeAtEach(events: AsyncIterable<Deno.FsEvent>): Promise<void> {
    for await (const _event of events) {
      for (const wake of [...this.#waiting]) wake();
    }
  }

  #goWithout(error: unknown): void {
    this.#isUnwatchable = true;
    this.#watcher = undefined;
    log.debug(`Cannot watch ${this.#path}, so polling it every second: ${messageOf(error)}`);
  }
}
