/**
 * Queries that are changed between two runs on one checkpoint, and what a real Spark makes of the same changes. It
 * compares types only, and mixes old state with a new query wherever these agree; what it says in its documentation
 * is not allowed is refused here, unless the user accepts it.
 */
import { deepEqual, equal, ok } from "assert";
import { join } from "node:path";
import { analyze } from "../../lib/analyze/analyze.ts";
import type { AnalysisPlan } from "../../lib/plan/analysis_plan.ts";
import { identityOf } from "../../lib/analyze/query/query_identity.ts";
import { systemHost } from "../../lib/base/host.ts";
import { UTC } from "../../lib/base/time_zone.ts";
import type { Broker } from "../../lib/broker/broker.ts";
import { openEmbeddedBroker } from "../support/brokers.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { compareQueries } from "../../lib/checkpoint/identity.ts";
import { jsonRowWriter } from "../support/json_row_writer.ts";
import { RowsSink } from "../support/plan_run.ts";
import { planScenario, type Scenario, type ScenarioQuery } from "../support/stream_scenario.ts";
import { tempDir } from "../support/temp_dir.ts";
import { spawnWorker } from "../../lib/analyze/workers/worker_thread.ts";

interface Query {
  readonly sql: string;
  readonly mode?: "append" | "update" | "complete";
  readonly watermark?: string;
  readonly deduplicate?: string;
}

interface Case {
  readonly title: string;
  readonly then: Query;
  readonly now: Query;
  /** The parts for which the change is refused, and those that are told only. */
  readonly refused: readonly string[];
  readonly told: readonly string[];
  /** Whether the old state is of no use to the new query, whatever the user knows. */
  readonly useless?: boolean;
}

type Answer = { readonly rows: readonly string[] } | { readonly refused: string };

const read = async (name: string): Promise<unknown> =>
  JSON.parse(await Deno.readTextFile(new URL(`recovery/${name}.json`, import.meta.url)));
const { columns, before, after, cases } = await read("cases") as {
  readonly columns: string;
  readonly before: readonly unknown[];
  readonly after: readonly unknown[];
  readonly cases: readonly Case[];
};
const answers = await read("answers") as Readonly<Record<string, Answer>>;

/** The name of the query of a case. */
const nameOf = (title: string) => title.replaceAll(" ", "_");

/** The queries of all cases, as they were or as they are; their checkpoints are in the directory. */
async function plan(which: "then" | "now", directory: string, chosen = cases): Promise<AnalysisPlan> {
  const queries = chosen.map(({ title, [which]: { sql, mode = "update", ...settings } }) => {
    const query: ScenarioQuery = { sql, output_mode: mode, watermark: "none", ...settings };
    return [nameOf(title), query] as const;
  });
  const scenario: Scenario = {
    name: "recovery",
    trigger: "available-now",
    streams: { t: { columns } },
    queries: Object.fromEntries(queries),
    batches: [],
  };
  const more = { "analyze.checkpoint": directory, "analyze.workers": "1" };
  return await planScenario(scenario, directory, { more, acceptChangedQuery: true });
}

async function append(broker: Broker, rows: readonly unknown[]): Promise<void> {
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const values = rows.map((row) => new TextEncoder().encode(JSON.stringify(row)));
  const records = RecordsBuilder.of(values.map((value) => ({ key: null, value, timestampMs: 0 })));
  await appender.append("t", [{ partition: 0, records }]);
  await appender.close();
}

/** What each query gives in one run, its changes accepted. */
async function run(
  plan: AnalysisPlan,
  broker: Broker,
  directory: string,
): Promise<Map<string, string[]>> {
  const sinks = new Map(plan.queries.map(({ plan }) => [plan.name, new RowsSink()]));
  await analyze({
    broker,
    address: { kind: "embedded", path: join(directory, "broker.db") },
    plan,
    output: { write: () => Promise.resolve() },
    host: systemHost,
    spawn: spawnWorker,
    signal: new AbortController().signal,
    makeSink: ({ name }) => sinks.get(name)!,
  });
  return new Map(plan.queries.map(({ plan: { name, output } }) => {
    const write = jsonRowWriter(output, UTC);
    return [name, sinks.get(name)!.rows.map((row) => write(row, "")).sort()];
  }));
}

Deno.test("A changed query is rejected, or its change is logged, depending on what has changed", async () => {
  const [then, now] = [await plan("then", "."), await plan("now", ".")];
  for (const [index, { title, refused, told, useless = false }] of cases.entries()) {
    const [before, after] = [then, now].map(({ queries }) =>
      identityOf(queries[index]!, { description: "rows" })
    );
    const change = compareQueries({ kept: before!, now: after!, topics: ["t"], reads: () => true });
    const names = (parts: readonly { readonly name: string }[]) => parts.map(({ name }) => name).sort();
    deepEqual(names(change.refused), [...refused].sort(), title);
    deepEqual(names(change.allowed), [...told].sort(), title);
    equal(change.canBeAccepted, !useless, title);
    deepEqual(compareQueries({ kept: after!, now: after!, topics: [], reads: () => true }), {
      refused: [],
      canBeAccepted: true,
      allowed: [],
    }, title);
  }
});

Deno.test("A changed query that resumes returns the same rows as in Spark, which rejects none of these changes", async () => {
  const going = cases.filter(({ title, useless = false }) => {
    ok(useless || "rows" in answers[title]!, title);
    return !useless;
  });
  ok(going.length > 15);
  await using directory = await tempDir();
  const broker = openEmbeddedBroker(join(directory.path, "broker.db"));
  try {
    await broker.createTopic("t", { numPartitions: 1, replicationFactor: 1 });
    await append(broker, before);
    await run(await plan("then", directory.path, going), broker, directory.path);
    await append(broker, after);
    const given = await run(await plan("now", directory.path, going), broker, directory.path);
    for (const { title } of going) deepEqual({ rows: given.get(nameOf(title)) }, answers[title], title);
  } finally {
    await broker.close();
  }
});
