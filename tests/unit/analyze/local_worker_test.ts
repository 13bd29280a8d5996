/** Batches that run in the thread of the coordinator, alone or beside worker threads, have the same results there. */
import { deepEqual, equal, ok, rejects } from "assert";
import {
  LOCAL_AFTER_BATCHES,
  LOCAL_MS_MAX,
  LOCAL_OFFSETS_MAX,
  SHARED_OFFSETS_MAX,
} from "../../../lib/base/bounds.ts";
import { systemHost } from "../../../lib/base/host.ts";
import type { FromWorker, QueryPartial, ToWorker } from "../../../lib/analyze/workers/messages.ts";
import { LocalWorker } from "../../../lib/analyze/workers/local/local_worker.ts";
import { WorkerPool } from "../../../lib/analyze/workers/worker_pool.ts";
import { spawnWorker, type WorkerThread } from "../../../lib/analyze/workers/worker_thread.ts";
import { openBroker } from "../../support/brokers.ts";
import { RecordedWorker } from "../../support/recorded_worker.ts";
import { requireWhole, runBatch } from "../../support/pool_batch.ts";
import { COUNTS, expectedCounts, gatheredCounts, PoolFixture } from "../../support/pool_fixture.ts";

const SMALL = LOCAL_OFFSETS_MAX;
const LARGE = LOCAL_OFFSETS_MAX + 1;
/** Batches until the worker of this thread is ready; only a failure takes so many. */
const BATCHES_MAX = 2_000;

async function requireBatch(
  pool: WorkerPool,
  batch: { readonly fixture: PoolFixture; readonly batchId: number; readonly count: number },
): Promise<void> {
  requireWhole(await runBatch(pool, { ...batch, rangeSize: 50 }), batch.count);
}

Deno.test("Small batches that follow each other run in this thread, a large one in the others", async () => {
  await using fixture = await PoolFixture.open(LARGE);
  const [local, threads]: [string[], string[]] = [[], []];
  const tasks = (types: readonly string[]) => types.filter((type) => type === "task").length;
  const pool = WorkerPool.start(fixture.setup, {
    count: 1,
    spawn: () => new RecordedWorker(spawnWorker(), threads),
    local: {
      start: () => new RecordedWorker(new LocalWorker(openBroker, systemHost), local),
      nowMs: () => 0,
    },
  });
  try {
    let batchId = 0;
    const run = (count: number) => requireBatch(pool, { fixture, batchId: batchId++, count });
    for (let batch = 1; batch < LOCAL_AFTER_BATCHES; batch++) await run(SMALL);
    await run(LARGE);
    for (let batch = 1; batch < LOCAL_AFTER_BATCHES; batch++) await run(SMALL);
    // None was started so far.
    deepEqual(local, []);
    while (tasks(local) === 0) {
      await run(SMALL);
      ok(batchId < BATCHES_MAX);
    }
    const before = { local: tasks(local), threads: tasks(threads) };
    pool.replaceTables({ unused: [] });
    for (let batch = 0; batch < 10; batch++) await run(SMALL);
    equal(tasks(threads), before.threads);
    ok(tasks(local) > before.local);
    ok(local.includes("tables"));
    const small = tasks(local);
    await run(LARGE);
    equal(tasks(local), small);
    ok(tasks(threads) > before.threads);
  } finally {
    await pool.close();
  }
});

/** A worker whose messages, in both directions, cannot be changed any more; bytes cannot be frozen. */
class FreezingWorker implements WorkerThread {
  readonly #worker: WorkerThread;

  constructor(worker: WorkerThread) {
    this.#worker = worker;
  }

  on(event: "message" | "error" | "exit", listener: (value: never) => void): void {
    this.#worker.on(event as "message", (message) => listener(frozen(message) as never));
  }

  postMessage(message: ToWorker): void {
    this.#worker.postMessage(frozen(message));
  }

