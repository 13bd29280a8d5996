/** What a worker runs in. */
import { Worker } from "node:worker_threads";
import type { FromWorker, ToWorker } from "./messages.ts";

/** A thread as used by the pool: one of `node:worker_threads`, or a replacement in tests. */
export interface WorkerThread {
  postMessage(message: ToWorker): void;
  on(event: "message", listener: (message: FromWorker) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
  terminate(): Promise<unknown>;
}

/** A thread that runs `worker.ts`. */
export function spawnWorker(): WorkerThread {
  return new Worker(new URL("./worker.ts", import.meta.url));
}
