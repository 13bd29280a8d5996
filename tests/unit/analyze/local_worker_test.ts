/** Small batches run in the thread of the coordinator, and have the same results there. */
import { deepEqual, equal, ok, rejects } from "assert";
import { LOCAL_AFTER_BATCHES, LOCAL_MS_MAX, LOCAL_OFFSETS_MAX } from "../../../lib/base/bounds.ts";
import { LocalWorker } from "../../../lib/analyze/workers/local/local_worker.ts";
import { WorkerPool } from "../../../lib/analyze/workers/worker_pool.ts";
import { spawnWorker } from "../../../lib/analyze/workers/worker_thread.ts";
import { openBroker } from "../../support/brokers.ts";
import { RecordedWorker } from "../../support/recorded_worker.ts";
import { requireWhole, runBatch } from "../../support/pool_batch.ts";
import { PoolFixture } from "../../support/pool_fixture.ts";

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
    count: 2,
    spawn: () => new RecordedWorker(spawnWorker(), threads),
    local: { start: () => new RecordedWorker(new LocalWorker(openBroker), local), nowMs: () => 0 },
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
    local: { start: () => new LocalWorker(() => Promise.reject(new Error("no broker"))), nowMs: () => 0 },
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
