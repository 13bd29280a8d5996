/**
 * Waiting for a change of the embedded broker that any process may make, by watching its bell file.
 *
 * One watch serves all waits of a process. A writer that dies between its commit and its ring leaves a
 * record that nobody announced, so a wait never lasts longer than {@link SILENCE_MS_MAX} before its caller
 * looks by itself.
 */

/** How long a wait trusts the bell before it looks without being called. */
const SILENCE_MS_MAX = 1_000;

/** Watches a bell file. */
export class Bell {
  readonly #path: string;
  #watcher: Deno.FsWatcher | undefined;
  #waiting = new Set<() => void>();

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Begins a wait. Begin it before looking at the data, so that a change in between is not missed; then
   * await `rung`, which resolves at the next ring, after the silence, or when the signal is aborted.
   */
  listen(timeoutMs: number, signal: AbortSignal): { readonly rung: Promise<void>; cancel(): void } {
    this.#start();
    let cancel = () => {};
    const rung = new Promise<void>((resolve) => {
      cancel = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", cancel);
        this.#waiting.delete(cancel);
        resolve();
      };
      const timer = setTimeout(cancel, Math.min(timeoutMs, SILENCE_MS_MAX));
      signal.addEventListener("abort", cancel, { once: true });
      this.#waiting.add(cancel);
      if (signal.aborted) cancel();
    });
    return { rung, cancel };
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    for (const wake of [...this.#waiting]) wake();
  }

  #start(): void {
    if (this.#watcher !== undefined) return;
    const watcher = Deno.watchFs(this.#path);
    this.#watcher = watcher;
    void (async () => {
      for await (const _event of watcher) {
        for (const wake of [...this.#waiting]) wake();
      }
    })();
  }
}
