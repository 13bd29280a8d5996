/**
 * A worker thread that dies when a test wants it to: it runs tasks as a real one does, in this process, and gives
 * its rows in small chunks and its groups in small parts, so that there are many moments to die at.
 */
import type { FromWorker, ToWorker } from "../../lib/analyze/messages.ts";
import { toErrorMessage } from "../../lib/analyze/error_message.ts";
import { type TaskBounds, type TaskOutput, TaskRunner } from "../../lib/analyze/task_runner.ts";
import { BoundedQueue } from "../../lib/base/bounded_queue.ts";
import type { WorkerThread } from "../../lib/analyze/worker_pool.ts";
import type { Reader } from "../../lib/broker/broker.ts";

/** How a thread behaves. */
export interface ThreadOptions {
  readonly reader: Reader;
  /** Messages that it sends before it dies: at 0 it never gets ready. */
  readonly messagesMax: number;
  /** Gives small numbers: how many turns of the event queue the next message takes. */
  readonly delay: () => number;
}

/** Few rows, and some three groups. */
const BOUNDS: TaskBounds = { chunkRowsMax: 3, gatheredBytesMax: 700 };
/** Chunks that may wait to be taken: so few that they hold a task up, as many chunks do a real worker. */
const CHUNKS_WAITING_MAX = 2;

type Listener = (message: never) => void;

/** See the module's description. */
export class DyingThread implements WorkerThread {
  readonly #options: ThreadOptions;
  readonly #listeners = new Map<string, Listener>();
  #turn: Promise<void> = Promise.resolve();
  #delivered: Promise<void> = Promise.resolve();
  #runner: TaskRunner | undefined;
  #sent = 0;
  #dead = false;
  readonly #inFlight = {
    chunk: new BoundedQueue<"chunk">({ sizeMax: CHUNKS_WAITING_MAX }),
    part: new BoundedQueue<"part">({ sizeMax: 1 }),
  };

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#dieWhenDue();
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }

  postMessage(message: ToWorker): void {
    const { type } = message;
    if (type === "taken") return void this.#inFlight[message.what].take();
    this.#turn = this.#turn.then(() => this.#take(structuredClone(message))).catch((error: unknown) =>
      this.#send({ type: "failed", error: toErrorMessage(error) })
    );
  }

  terminate(): Promise<void> {
    this.#dead = true;
    this.#listeners.clear();
    return Promise.resolve();
  }

  async #take(message: ToWorker): Promise<void> {
    if (this.#dead) return;
    switch (message.type) {
      case "prepare":
        this.#runner = new TaskRunner(message.setup, this.#options.reader, BOUNDS);
        return this.#send({ type: "ready" });
      case "task": {
        const { task } = message;
        const counts = await this.#runner!.run(task, this.#outputOf(task.id));
        return this.#send({ type: "done", task: task.id, counts, samples: [] });
      }
      case "tables":
        return;
      case "flush":
        return this.#send({ type: "flushed", partials: this.#runner!.flush(message.queries) });
    }
  }

  #outputOf(task: number): TaskOutput {
    return {
      rows: async (query, chunk) => {
        await this.#inFlight.chunk.put("chunk");
        this.#send({ type: "rows", task, query, chunk });
      },
      late: async (records) => {
        await this.#inFlight.chunk.put("chunk");
        this.#send({ type: "late", task, records });
      },
      part: async (part) => {
        await this.#inFlight.part.put("part");
        this.#send({ type: "part", task, part });
      },
    };
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
