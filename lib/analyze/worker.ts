/**
 * The entry point of a worker thread. It owns a connection to the broker and the compiled queries, runs tasks
 * in order, and has no state that could not be rebuilt.
 */
import { parentPort } from "node:worker_threads";
import { BoundedQueue } from "../base/bounded_queue.ts";
import { CHUNKS_IN_FLIGHT_MAX } from "../base/bounds.ts";
import { type Broker } from "../broker/broker.ts";
import { openBroker } from "../broker/open.ts";
import { Outages } from "../broker/outages/outages.ts";
import { toErrorMessage } from "./error_message.ts";
import type { FromWorker, Task, ToWorker, WorkerSetup } from "./messages.ts";
import { ReaderPastLoss } from "./reader_past_loss.ts";
import type { TableRows } from "./table_reload.ts";
import { type TaskOutput, TaskRunner } from "./task_runner.ts";

const port = parentPort!;

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

/** The main thread reports the outages of all threads. */
const outages = new Outages((news) => send({ type: "outage", news }));

let broker: Broker | undefined;
let runner: TaskRunner | undefined;
let compile: ((tables: TableRows) => TaskRunner) | undefined;

/** Messages in flight: a put waits for room, and an acknowledgement makes room. */
const inFlight = {
  chunk: new BoundedQueue<"chunk">({ sizeMax: CHUNKS_IN_FLIGHT_MAX }),
  part: new BoundedQueue<"part">({ sizeMax: 1 }),
};

function outputOf(task: number): TaskOutput {
  return {
    async rows(query, chunk) {
      await inFlight.chunk.put("chunk");
      const memory = chunk.text === undefined ? [] : [chunk.text.buffer as ArrayBuffer];
      send({ type: "rows", task, query, chunk }, memory);
    },
    async late(records) {
      await inFlight.chunk.put("chunk");
      send({ type: "late", task, records });
    },
    async part(part) {
      await inFlight.part.put("part");
      send({ type: "part", task, part });
    },
  };
}

async function prepare(setup: WorkerSetup): Promise<void> {
  broker = await openBroker(setup.broker, { outages, isKnown: true });
  const reader = await broker.openReader();
  const onLoss = (message: string) => send({ type: "lost", message });
  const tolerant = setup.failOnDataLoss ? reader : new ReaderPastLoss(reader, broker, onLoss);
  const tables = { ...setup.tables };
  compile = (changed) => new TaskRunner({ ...setup, tables: Object.assign(tables, changed) }, tolerant);
  runner = compile({});
  send({ type: "ready" });
}

/** Called when everything is flushed, so no partial results are lost. */
function replaceTables(tables: TableRows): void {
  runner = compile!(tables);
}

async function runTask(task: Task): Promise<void> {
  const counts = await runner!.run(task, outputOf(task.id));
  send({ type: "done", task: task.id, counts, samples: runner!.takeSamples() });
}

/** Tasks and flushes run one after the other; only `taken` is handled in between. */
let turn: Promise<void> = Promise.resolve();

function inTurn(work: () => Promise<void> | void): void {
  turn = turn.then(work).catch((error: unknown) => send({ type: "failed", error: toErrorMessage(error) }));
}

port.on("message", (message: ToWorker) => {
  switch (message.type) {
    case "prepare":
      return inTurn(() => prepare(message.setup));
    case "tables":
      return inTurn(() => replaceTables(message.tables));
    case "task":
      return inTurn(() => runTask(message.task));
    case "flush":
      return inTurn(() => send({ type: "flushed", partials: runner!.flush(message.queries) }));
    case "taken":
      void inFlight[message.what].take();
      return;
  }
});
