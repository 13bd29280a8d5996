/** What a worker runs in. */
import { Worker } from "node:worker_threads";
import type { FromWorker, ToWorker, WorkerStart } from "./messages.ts";

/** A thread as used by the pool: one of `node:worker_threads`, or a replacement in tests. */
export interface WorkerThread {
  postMessage(message: ToWorker): void;
  on(event: "message", listener: (message: FromWorker) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
  terminate(): Promise<unknown>;
}

/** A thread that runs `worker.ts`. */
export function spawnWorker(start: WorkerStart = {}): WorkerThread {
  return new Worker(new URL("./worker.ts", import.meta.url), { workerData: start });
}

/** Threads that are started early, so that they load their modules while the run is prepared. */
export class StartedThreads {
  readonly #spawn: () => WorkerThread;
  readonly #waiting = new Set<WorkerThread>();

  constructor(spawn: () => WorkerThread) {
    this.#spawn = spawn;
  }

  /** Starts threads until so many are waiting to be taken. */
  have(count: number): void {
    while (this.#waiting.size < count) this.#start();
  }

  /** One of the threads, if there is one that has not died, else a new one. */
  readonly take = (): WorkerThread => {
    const [thread = this.#spawn()] = this.#waiting;
    this.#waiting.delete(thread);
    return thread;
  };

  /** Ends the threads that were not taken. */
  async close(): Promise<void> {
    await Promise.all([...this.#waiting].map((thread) => thread.terminate()));
  }

  #start(): void {
    const thread = this.#spawn();
    this.#waiting.add(thread);
    // If it cannot start, the one that takes its place reports why.
    thread.on("error", () => {});
    thread.on("exit", () => this.#waiting.delete(thread));
  }
}
