/** The entry point of a worker thread. */
import { parentPort, workerData } from "node:worker_threads";
import { systemHost } from "../../base/host.ts";
import { loadBroker, openBroker } from "../../broker/open.ts";
import { Outages } from "../../broker/outages/outages.ts";
import type { FromWorker, ToWorker, WorkerStart } from "./messages.ts";
import { WorkerLoop } from "./worker_loop.ts";

const port = parentPort!;
const send = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
/** The main thread reports the outages of all threads. */
const outages = new Outages((news) => send({ type: "outage", news }), systemHost);
const loop = new WorkerLoop({
  send,
  registryHost: systemHost,
  monotonicMs: () => systemHost.monotonicMs(),
  openBroker: (address) => openBroker(address, { host: systemHost, outages, isKnown: true }),
});
port.on("message", (message: ToWorker) => loop.take(message));
const { broker } = workerData as WorkerStart;
// A failure comes again when the broker is opened, and is reported then.
if (broker !== undefined) loadBroker(broker).catch(() => {});
