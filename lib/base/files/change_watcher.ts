/**
 * Waits for changes of a file by any process.
 *
 * One watch serves all waits of a process. Not every change is announced: a writer of the embedded broker may die
 * between its commit and its notification, and some file systems announce nothing. So a wait never lasts longer than
 * {@link SILENCE_MS_MAX} before its caller checks for itself. This also works if no file can be watched because the
 * system has run out of watches.
 */
import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { logger } from "../log.ts";

const log = logger("files");

/** How long a wait relies on notifications before it checks anyway. */
const SILENCE_MS_MAX = 1_000;

/** Watches a file that writers change. */
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
