/**
 * A worker thread that dies when a test wants it to: it runs tasks as a real one does, in this process, and gives
 * its rows in small chunks, so that there are many moments to die at.
 */
import type { FromWorker, ToWorker } from "../../lib/analyze/messages.ts";
import { toErrorMessage } from "../../lib/analyze/error_message.ts";
import { TaskRunner } from "../../lib/analyze/task_runner.ts";
import type { WorkerThread } from "../../lib/analyze/worker_pool.ts";
import type { Reader } from "../../lib/broker/broker.ts";
import type { RowChunk } from "../../lib/sinks/sink.ts";

/** How a thread behaves. */
export interface ThreadOptions {
  readonly reader: Reader;
  /** Messages that it sends before it dies: at 0 it never gets ready. */
  readonly messagesMax: number;
  /** Gives small numbers: how many turns of the event queue the next message takes. */
  readonly delay: () => number;
}

const ROWS_PER_CHUNK = 3;
/** Chunks that may wait to be taken: so few that they hold a task up, as many chunks do a real worker. */
export const CHUNKS_WAITING_MAX = 2;

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
  #waiting = 0;
  #wake: () => void = () => {};

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#dieWhenDue();
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }

  postMessage(message: ToWorker): void {
    const { type } = message;
    if (type === "taken") {
      this.#waiting--;
      return this.#wake();
    }
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
        this.#runner = new TaskRunner(message.setup, this.#options.reader);
        return this.#send({ type: "ready" });
      case "task": {
        const { task } = message;
        const counts = await this.#runner!.run(task, (query, chunk) => this.#giveRows(task.id, query, chunk));
        return this.#send({
          type: "done",
          task: task.id,
          counts,
          late: [],
          samples: [],
          gathered: this.#runner!.gathered,
        });
      }
      case "tables":
        return;
      case "flush":
        return this.#send({ type: "flushed", partials: this.#runner!.flush(message.queries) });
    }
  }

  async #giveRows(task: number, query: number, chunk: RowChunk): Promise<void> {
    const rows = new TextDecoder().decode(chunk.text).match(/.*\n/g) ?? [];
    for (let at = 0; at < rows.length; at += ROWS_PER_CHUNK) {
      while (this.#waiting >= CHUNKS_WAITING_MAX) {
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
      this.#waiting++;
      const some = rows.slice(at, at + ROWS_PER_CHUNK);
      const text = new TextEncoder().encode(some.join(""));
      this.#send({ type: "rows", task, query, chunk: { rowCount: some.length, text } });
    }
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
