import { deepEqual, equal } from "assert";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { StartedThreads } from "../../../lib/analyze/workers/worker_thread.ts";

const ECHO =
  "const { parentPort } = require('node:worker_threads'); parentPort.on('message', (it) => parentPort.postMessage(it));";
const FAIL = "throw new Error('cannot start')";

/** Spawns threads with these programs, then such that answer with what they are sent, and remembers them. */
function spawning(...programs: readonly string[]) {
  const spawned: Worker[] = [];
  return {
    spawned,
    spawn: () => {
      const thread = new Worker(programs[spawned.length] ?? ECHO, { eval: true });
      spawned.push(thread);
      return thread;
    },
  };
}

Deno.test("Threads are taken in the order in which they were started, then new ones", async () => {
  const { spawned, spawn } = spawning();
  const threads = new StartedThreads(spawn);
  threads.have(1);
  equal(spawned.length, 1);
  threads.have(2);
  equal(spawned.length, 2);
  equal(threads.take(), spawned[0]);
  equal(threads.take(), spawned[1]);
  equal(spawned.length, 2);
  equal(threads.take(), spawned[2]);
  await Promise.all(spawned.map((thread) => thread.terminate()));
});

Deno.test("A thread that could not start is not taken, and is no failure yet", async () => {
  const { spawned, spawn } = spawning(FAIL);
  const threads = new StartedThreads(spawn);
  threads.have(2);
  // Not by `once`, which fails on an error.
  await new Promise((resolve) => spawned[0]!.on("exit", resolve));
  equal(threads.take(), spawned[1]);
  equal(threads.take(), spawned[2]);
  await Promise.all(spawned.map((thread) => thread.terminate()));
});

Deno.test("Closing ends the threads that were not taken, and no other", async () => {
  const { spawned, spawn } = spawning();
  const threads = new StartedThreads(spawn);
  threads.have(2);
  threads.take();
  const exit = once(spawned[1]!, "exit");
  await threads.close();
  await exit;
  const answer = once(spawned[0]!, "message");
  spawned[0]!.postMessage("still here");
  deepEqual(await answer, ["still here"]);
  await spawned[0]!.terminate();
});
