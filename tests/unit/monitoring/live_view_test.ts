/** What is shown of a run, against what its events tell; and what a restart finds of it. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { analyze } from "../../../lib/analyze/analyze.ts";
import { spawnWorker } from "../../../lib/analyze/workers/worker_thread.ts";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { systemHost } from "../../../lib/base/host.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";
import type { Broker } from "../../../lib/broker/broker.ts";
import type { BatchProgress } from "../../../lib/monitoring/progress/batch_progress.ts";
import { streamingQueryProgress } from "../../../lib/monitoring/progress/streaming_query_progress.ts";
import { listenerBus, type RunListener } from "../../../lib/monitoring/run_listener.ts";
import { RunRecord } from "../../../lib/monitoring/run_record.ts";
import { LiveView } from "../../../lib/monitoring/view/live_view.ts";
import type { QueryView } from "../../../lib/monitoring/view/query_view.ts";
import type { RunView } from "../../../lib/monitoring/view/run_view.ts";
import { StoredView } from "../../../lib/monitoring/view/stored_view.ts";
import { openEmbeddedBroker } from "../../support/brokers.ts";
import { planFrom } from "../../support/plan_from.ts";
import { type TempDir, tempDir } from "../../support/temp_dir.ts";

/** A record a minute; two that are late, and one that is not JSON. */
const MINUTES = [0, 1, 2, 3, 4, 5, 6, 1, 2];
const RECORDS = [...MINUTES.map((minute) => JSON.stringify({ at: minute * 60 })), "{"];

const SETTINGS = {
  "stream.t.topic": "t",
  "stream.t.columns": "at TIMESTAMP",
  "stream.t.watermark": "at 0 seconds",
  "query.windows.sql": "SELECT window(at, '1 minute') AS w, count(*) AS n FROM t GROUP BY 1",
  "query.windows.output_mode": "append",
  "query.all.sql": "SELECT at FROM t",
  "analyze.sink": "none",
  "analyze.trigger": "available-now",
  "analyze.max_offsets_per_trigger": "1",
  "analyze.workers": "1",
};

/** The options of a run. */
interface RunOptions {
  /** Gets the events after the view. */
  readonly listener?: (view: LiveView) => RunListener;
  readonly settings?: Readonly<Record<string, string>>;
  readonly lagRecordsMax?: number;
}

/** A directory with a topic that has some records. */
async function topicOf(records: readonly string[]): Promise<TempDir> {
  const directory = await tempDir();
  await using broker = disposable(openEmbeddedBroker(join(directory.path, "broker.db")));
  await broker.createTopic("t", { numPartitions: 1, replicationFactor: 1 });
  await append(broker, records);
  return directory;
}

async function append(broker: Broker, records: readonly string[]): Promise<void> {
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const values = records.map((text) => ({
    key: null,
    value: new TextEncoder().encode(text),
    timestampMs: 0,
  }));
  await appender.append("t", [{ partition: 0, records: RecordsBuilder.of(values) }]);
  await appender.close();
}

function disposable<T extends { close(): Promise<void> }>(closable: T): T & AsyncDisposable {
  return Object.assign(closable, { [Symbol.asyncDispose]: () => closable.close() });
}

/** Runs the queries over the topic to its end, and gives what is shown of that. */
async function run(directory: string, { listener, settings = {}, lagRecordsMax }: RunOptions = {}) {
  const path = join(directory, "broker.db");
  await using broker = disposable(openEmbeddedBroker(path));
  const plan = await planFrom({ ...SETTINGS, ...settings }, { names: ["windows", "all"] });
  const record = new RunRecord();
  const view = new LiveView({ plan, record, clock: systemHost, lagRecordsMax });
  const failure = await analyze({
    broker,
    address: { kind: "embedded", path },
    plan,
    output: { write: () => Promise.resolve() },
    host: systemHost,
    spawn: spawnWorker,
    signal: new AbortController().signal,
    listener: listenerBus([record, view, listener?.(view) ?? {}]),
  }).then(() => undefined, (error: unknown) => error);
  return { view, failure };
}

const sum = <T>(items: readonly T[], of: (item: T) => number) =>
  items.reduce((total, item) => total + of(item), 0);

