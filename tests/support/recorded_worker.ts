/** A worker whose messages a test looks at. */
import type { ToWorker } from "../../lib/analyze/workers/messages.ts";
import type { WorkerThread } from "../../lib/analyze/workers/worker_thread.ts";

/** A worker, with the types of the messages to it and, as `from TYPE`, of those that it sends. */
export class RecordedWorker implements WorkerThread {
  readonly messages: string[];
  readonly #worker: WorkerThread;

  constructor(worker: WorkerThread, messages: string[]) {
    this.messages = messages;
    this.#worker = worker;
    worker.on("message", ({ type }) => this.messages.push(`from ${type}`));
  }

  on(event: "message" | "error" | "exit", listener: (value: never) => void): void {
    this.#worker.on(event as "exit", listener as () => void);
  }

  postMessage(message: ToWorker): void {
    this.messages.push(message.type);
    this.#worker.postMessage(message);
  }

  terminate(): Promise<unknown> {
    return this.#worker.terminate();
  }
}
