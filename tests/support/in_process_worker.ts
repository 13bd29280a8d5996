/**
 * A worker without a thread: the code of a real one, in the process of its coordinator, with messages that are copied
 * as they are between threads. It starts in no time; where threads themselves are not what is tested, it takes their
 * place.
 */
import type { FromWorker, ToWorker } from "../../lib/analyze/workers/messages.ts";
import { WorkerLoop } from "../../lib/analyze/workers/worker_loop.ts";
import type { WorkerThread } from "../../lib/analyze/workers/worker_thread.ts";
import type { Broker } from "../../lib/broker/broker.ts";

type Listener = (message: never) => void;

/** See the module's description. */
export class InProcessWorker implements WorkerThread {
  readonly #listeners = new Map<string, Listener>();
  readonly #loop: WorkerLoop;

  /** @param broker Where it reads; it is not closed. */
  constructor(broker: Broker) {
    this.#loop = new WorkerLoop({
      send: (message, transfer) => this.#send(structuredClone(message, { transfer: transfer ?? [] })),
      openBroker: () => Promise.resolve(broker),
      monotonicMs: () => performance.now(),
    });
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }

  postMessage(message: ToWorker): void {
    const copy = structuredClone(message);
    queueMicrotask(() => this.#loop.take(copy));
  }

  terminate(): Promise<void> {
    this.#listeners.clear();
    return Promise.resolve();
  }

  #send(message: FromWorker): void {
    queueMicrotask(() => this.#listeners.get("message")?.(message as never));
  }
}