Deno.test("In the event of a batch, the view has its figures already", async () => {
  await using directory = await topicOf(RECORDS);
  const seen: { readonly progress: BatchProgress; readonly query: QueryView }[] = [];
  const { view } = await run(directory.path, {
    listener: (view) => ({
      progress: (progress) => {
        const { sequence, point } = view.latest(progress.query)!;
        const query = view.query(progress.query)!;
        seen.push({ progress, query });
        equal(sequence, progress.batchId + 1);
        equal(point.batchId, progress.batchId);
        equal(point.atMs - point.triggeredAtMs, progress.durationMs);
        equal(query.batchId, progress.batchId);
        equal(query.totals.batches, sequence);
        equal(query.health, "running");
        deepEqual(query.workers.map(({ id }) => id), [0]);
        ok(query.workers.every(({ busyShare }) => busyShare >= 0 && busyShare <= 1));
        equal(query.plan!.nodes[0]!.name, "Stream: t");
        equal(query.plan!.nodes.at(-1)!.name, `Sink: ${query.sink}`);
        equal(query.lagRecords, sum(progress.sources, ({ to, latest }) => latest.t!["0"]! - to.t!["0"]!));
        deepEqual(query.partitions.map(({ start, end, lag }) => end - (start ?? 0) + lag), [
          RECORDS.length - (query.partitions[0]!.start ?? 0),
        ]);
      },
    }),
  });
  for (const { name, totals, sql, columns, health, isRunning, status, workers } of view.queries()) {
    deepEqual(workers, []);
    const { batches, sequence } = view.history(name)!;
    const own = seen.filter(({ progress }) => progress.query === name);
    deepEqual(batches.map(({ batchId }) => batchId), own.map(({ progress }) => progress.batchId));
    equal(sequence, own.length);
    equal(sum(batches, ({ inputRows }) => inputRows), RECORDS.length);
    equal(sum(batches, ({ malformed }) => malformed), 1);
    equal(sum(batches, ({ lateRows }) => lateRows), name === "windows" ? 2 : 0);
    equal(sum(batches, ({ outputRows }) => outputRows), totals.outputRows);
    deepEqual(batches.map(({ startsRun }) => startsRun), own.map((_, index) => index === 0));
    equal(sql, SETTINGS[`query.${name as "windows" | "all"}.sql`]);
    deepEqual(
      columns.at(-1),
      name === "windows" ? { name: "n", type: "BIGINT" } : { name: "at", type: "TIMESTAMP" },
    );
    deepEqual([health, isRunning, status.message], ["ended", false, "Stopped"]);
  }
  // The last window is still open: 6 minutes have been emitted.
  equal(sum(view.history("windows")!.batches, ({ outputRows }) => outputRows), 6);
  equal(view.history("windows")!.batches.at(-1)!.watermarkMs, 360_000);
});

Deno.test("A query is behind while its lag exceeds the limit", async () => {
  await using directory = await topicOf(RECORDS);
  const healths: string[] = [];
  await run(directory.path, {
    lagRecordsMax: 4,
    listener: (view) => ({
      started: () => void healths.push(view.query("all")!.health),
      progress: ({ query }) => void (query === "all" && healths.push(view.query("all")!.health)),
    }),
  });
  deepEqual(healths, [
    "starting",
    ...RECORDS.map((_, read) => RECORDS.length - read - 1 > 4 ? "behind" : "running"),
  ]);
});

Deno.test("A query that fails has its error in full, and one that ends because of it has none", async () => {
  await using directory = await topicOf([`{"at":0,"n":0}`]);
  // The other one waits for its trigger when the first one fails.
  const other = Promise.withResolvers<void>();
  const { view, failure } = await run(directory.path, {
    settings: {
      "stream.t.columns": "at TIMESTAMP, n INT",
      "query.windows.sql": "SELECT 1 / n AS q FROM t",
      "query.all.trigger": "1h",
    },
    listener: () => ({
      progress: () => other.resolve(),
      step: ({ query, step }) => query === "windows" && step === 1 ? other.promise : undefined,
    }),
  });
  ok(failure instanceof SfcrimeError);
  const { health, error, isRunning } = view.query("windows")!;
  deepEqual([health, isRunning], ["failed", false]);
  match(error!.message, /DIVIDE_BY_ZERO|divi/i);
  equal(error!.message, failure.message);
  equal(error!.code, failure.code);
  equal(error!.hint, failure.hint ?? null);
  ok(error!.text.includes(error!.message));
  const { health: otherHealth, error: none } = view.query("all")!;
  deepEqual([otherHealth, none], ["ended", null]);
});

