/** Worker threads that die at any moment: the batch is the same, or it fails and says where. */
import { equal, match, rejects } from "assert";
import fc from "fast-check";
import { CHUNKS_IN_FLIGHT_MAX, TASK_ATTEMPTS_MAX } from "../../../lib/base/bounds.ts";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { spawnWorker } from "../../../lib/analyze/workers/worker_thread.ts";
import { WorkerPool } from "../../../lib/analyze/workers/worker_pool.ts";
import type { WorkerThread } from "../../../lib/analyze/workers/worker_thread.ts";
import { DyingThread } from "../../support/dying_thread.ts";
import { RecordedWorker } from "../../support/recorded_worker.ts";
import { requireWhole, runBatch } from "../../support/pool_batch.ts";
import { COUNTS, PoolFixture, ROWS } from "../../support/pool_fixture.ts";

const RECORDS = 60;

/** Each thread that is started dies after its own number of messages; those after the last number live on. */
const deaths = (most: number) => fc.array(fc.nat(45), { maxLength: most });

async function withDeaths(
  fixture: PoolFixture,
  deathPoints: readonly number[],
  { workers, delays }: { readonly workers: number; readonly delays: readonly number[] },
  body: (pool: WorkerPool) => Promise<void>,
): Promise<void> {
  let started = 0;
  let delay = 0;
  const spawn = () =>
    new DyingThread({
      broker: fixture.broker,
      messagesMax: deathPoints[started++] ?? Infinity,
      delay: () => delays[delay++ % delays.length]!,
    });
  const pool = WorkerPool.start(fixture.setup, { count: workers, spawn });
  try {
    await body(pool);
  } finally {
    await pool.close();
  }
}

/** A batch that hangs fails its run, which is then shown with its seed. */
const LIMITS = { numRuns: 300, timeout: 2_000, endOnFailure: true };

const circumstances = {
  workers: fc.integer({ min: 1, max: 4 }),
  rangeSize: fc.integer({ min: 5, max: 30 }),
  delays: fc.array(fc.nat(12), { minLength: 1, maxLength: 30 }),
};

Deno.test("Two batches are whole and in order, wherever two threads die", async () => {
  await using fixture = await PoolFixture.open(RECORDS);
  await fc.assert(
    fc.asyncProperty(
      fc.record({ ...circumstances, points: deaths(TASK_ATTEMPTS_MAX - 1) }),
      async ({ points, rangeSize, ...how }) => {
        await withDeaths(fixture, points, how, async (pool) => {
          for (const batchId of [0, 1]) {
            requireWhole(await runBatch(pool, { fixture, batchId, rangeSize, count: RECORDS }), RECORDS);
          }
        });
      },
    ),
    LIMITS,
  );
});

Deno.test("However many threads die, a batch is whole or it fails", async () => {
  await using fixture = await PoolFixture.open(RECORDS);
  await fc.assert(
    fc.asyncProperty(
      fc.record({ ...circumstances, points: deaths(12) }),
      async ({ points, rangeSize, ...how }) => {
        await withDeaths(fixture, points, how, async (pool) => {
          const batch = { fixture, batchId: 0, rangeSize, count: RECORDS };
          const ended = await runBatch(pool, batch).catch((error: unknown) => error);
          if (ended instanceof SfcrimeError) match(ended.message, /died 3 times on|Cannot start/);
          else requireWhole(ended as Awaited<ReturnType<typeof runBatch>>, RECORDS);
        });
      },
    ),
    // The one that is named dies again over what is left of a task behind a part, of which rows were given before.
    { ...LIMITS, examples: [[{ workers: 2, rangeSize: 15, delays: [8], points: [24, 20, 10, 36, 20] }]] },
  );
});

Deno.test("A thread that dies every time fails the batch, and the offsets are named", async () => {
  await using fixture = await PoolFixture.open(RECORDS);
  const afterReady = Array.from({ length: 100 }, () => 1);
  await withDeaths(fixture, afterReady, { workers: 1, delays: [0] }, async (pool) => {
    const batch = { fixture, batchId: 0, rangeSize: 20, count: RECORDS };
    await rejects(runBatch(pool, batch), /died 3 times on offsets 0 to 19 of t-0/);
    await rejects(runBatch(pool, batch), /died 3 times on offsets 0 to 19 of t-0/);
  });
});

Deno.test("Threads that never get ready fail the batch", async () => {
  await using fixture = await PoolFixture.open(RECORDS);
  const atOnce = Array.from({ length: 100 }, () => 0);
  await withDeaths(fixture, atOnce, { workers: 2, delays: [0] }, async (pool) => {
    const batch = { fixture, batchId: 0, rangeSize: 20, count: RECORDS };
    await rejects(runBatch(pool, batch), /Cannot start worker threads/);
  });
});

Deno.test("A failure of whoever takes the rows fails the batch", async () => {
  await using fixture = await PoolFixture.open(RECORDS);
  await withDeaths(fixture, [], { workers: 2, delays: [1, 0] }, async (pool) => {
    const run = pool.run({
      ranges: fixture.ranges(RECORDS, 20),
      queries: [{ query: ROWS, batchId: 0 }],
      onRows: () => Promise.reject(new Error("the disk is full")),
      onPartials: () => {},
    });
    await rejects(run, /the disk is full/);
  });
});