  terminate(): Promise<unknown> {
    return this.#worker.terminate();
  }
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

Deno.test("In this thread, where messages are not copied, nobody changes one that was sent", async () => {
  await using fixture = await PoolFixture.open(SMALL);
  let tasks = 0;
  const pool = WorkerPool.start(fixture.setup, {
    count: 1,
    spawn: spawnWorker,
    local: {
      start: () => {
        const worker = new FreezingWorker(new LocalWorker(openBroker, systemHost));
        worker.on("message", ({ type }: FromWorker) => void (type === "done" && tasks++));
        return worker;
      },
      nowMs: () => 0,
    },
  });
  try {
    for (let batchId = 0; tasks < 20; batchId++) {
      await requireBatch(pool, { fixture, batchId, count: SMALL });
      pool.replaceTables({ unused: [[batchId]] });
      ok(batchId < BATCHES_MAX);
    }
  } finally {
    await pool.close();
  }
});

/** A pool of two workers, of which the last one is this thread until there is a large batch. */
function sharingPool(fixture: PoolFixture) {
  const [local, threads]: [string[], string[][]] = [[], []];
  const pool = WorkerPool.start(fixture.setup, {
    count: 2,
    spawn: () => {
      const messages: string[] = [];
      threads.push(messages);
      return new RecordedWorker(spawnWorker(), messages);
    },
    local: {
      start: () => new RecordedWorker(new LocalWorker(openBroker, systemHost), local),
      nowMs: () => 0,
    },
  });
  return { pool, local, threads };
}

Deno.test("Before there is a large batch, this thread takes the place of the last worker thread", async () => {
  await using fixture = await PoolFixture.open(LARGE);
  const { pool, local, threads } = sharingPool(fixture);
  try {
    for (let batchId = 0; ![local, threads[0]!].every((types) => types.includes("task")); batchId++) {
      await requireBatch(pool, { fixture, batchId, count: LARGE });
      ok(batchId < BATCHES_MAX);
    }
    equal(threads.length, 1);
  } finally {
    await pool.close();
  }
});

Deno.test("A large batch starts the last worker thread, and is whole; it and later ones run in the threads", async () => {
  const count = 10_000;
  await using fixture = await PoolFixture.open(count);
  const { pool, local, threads } = sharingPool(fixture);
  // A large batch of few records: the ranges of all of them, again and again.
  const times = Math.ceil((SHARED_OFFSETS_MAX + 1) / count);
  const ranges = Array.from({ length: times }, () => fixture.ranges(count, count)).flat();
  const partials: QueryPartial[] = [];
  try {
    const { counts } = await pool.run({
      ranges,
      queries: [{ query: COUNTS, batchId: 0 }],
      onRows: () => Promise.resolve(),
      onPartials: (gathered) => void partials.push(...gathered),
    });
    equal(counts.records, times * count);
    const expected = [...expectedCounts(count)].map(([kind, each]) => [kind, each * times] as const);
    deepEqual(gatheredCounts(partials), new Map(expected));
    equal(threads.length, 2);
    await requireBatch(pool, { fixture, batchId: 1, count });
    equal(local.includes("task"), false);
  } finally {
    await pool.close();
  }
});

Deno.test("Small batches that take long never run in this thread", async () => {
  await using fixture = await PoolFixture.open(SMALL);
  let nowMs = 0;
  const pool = WorkerPool.start(fixture.setup, {
    count: 1,
    spawn: spawnWorker,
    local: {
      start: () => {
        throw new Error("started");
      },
      nowMs: () => nowMs += LOCAL_MS_MAX + 1,
    },
  });
  try {
    for (let batchId = 0; batchId < 4 * LOCAL_AFTER_BATCHES; batchId++) {
      await requireBatch(pool, { fixture, batchId, count: SMALL });
    }
  } finally {
    await pool.close();
  }
});

Deno.test("A broker that does not open in this thread fails the run, as in the others", async () => {
  await using fixture = await PoolFixture.open(SMALL);
  const pool = WorkerPool.start(fixture.setup, {
    count: 1,
    spawn: spawnWorker,
    local: {
      start: () => new LocalWorker(() => Promise.reject(new Error("no broker")), systemHost),
      nowMs: () => 0,
    },
  });
  const runUntilFailed = async () => {
    for (let batchId = 0; batchId < BATCHES_MAX; batchId++) {
      await requireBatch(pool, { fixture, batchId, count: SMALL });
    }
  };
  try {
    await rejects(runUntilFailed(), /no broker/);
  } finally {
    await pool.close();
  }
});
