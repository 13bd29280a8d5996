/**
 * A worker thread that dies when a test wants it to: it runs tasks as a real one does, in this process, and gives
 * its rows in small chunks and its groups in small parts, so that there are many moments to die at.
 */
import type { FromWorker, ToWorker } from "../../lib/analyze/workers/messages.ts";
import type { TaskBounds } from "../../lib/analyze/workers/task_runner.ts";
import { WorkerLoop } from "../../lib/analyze/workers/worker_loop.ts";
import type { WorkerThread } from "../../lib/analyze/workers/worker_thread.ts";
import type { Broker } from "../../lib/broker/broker.ts";

/** How a thread behaves. */
export interface ThreadOptions {
  readonly broker: Broker;
  /** Messages that it sends before it dies: at 0 it never gets ready. */
  readonly messagesMax: number;
  /** Gives small numbers: how many turns of the event queue the next message takes. */
  readonly delay: () => number;
}

/** Few rows, and some three groups. */
const BOUNDS: TaskBounds = { chunkRowsMax: 3, gatheredBytesMax: 200 };
/** Chunks that may wait to be taken: so few that they hold a task up, as many chunks do a real worker. */
const CHUNKS_WAITING_MAX = 2;

type Listener = (message: never) => void;

/** See the module's description. */
export class DyingThread implements WorkerThread {
  readonly #options: ThreadOptions;
  readonly #listeners = new Map<string, Listener>();
  readonly #loop: WorkerLoop;
  #delivered: Promise<void> = Promise.resolve();
  #sent = 0;
  #dead = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#loop = new WorkerLoop({
      send: (message) => this.#send(message),
      openBroker: () => Promise.resolve(options.broker),
      taskBounds: BOUNDS,
      chunksInFlightMax: CHUNKS_WAITING_MAX,
    });
    this.#dieWhenDue();
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }

  postMessage(message: ToWorker): void {
    if (!this.#dead) this.#loop.take(structuredClone(message));
  }

  terminate(): Promise<void> {
    this.#dead = true;
    this.#listeners.clear();
    return Promise.resolve();
  }

  #send(message: FromWorker): void {
    if (this.#dead) return;
    this.#sent++;
    this.#deliver("message", structuredClone(message));
    this.#dieWhenDue();
  }

  #dieWhenDue(): void {
    if (this.#sent < this.#options.messagesMax) return;
    this.#dead = true;
    this.#deliver("exit", 1);
  }

  #deliver(event: string, message: unknown): void {
    this.#delivered = this.#delivered.then(async () => {
      for (let left = this.#options.delay(); left >= 0; left--) await null;
      this.#listeners.get(event)?.(message as never);
    });
  }
}