/** Over what a batch may fail, and the error. */
const FAILURES = [
  { of: "rows", error: /the disk is full/ },
  { of: "groups", error: /too many groups/ },
] as const;

for (const { of, error } of FAILURES) {
  Deno.test(`A pool that has failed over ${of} fails each later batch with that error, also one that waits for its turn`, async () => {
    await using fixture = await PoolFixture.open(RECORDS);
    await fc.assert(
      fc.asyncProperty(fc.record(circumstances), async ({ rangeSize, ...how }) => {
        await withDeaths(fixture, [], how, async (pool) => {
          const failing = pool.run({
            ranges: fixture.ranges(RECORDS, rangeSize),
            queries: [{ query: ROWS, batchId: 0 }, { query: COUNTS, batchId: 0 }],
            onRows: () => of === "rows" ? Promise.reject(new Error("the disk is full")) : Promise.resolve(),
            onPartials: () => {
              if (of === "groups") throw new Error("too many groups");
            },
          });
          const another = runBatch(pool, { fixture, batchId: 7, rangeSize, count: RECORDS });
          await Promise.all([rejects(failing, error), rejects(another, error)]);
          await rejects(runBatch(pool, { fixture, batchId: 8, rangeSize, count: RECORDS }), error);
        });
      }),
      { ...LIMITS, numRuns: 50 },
    );
  });
}

/** A real thread, watched: it is ended after some messages, and the chunks that nobody has taken are counted. */
class WatchedThread implements WorkerThread {
  readonly #thread = spawnWorker();
  readonly #messagesMax: number;
  #received = 0;
  #untaken = 0;
  #full = Promise.withResolvers<void>();
  untakenMost = 0;

  constructor(messagesMax: number) {
    this.#messagesMax = messagesMax;
  }

  /** Resolves once as many chunks wait as may. */
  get full(): Promise<void> {
    return this.#full.promise;
  }

  on(event: "message" | "error" | "exit", listener: (value: never) => void): void {
    if (event !== "message") return void this.#thread.on(event as "exit", listener as () => void);
    this.#thread.on("message", (message) => {
      if (this.#received === this.#messagesMax) return;
      if (message.type === "rows") this.untakenMost = Math.max(this.untakenMost, ++this.#untaken);
      if (this.#untaken === CHUNKS_IN_FLIGHT_MAX) this.#full.resolve();
      if (++this.#received === this.#messagesMax) void this.#thread.terminate();
      listener(message as never);
    });
  }

  postMessage(message: Parameters<WorkerThread["postMessage"]>[0]): void {
    if (message.type === "taken" && message.what === "chunk") this.#untaken--;
    this.#thread.postMessage(message);
  }

  terminate(): Promise<unknown> {
    return this.#thread.terminate();
  }
}

const MANY = 120_000;

Deno.test("A real thread gives a bounded number of chunks that nobody has taken", async () => {
  await using fixture = await PoolFixture.open(MANY);
  const run = async (thread: WatchedThread, onRows: () => Promise<void>) => {
    const pool = WorkerPool.start(fixture.setup, { count: 1, spawn: () => thread });
    const ranges = fixture.ranges(MANY, MANY);
    try {
      const { counts } = await pool.run({
        ranges,
        queries: [{ query: ROWS, batchId: 0 }],
        onRows,
        onPartials: () => {},
      });
      equal(counts.records, MANY);
    } finally {
      await pool.close();
    }
  };
  const held = new WatchedThread(Infinity);
  // What another thread does from start to end meanwhile, this one would do too, if nothing held it back.
  const another = held.full.then(() => run(new WatchedThread(Infinity), () => Promise.resolve()));
  await run(held, () => another);
  equal(held.untakenMost, CHUNKS_IN_FLIGHT_MAX);
});

Deno.test("The deaths of real threads cost no row and double none", async () => {
  await using fixture = await PoolFixture.open(MANY);
  const threads: WatchedThread[] = [];
  const deathPoints = [2, 20];
  const spawn = () => {
    const thread = new WatchedThread(deathPoints[threads.length] ?? Infinity);
    threads.push(thread);
    return thread;
  };
  const pool = WorkerPool.start(fixture.setup, { count: 1, spawn });
  try {
    requireWhole(await runBatch(pool, { fixture, batchId: 0, rangeSize: MANY, count: MANY }), MANY);
    equal(threads.length, 3);
  } finally {
    await pool.close();
  }
});

Deno.test("A worker is asked for its groups together with its last task", async () => {
  await using fixture = await PoolFixture.open(RECORDS);
  const sent: string[] = [];
  const spawn = () => new RecordedWorker(spawnWorker(), sent);
  const pool = WorkerPool.start(fixture.setup, { count: 1, spawn });
  try {
    requireWhole(await runBatch(pool, { fixture, batchId: 0, rangeSize: 20, count: RECORDS }), RECORDS);
    const lastTask = sent.lastIndexOf("task");
    equal(sent[lastTask + 1], "flush");
    equal(sent.filter((type) => type === "flush").length, 1);
    equal(sent.filter((type) => type === "from flushed").length, 1);
  } finally {
    await pool.close();
  }
});
