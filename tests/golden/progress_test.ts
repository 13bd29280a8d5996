import { deepEqual, equal } from "assert";
import { join } from "node:path";
import { analyze } from "../../lib/analyze/analyze.ts";
import { streamingQueryProgress } from "../../lib/monitoring/progress/streaming_query_progress.ts";
import { systemHost } from "../../lib/base/host.ts";
import { openEmbeddedBroker } from "../support/brokers.ts";
import { tempDir } from "../support/temp_dir.ts";
import { fillTopics } from "./progress/fill_topics.ts";
import { planProgress, type ProgressLines, SCENARIO } from "./progress/scenario.ts";
import { spawnWorker } from "../../lib/analyze/workers/worker_thread.ts";

const answers = JSON.parse(
  await Deno.readTextFile(new URL("progress/answers.json", import.meta.url)),
) as ProgressLines;

/** The lines of progress that this program writes. */
async function progressHere(): Promise<ProgressLines> {
  await using directory = await tempDir();
  const plan = await planProgress(directory.path);
  const path = join(directory.path, "broker.db");
  const broker = openEmbeddedBroker(path);
  const lines = new Map<string, string[]>(plan.queries.map(({ plan }) => [plan.name, []]));
  try {
    await fillTopics(broker);
    await analyze({
      broker,
      address: { kind: "embedded", path },
      plan,
      output: { write: () => Promise.resolve() },
      host: systemHost,
      spawn: spawnWorker,
      signal: new AbortController().signal,
      listener: {
        progress: (progress) => void lines.get(progress.query)!.push(streamingQueryProgress(progress)),
      },
    });
  } finally {
    await broker.close();
  }
  return Object.fromEntries(lines);
}

const MEASURED = [
  "batchDuration",
  ...[
    "addBatch",
    "commitOffsets",
    "getBatch",
    "latestOffset",
    "queryPlanning",
    "triggerExecution",
    "walCommit",
  ],
  ...["allUpdatesTimeMs", "allRemovalsTimeMs", "commitTimeMs", "memoryUsedBytes"],
];

/** A line, without what differs from run to run, and without the metrics of the store that keeps the state. */
function lasting(line: string): string {
  return line.replaceAll(": ", ":").replaceAll(", ", ",")
    .replaceAll(/"(id|runId)":"[0-9a-f-]{36}"/g, '"$1":"ID"')
    .replace(/"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/, '"timestamp":"TIME"')
    .replaceAll(new RegExp(`"(${MEASURED.join("|")})":\\d+([,}])`, "g"), '"$1":MEASURED$2')
    .replaceAll(/"processedRowsPerSecond":(?!0\.0\b)\d+\.\d+(E-?\d+)?/g, '"processedRowsPerSecond":RATE')
    .replaceAll(/"customMetrics":\{([^}]*)\}/g, (_all, metrics: string) => {
      const kept = metrics.split(",").filter((metric) => metric.startsWith('"numDroppedDuplicateRows"'));
      return `"customMetrics":{${kept}}`;
    })
    .replace(/"sink":\{"description":"[^"]+"/, '"sink":{"description":"SINK"');
}

Deno.test("A line of --progress has the fields of Spark's StreamingQueryProgress in their order, and its values", async (t) => {
  const here = await progressHere();
  deepEqual(Object.keys(answers).toSorted(), Object.keys(SCENARIO.queries).toSorted());
  for (const query of Object.keys(SCENARIO.queries)) {
    await t.step(query, () => {
      equal(here[query]!.map(lasting).join("\n"), answers[query]!.map(lasting).join("\n"));
    });
  }
});
