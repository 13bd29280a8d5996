/** A {@link CrashRun}, its one argument, in a process that kills itself as hard as a machine does. */
import { spawnWorker } from "../../lib/analyze/workers/worker_thread.ts";
import { configureLogging } from "../../lib/base/log.ts";
import { openBroker } from "../support/brokers.ts";
import { type CrashRun, runUntilKilled } from "../support/crash_run.ts";

configureLogging({ level: "warning", format: "text", writeLine: () => {} });
const run = JSON.parse(Deno.args[0]!) as CrashRun;
const broker = await openBroker(run.address);
await runUntilKilled(run, {
  broker,
  spawn: spawnWorker,
  kill: () => {
    Deno.kill(Deno.pid, "SIGKILL");
    throw new Error("This process lives on.");
  },
});
await broker.close();
