/** A single query of a run is stopped, and the others go on. */
import { deepEqual, equal, ok, rejects } from "assert";
import type { QueryStatus } from "../../../lib/monitoring/run_listener.ts";
import { RunningAnalysis } from "../../support/running_analysis.ts";

const SETTINGS = {
  "stream.t.topic": "t",
  "stream.t.columns": "id BIGINT",
  "stream.u.topic": "u",
  "stream.u.columns": "id BIGINT",
  "query.one.sql": "SELECT count(*) AS n FROM t",
  "query.one.output_mode": "complete",
  "query.one.checkpoint": "{dir}/one",
  "query.other.sql": "SELECT max(id) AS n FROM t",
  "query.other.output_mode": "complete",
  "query.elsewhere.sql": "SELECT id FROM u",
  "analyze.sink": "none",
};

const IDS = Array.from({ length: 20 }, (_, id) => ({ id }));

/** What is heard of queries that end. */
function ends() {
  const stopped: string[] = [];
  const statuses: QueryStatus[] = [];
  const whenStopped = new Map<string, () => void>();
  return {
    stopped,
    statuses,
    of: (query: string) => new Promise<void>((resolve) => whenStopped.set(query, resolve)),
    listener: {
      status: (change: QueryStatus) => void statuses.push(change),
      stopped: ({ query }: { readonly query: string }) => {
        stopped.push(query);
        whenStopped.get(query)?.();
      },
    },
  };
}

Deno.test("A query that is stopped is closed with its last batch, and those that share its batches go on", async () => {
  const heard = ends();
  await using running = await RunningAnalysis.start({
    topics: { t: 1, u: 1 },
    settings: SETTINGS,
    listener: heard.listener,
  });
  await running.append("t", IDS);
  await Promise.all([running.hasRead("one", 20), running.hasRead("other", 20)]);
  const closed = heard.of("one");
  running.query("one").stop!();
  await closed;
  await running.append("t", IDS);
  await running.hasRead("other", 40);
  const read = running.progress.filter(({ query }) => query === "one")
    .reduce((sum, { inputRecords }) => sum + inputRecords, 0);
  equal(read, 20);
  deepEqual(heard.stopped, ["one"]);
  deepEqual(heard.statuses.filter(({ query }) => query === "one").at(-1)!.status, {
    message: "Stopped",
    isDataAvailable: false,
    isTriggerActive: false,
  });
  await rejects(running.rows("one").read({ limit: 1 }), /Query one is not running any more/);
  deepEqual((await running.rows("other").read({ limit: 1 })).rows, [[19n]]);
  await running.end();
});

Deno.test("A query that is stopped in the middle of a batch commits that batch", async () => {
  const heard = ends();
  const { promise: inBatch, resolve: begun } = Promise.withResolvers<void>();
  const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>();
  await using running = await RunningAnalysis.start({
    topics: { t: 1, u: 1 },
    settings: SETTINGS,
    listener: {
      ...heard.listener,
      step: async ({ query, step }) => {
        if (query !== "one" || step !== 2) return;
        begun();
        await goesOn;
      },
    },
  });
  await inBatch;
  const closed = heard.of("one");
  running.query("one").stop!();
  equal(running.progress.some(({ query }) => query === "one"), false);
  goOn();
  await closed;
  deepEqual(running.progress.filter(({ query }) => query === "one").map(({ batchId }) => batchId), [0]);
});

Deno.test("A run whose queries are stopped one by one ends without an error, and waits for no trigger", async () => {
  const heard = ends();
  await using running = await RunningAnalysis.start({
    topics: { t: 1, u: 1 },
    settings: { ...SETTINGS, "analyze.trigger": "1h" },
    listener: heard.listener,
  });
  await running.append("u", IDS);
  for (const query of ["other", "one", "elsewhere"]) {
    running.query(query).stop!();
    running.query(query).stop!();
  }
  await running.ended;
  deepEqual(heard.stopped.toSorted(), ["elsewhere", "one", "other"]);
  ok(heard.statuses.slice(-3).every(({ status }) => status.message === "Stopped"));
});
