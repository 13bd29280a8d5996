/**
 * A worker in the thread of the coordinator; `batch_placement.ts` says for which batches. It runs the code of a worker
 * thread, which is loaded when it is started. Messages are passed on as they are, without the copy that one for another
 * thread is: whoever sends one does not change it, or anything in it, from then on.
 */
import type { Clock } from "../../../base/clock.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import type { Broker, BrokerAddress } from "../../../broker/broker.ts";
import { toErrorMessage } from "../error_message.ts";
import type { FromWorker, ToWorker } from "../messages.ts";
import type { RegistryHost } from "../../../registry/schema_registry.ts";
import type { WorkerLoop } from "../worker_loop.ts";
import type { WorkerThread } from "../worker_thread.ts";
import { EventLoopTurns } from "./event_loop_turns.ts";

/** See the module's description. It never dies. */
export class LocalWorker implements WorkerThread {
  readonly #openBroker: (address: BrokerAddress) => Promise<Broker>;
  readonly #host: RegistryHost & Clock;
  readonly #loop: Promise<WorkerLoop>;
  #broker: Promise<Broker> | undefined;
  #isTerminated = false;
  readonly #listeners = new Set<(message: never) => void>();

  /** @param openBroker Opens a connection of its own: one that waits for records would keep it waiting. */
  constructor(openBroker: (address: BrokerAddress) => Promise<Broker>, host: RegistryHost & Clock) {
    this.#openBroker = openBroker;
    this.#host = host;
    this.#loop = this.#load();
    this.#loop.catch((error: unknown) => this.#emit({ type: "failed", error: toErrorMessage(error) }));
  }

  on(event: string, listener: (message: never) => void): void {
    if (event === "message") this.#listeners.add(listener);
  }

  postMessage(message: ToWorker): void {
    void this.#loop.then((loop) => loop.take(message), () => {});
  }

  async terminate(): Promise<void> {
    this.#isTerminated = true;
    this.#listeners.clear();
    const broker = await this.#broker?.catch(() => undefined);
    await broker?.close();
  }

  async #load(): Promise<WorkerLoop> {
    const { WorkerLoop } = await import("../worker_loop.ts");
    return new WorkerLoop({
      send: (message) => queueMicrotask(() => this.#emit(message)),
      openBroker: (address) => {
        if (this.#isTerminated) throw new SfcrimeError("INTERNAL", "The worker was terminated.");
        return this.#broker = this.#openBroker(address);
      },
      registryHost: this.#host,
      monotonicMs: () => this.#host.monotonicMs(),
      taskBounds: { turns: new EventLoopTurns(this.#host) },
    });
  }

  #emit(message: FromWorker): void {
    for (const listener of this.#listeners) listener(message as never);
  }
}
