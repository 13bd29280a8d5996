/**
 * The entry of a worker thread. It owns a connection to the broker and the compiled queries, takes tasks in
 * the order in which they come, and keeps nothing that could not be made again.
 */
import { parentPort } from "node:worker_threads";
import { CHUNKS_IN_FLIGHT_MAX } from "../base/bounds.ts";
import { type Broker } from "../broker/broker.ts";
import { openBroker } from "../broker/open.ts";
import type { RowChunk } from "../sinks/sink.ts";
import { toErrorMessage } from "./error_message.ts";
import type { FromWorker, Task, ToWorker, WorkerSetup } from "./messages.ts";
import { ReaderPastLoss } from "./reader_past_loss.ts";
import type { TableRows } from "./table_reload.ts";
import { TaskRunner } from "./task_runner.ts";

const port = parentPort!;

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

let broker: Broker | undefined;
let runner: TaskRunner | undefined;
let compile: ((tables: TableRows) => TaskRunner) | undefined;

/** Chunks that were sent and not yet taken, and whoever waits for room. */
let inFlight = 0;
let wakeWhenTaken: () => void = () => {};

async function giveRows(task: number, query: number, chunk: RowChunk): Promise<void> {
  while (inFlight >= CHUNKS_IN_FLIGHT_MAX) await new Promise<void>((resolve) => wakeWhenTaken = resolve);
  inFlight++;
  send(
    { type: "rows", task, query, chunk },
    chunk.text === undefined ? [] : [chunk.text.buffer as ArrayBuffer],
  );
}

async function prepare(setup: WorkerSetup): Promise<void> {
  broker = await openBroker(setup.broker);
  const reader = await broker.openReader();
  const onLoss = (message: string) => send({ type: "lost", message });
  const tolerant = setup.failOnDataLoss ? reader : new ReaderPastLoss(reader, broker, onLoss);
  const tables = { ...setup.tables };
  compile = (changed) => new TaskRunner({ ...setup, tables: Object.assign(tables, changed) }, tolerant);
  runner = compile({});
  send({ type: "ready" });
}

/** Comes when all is flushed, so nothing that was gathered is lost. */
function replaceTables(tables: TableRows): void {
  runner = compile!(tables);
}

async function runTask(task: Task): Promise<void> {
  const counts = await runner!.run(task, (query, chunk) => giveRows(task.id, query, chunk));
  const [late, samples] = [runner!.takeLate(), runner!.takeSamples()];
  send({ type: "done", task: task.id, counts, late, samples, gathered: runner!.gathered });
}

/** Tasks and flushes are done one behind the other; only `taken` may come in between. */
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
      inFlight--;
      return wakeWhenTaken();
  }
});
