/** `ui`: what a checkpoint holds of a query that is not running, against what its run wrote of itself. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
import type { HistorySnapshot } from "../../lib/monitoring/history/history_snapshot.ts";
import type { QueryView } from "../../lib/monitoring/view/query_view.ts";
import { type RunningProgram, start } from "../support/program.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";

/** Where a program says that its dashboard is. */
async function urlOf(program: RunningProgram): Promise<string> {
  const found = () => /^Dashboard at (\S+)/m.exec(program.stderr)?.[1];
  await program.until(() => found() !== undefined);
  return found()!;
}

async function getJson<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  equal(answer.status, 200, url);
  return await answer.json() as T;
}

Deno.test("ui shows the queries of checkpoints as their runs have reported them", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "500"], options);
  const analysis = [
    "analyze",
    "--trigger",
    "available-now",
    "--max-offsets-per-trigger",
    "100",
    "--workers",
    "1",
  ];
  await succeedInProcess([
    ...analysis,
    "--checkpoint",
    "kept",
    "--sink",
    "none",
    "--progress",
    "progress.json",
  ], options);
  const lines = (await Deno.readTextFile(join(directory.path, "progress.json"))).trim().split("\n")
    .map((line) => JSON.parse(line) as { name: string; numInputRows: number; batchId: number });

  const program = start(["ui", "--checkpoint", "kept", "--ui-port", "0"], options);
  try {
    const url = await urlOf(program);
    const queries = await getJson<QueryView[]>(`${url}/api/queries`);
    deepEqual(queries.map(({ name }) => name), ["by_type", "with_disposition"]);
    for (const { name, isRunning, totals, columns, batchId, plan } of queries) {
      const own = lines.filter((line) => line.name === name);
      deepEqual(await getJson(`${url}/api/queries/${name}/progress`), own);
      const { batches } = await getJson<HistorySnapshot>(`${url}/api/queries/${name}/history`);
      deepEqual(
        batches.map(({ batchId, inputRows }) => ({ batchId, inputRows })),
        own.map(({ batchId, numInputRows }) => ({ batchId, inputRows: numInputRows })),
      );
      deepEqual([isRunning, totals.inputRecords, batchId], [false, 500, own.at(-1)!.batchId]);
      deepEqual(
        [plan!.nodes[0]!.name, plan!.nodes.at(-1)!.name],
        ["Stream: calls", "Sink: none"],
      );
      equal(columns[0]!.name, name === "by_type" ? "original_crime_type_name" : "call_date_time");
    }
  } finally {
    program.kill("SIGINT");
  }
  equal((await program.ended()).code, 0);
});

Deno.test("ui without a checkpoint, or with a query that has none, says so", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const none = await runInProcess(["ui", "--checkpoint", "nowhere"], options);
  equal(none.code, 2);
  match(none.stderr, /No checkpoints found in nowhere\./);
  await succeedInProcess(["produce", "--limit", "1"], options);
  await succeedInProcess(
    ["analyze", "by_type", "--trigger", "once", "--checkpoint", "kept", "--sink", "none", "--workers", "1"],
    options,
  );
  const unknown = await runInProcess(["ui", "by_tipe", "--checkpoint", "kept"], options);
  equal(unknown.code, 2);
  match(unknown.stderr, /There is no checkpoint for query by_tipe\.[^]*by_type/);
});
