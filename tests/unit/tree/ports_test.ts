import { deepEqual } from "assert";
import { relative } from "node:path";
import { codeOf, LIB, sources } from "./lib_imports.ts";

/** What reads a clock, waits, draws lots, opens connections, starts threads, or is the process itself. */
const REACHES: readonly RegExp[] = [
  /\bsystem(?:Clock|Host)\b/g,
  /\bDate\.now\b|\bnew Date\(\)|\bperformance\.(?!md")\w+|\bTemporal\.Now\b/g,
  /\bset(?:Timeout|Interval|Immediate)\b|\bAbortSignal\.timeout\b|\bAtomics\.wait\w*/g,
  /\bMath\.random\b|\brandomUUID\b|\bgetRandomValues\b|\brandom(?:Bytes|Int)\b/g,
  /\bDeno\.(?:connect|listen|serve|resolveDns)\w*|\bawait fetch\(|\bnew WebSocket\(|"node:(?:net|tls|http|https|dgram|dns)"/g,
  /\bnew Worker\(|"node:(?:worker_threads|child_process|cluster|timers)"/g,
  /\bDeno\.(?:env|args|exit|pid|hostname|cwd|stdin|stdout|stderr|consoleSize|addSignalListener|removeSignalListener)\b/g,
  /\bnavigator\.|\bprocess\.|"node:(?:process|os)"/g,
];

/** It runs in a browser, where it is the program. */
const PAGE = "ui/page/";

/** The files that reach for them, each with what it uses and the reason. Everything else gets it by an argument. */
const ALLOWED: Readonly<Record<string, { readonly uses: readonly string[]; readonly reason: string }>> = {
  "base/clock.ts": {
    uses: ["Date.now", "performance.now", "setTimeout", "systemClock"],
    reason: "it is the clock of the machine",
  },
  "base/host.ts": {
    uses: [
      ...["AbortSignal.timeout", "Deno.connect", "Deno.hostname", "Deno.pid", "await fetch(", "randomUUID"],
      ...["systemClock", "systemHost"],
    ],
    reason: "it is the machine",
  },
  "base/files/retry.ts": {
    uses: ["Atomics.wait"],
    reason: "it waits for other threads and processes as SQLite does, by blocking",
  },
  "cli/io.ts": {
    uses: [
      "Deno.addSignalListener",
      "Deno.consoleSize",
      "Deno.env",
      "Deno.exit",
      "Deno.removeSignalListener",
      "Deno.stderr",
      "Deno.stdin",
      "Deno.stdout",
      "navigator.",
      "process.",
      "systemHost",
    ],
    reason: "it is the process around the program",
  },
  "ui/server/http/http_server.ts": {
    uses: ['"node:http"'],
    reason: "it is the server of the dashboard, and listens where it is told to",
  },
  "analyze/workers/worker.ts": {
    uses: ['"node:worker_threads"', "systemHost"],
    reason: "a thread begins there",
  },
  "analyze/workers/worker_thread.ts": {
    uses: ['"node:worker_threads"', "new Worker("],
    reason: "it starts the threads, for whoever runs an analysis",
  },
  "broker/kafka/kafkajs/timers.ts": {
    uses: ["performance.now", "setInterval", "setTimeout"],
    reason: "it mends the timers of kafkajs, in a prototype that all of its connections share",
  },
  "produce/sorting/external_sort.ts": {
    uses: ["setTimeout"],
    reason: "it gives way to other work for one turn, whatever the time",
  },
};

Deno.test("Time, randomness, ids, connections, threads and the process come in by arguments", () => {
  const found: Record<string, string[]> = {};
  for (const path of sources()) {
    if (relative(LIB, path).startsWith(PAGE)) continue;
    // A type uses nothing.
    const code = codeOf(path).replaceAll(/^import type [^;]*;$/gm, "");
    const uses = REACHES.flatMap((word) => [...code.matchAll(word)].map(([use]) => use));
    if (uses.length > 0) found[relative(LIB, path)] = [...new Set(uses)].toSorted();
  }
  const allowed = Object.entries(ALLOWED).map(([file, { uses }]) => [file, [...uses].toSorted()]);
  deepEqual(found, Object.fromEntries(allowed));
});
