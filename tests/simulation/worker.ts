/** A worker of a simulation: the code of a real one, in the same process, whose messages take their time. */
import type { FromWorker, ToWorker } from "../../lib/analyze/workers/messages.ts";
import { toErrorMessage } from "../../lib/analyze/workers/error_message.ts";
import { WorkerLoop } from "../../lib/analyze/workers/worker_loop.ts";
import type { WorkerThread } from "../../lib/analyze/workers/worker_thread.ts";
import type { Broker } from "../../lib/broker/broker.ts";
import { Killed, Process, type ProcessOptions } from "./process.ts";

/** Few rows, and few groups, so that there is much to hand over. */
const BOUNDS = { chunkRowsMax: 4, gatheredBytesMax: 120 };

/** How a worker lives. */
export interface WorkerOptions extends ProcessOptions {
  /** The process that started it; it dies with it. */
  readonly parent: Process;
  readonly clientOf: (process: Process) => Broker;
  /** Messages that it sends before it dies. */
  readonly messagesMax: number;
}

type Listener = (message: never) => void;

/** See the module's description. */
export class SimulatedWorker implements WorkerThread {
  readonly #parent: Process;
  readonly #process: Process;
  readonly #options: WorkerOptions;
  readonly #loop: WorkerLoop;
  readonly #listeners = new Map<string, Listener>();
  /** By direction: when the last message arrives, since messages do not overtake each other. */
  readonly #arrivesMs = { to: 0, from: 0 };
  #sent = 0;

  constructor(name: string, options: WorkerOptions) {
    this.#options = options;
    this.#parent = options.parent;
    // So that the code of a process that was killed ends.
    this.#parent.onKill(() => {
      this.#listeners.get("message")?.({ type: "failed", error: toErrorMessage(new Killed()) } as never);
    });
    this.#process = new Process(name, options);
    this.#loop = new WorkerLoop({
      send: (message) => this.#send(message),
      openBroker: () => Promise.resolve(options.clientOf(this.#process)),
      taskBounds: BOUNDS,
      chunksInFlightMax: 2,
    });
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }

  postMessage(message: ToWorker): void {
    const copy = structuredClone(message);
    this.#deliver("to", `gets ${message.type}`, () => {
      if (this.#process.isAlive) this.#loop.take(copy);
    });
  }

  terminate(): Promise<void> {
    this.#process.kill();
    this.#listeners.clear();
    return Promise.resolve();
  }

  #send(message: FromWorker): void {
    if (!this.#process.isAlive) return;
    const copy = structuredClone(message);
    this.#deliver("from", `sends ${message.type}`, () => this.#tell("message", copy));
    if (++this.#sent < this.#options.messagesMax) return;
    this.#process.kill();
    this.#deliver("from", "dies", () => this.#tell("exit", 1));
  }

  #tell(event: string, message: unknown): void {
    if (this.#parent.isAlive) this.#listeners.get(event)?.(message as never);
  }

  #deliver(direction: "to" | "from", label: string, run: () => void): void {
    const { scheduler, random } = this.#options;
    const delayMs = random() < 0.9 ? random() : random() * 100;
    const atMs = Math.max(this.#arrivesMs[direction], scheduler.nowMs + delayMs);
    this.#arrivesMs[direction] = atMs;
    scheduler.after(atMs - scheduler.nowMs, `${this.#process.name} ${label}`, run);
  }
}