Deno.test("An error that is no query's ends all of them with it", async () => {
  await using directory = await topicOf(RECORDS);
  const { view, failure } = await run(directory.path, {
    listener: () => ({
      started: () => {
        throw new Error("no place", { cause: new Error("disk gone") });
      },
    }),
  });
  ok(failure instanceof Error);
  for (const { health, error } of view.queries()) {
    equal(health, "failed");
    deepEqual(error, {
      code: "INTERNAL",
      message: "no place",
      hint: null,
      text: "no place\nCaused by: disk gone",
    });
  }
});

/** What a checkpoint directory has of the queries. */
function storedIn(checkpoints: string): QueryView[] {
  const stored = StoredView.open(["windows", "all"].map((name) => join(checkpoints, name)));
  try {
    return stored.queries();
  } finally {
    stored.close();
  }
}

Deno.test("A checkpoint has the error that ended its query, as the run has shown it, until the next run begins", async () => {
  await using directory = await topicOf([`{"at":0,"n":0}`]);
  const checkpoints = join(directory.path, "checkpoints");
  const settings = {
    "analyze.checkpoint": checkpoints,
    "stream.t.columns": "at TIMESTAMP, n INT",
    "query.windows.sql": "SELECT 1 / n AS q FROM t",
    "query.all.trigger": "1h",
  };
  const other = Promise.withResolvers<void>();
  const failing: RunListener = {
    progress: () => other.resolve(),
    step: ({ query, step }) => query === "windows" && step === 1 ? other.promise : undefined,
  };
  const { view, failure } = await run(directory.path, { settings, listener: () => failing });
  ok(failure instanceof SfcrimeError);
  const [failed, ended] = storedIn(checkpoints);
  for (const [kept, live] of [[failed!, view.query("windows")!], [ended!, view.query("all")!]] as const) {
    deepEqual([kept.health, kept.status.message], [live.health, live.status.message]);
    deepEqual(kept.error, live.error);
    deepEqual(kept.plan, live.plan);
  }
  deepEqual([failed!.health, failed!.error!.message, ended!.health], ["failed", failure.message, "ended"]);
  const { startedAtMs, endedAtMs } = view.query("windows")!;
  ok(failed!.endedAtMs! >= startedAtMs! && failed!.endedAtMs! <= endedAtMs!);
  equal(ended!.endedAtMs, null);

  // A program that does not know of errors logs a batch, and leaves the table as it is.
  const file = new DatabaseSync(join(checkpoints, "windows", "checkpoint.db"));
  file.exec("UPDATE batches SET logged_ms = logged_ms + 1");
  deepEqual([storedIn(checkpoints)[0]!.health, storedIn(checkpoints)[0]!.error], ["ended", null]);
  file.exec("UPDATE batches SET logged_ms = logged_ms - 1");
  deepEqual(storedIn(checkpoints)[0]!.error, failed!.error);
  file.close();

  const started = Promise.withResolvers<QueryView[]>();
  const again = { ...settings, "query.windows.sql": "SELECT n AS q FROM t", "query.all.trigger": "" };
  const next = await run(directory.path, {
    settings: again,
    listener: () => ({ started: () => started.resolve(storedIn(checkpoints)) }),
  });
  equal(next.failure, undefined);
  for (const { health, error } of [...await started.promise, ...storedIn(checkpoints)]) {
    deepEqual([health, error], ["ended", null]);
  }
});

Deno.test("An error before the first batch that is no query's is in all checkpoints", async () => {
  await using directory = await topicOf(RECORDS);
  const checkpoints = join(directory.path, "checkpoints");
  const { view } = await run(directory.path, {
    settings: { "analyze.checkpoint": checkpoints },
    listener: () => ({
      started: () => {
        throw new Error("no place", { cause: new Error("disk gone") });
      },
    }),
  });
  const kept = storedIn(checkpoints);
  equal(kept.length, 2);
  for (const { name, health, error, batchId } of kept) {
    deepEqual([health, batchId], ["failed", null]);
    deepEqual(error, view.query(name)!.error);
  }
});

Deno.test("A checkpoint from before errors and rows ahead of the clock were kept is shown without them", async () => {
  await using directory = await topicOf(RECORDS);
  const checkpoints = join(directory.path, "checkpoints");
  const settings = { "analyze.checkpoint": checkpoints, "analyze.max_event_time_ahead": "1h" };
  await using broker = disposable(openEmbeddedBroker(join(directory.path, "broker.db")));
  await append(broker, [JSON.stringify({ at: Math.floor(Date.now() / 1_000) + 86_400 })]);
  const { view } = await run(directory.path, { settings });
  for (const { name, totals } of storedIn(checkpoints)) {
    equal(totals.rowsAhead, 1, name);
    deepEqual(totals, view.query(name)!.totals);
  }
  for (const name of ["windows", "all"]) {
    const file = new DatabaseSync(join(checkpoints, name, "checkpoint.db"));
    file.exec(`
      DROP TABLE history_failure;
      UPDATE history SET point = json_remove(point, '$.rowsAhead');
    `);
    file.close();
  }
  for (const { name, totals, error } of storedIn(checkpoints)) {
    deepEqual(totals, { ...view.query(name)!.totals, rowsAhead: 0 });
    equal(error, null);
  }
});

