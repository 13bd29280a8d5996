/** A thread that makes files in a directory, and goes on for a while after it has said that there are many. */
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

const MANY = 3_000;
const MORE_MS = 200;

const make = (name: number) => Deno.writeTextFileSync(join(workerData as string, String(name)), "");

let made = 0;
while (made < MANY) make(made++);
parentPort!.postMessage("made");
const untilMs = performance.now() + MORE_MS;
try {
  while (performance.now() < untilMs) make(made++);
} catch {
  // The directory is gone.
}