for (const ends of ["ends", "is killed after its commit", "is killed before its commit"]) {
  Deno.test(`After a run that ${ends}, the history goes on with each committed batch, and a mark between the runs`, async () => {
    await using directory = await topicOf(RECORDS);
    const checkpoints = join(directory.path, "checkpoints");
    const aside = join(directory.path, "aside");
    const settings = { "analyze.checkpoint": checkpoints };
    const stopAt = RECORDS.length / 2;
    const told: BatchProgress[] = [];
    const note: RunListener = { progress: (progress) => void told.push(progress) };
    const step = ends === "is killed after its commit" ? 4 : 3;
    const kill: RunListener = {
      ...note,
      step: (done) => {
        if (ends === "ends" || done.query !== "all" || done.batchId !== stopAt || done.step !== step) return;
        // What is on the disk now is all that a process leaves that is killed.
        copyFiles(checkpoints, aside);
        throw new Error("killed");
      },
    };
    const first = await run(directory.path, { settings, listener: () => kill });
    equal(first.failure === undefined, ends === "ends");
    if (ends !== "ends") {
      await Deno.remove(checkpoints, { recursive: true });
      await Deno.rename(aside, checkpoints);
    } else {
      await using broker = disposable(openEmbeddedBroker(join(directory.path, "broker.db")));
      await append(broker, [`{"at":600}`]);
    }
    const records = RECORDS.length + (ends === "ends" ? 1 : 0);
    const second = await run(directory.path, { settings, listener: () => note });
    equal(second.failure, undefined);
    const stored = StoredView.open(["windows", "all"].map((name) => join(checkpoints, name)));
    using _ = { [Symbol.dispose]: () => stored.close() };
    for (const name of ["windows", "all"]) {
      const { batches, sequence } = second.view.history(name)!;
      // Whoever looks at the checkpoint afterwards sees the same.
      deepEqual(stored.history(name), second.view.history(name));
      deepEqual(stored.latest(name), second.view.latest(name));
      const linesOf = (view: RunView) => view.recentProgress(name).map(streamingQueryProgress);
      deepEqual(linesOf(stored).slice(-linesOf(second.view).length), linesOf(second.view));
      deepEqual(lastingOf(stored.query(name)!), lastingOf(second.view.query(name)!));
      const { totals } = stored.query(name)!;
      deepEqual([totals.batches, totals.inputRecords], [batches.length, records]);
      equal(sequence, batches.length);
      deepEqual(batches.map(({ batchId }) => batchId), [...batches.keys()]);
      equal(sum(batches, ({ inputRows }) => inputRows), records);
      equal(sum(batches, ({ malformed }) => malformed), 1);
      const starts = batches.filter(({ startsRun }) => startsRun).map(({ batchId }) => batchId);
      deepEqual(starts, [0, told.findLast(({ query, startsRun }) => query === name && startsRun)!.batchId]);
      // Those that were reported are as they were, down to the duration of the commit.
      for (const progress of told.filter(({ query }) => query === name)) {
        // The last commit before a kill was never reported.
        if (ends !== "ends" && Math.abs(progress.batchId - stopAt) <= 1) continue;
        const { durationMs, phases } = batches[progress.batchId]!;
        deepEqual({ durationMs, phases }, { durationMs: progress.durationMs, phases: progress.durations });
      }
    }
  });
}

/** What is the same whether a query runs or not. */
function lastingOf(view: QueryView): unknown {
  const { runId: _, trigger: _1, startedAtMs: _2, endedAtMs: _3, totals: _4, ...kept } = view;
  // Of one run only.
  const { workers: _5, lateSamples: _6, malformedSamples: _7, ...lasting } = kept;
  return lasting;
}

function copyFiles(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const { name, isDirectory } of [...Deno.readDirSync(from)]) {
    if (isDirectory) copyFiles(join(from, name), join(to, name));
    else if (!name.endsWith(".lock")) Deno.copyFileSync(join(from, name), join(to, name));
  }
}
