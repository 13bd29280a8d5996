/** `analyze --ui`: the dashboard of the program itself, with the permissions that it has. */
import { deepEqual, equal, match, ok } from "assert";
import { requestText, sendRaw } from "../support/raw_http.ts";
import { EventReader } from "../support/server_sent_events.ts";
import { AnswerChecks, type OpenApi } from "../support/openapi.ts";
import { type RunningProgram, start } from "../support/program.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { whenTrue } from "../support/when_true.ts";

const TOKEN = "a-token-of-a-test";

/** Where a program says that its dashboard is. */
async function dashboardOf(
  program: RunningProgram,
): Promise<{ readonly url: string; readonly port: number }> {
  const found = () => /^Dashboard at (http:\/\/\S+:(\d+))/m.exec(program.stderr);
  await program.until(() => found() !== null);
  const [, url, port] = found()!;
  return { url: url!, port: Number(port) };
}

/** Ends a program that a failed test has left running. */
async function endNow(program: RunningProgram): Promise<void> {
  try {
    program.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
  await program.ended();
}

async function getJson<T>(url: string): Promise<T> {
  return await (await fetch(url)).json() as T;
}

interface Query {
  readonly name: string;
  readonly isRunning: boolean;
  readonly batchId: number;
  readonly totals: { readonly inputRecords: number };
}

Deno.test("The dashboard serves what a running analysis is, as described, and ends with it", async (t) => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "500"], options);
  const program = start(
    ["analyze", "--ui", "--ui-port", "0", "--trigger", "200ms", "--sink", "none", "--workers", "1"],
    options,
  );
  try {
    const { url } = await dashboardOf(program);
    const api = await getJson<OpenApi>(`${url}/openapi.json`);
    const checks = await AnswerChecks.of(api);
    await whenTrue(async () => (await fetch(`${url}/readyz`)).status === 200);
    await t.step("Each answer about a query that runs is as described", async () => {
      for (const path of Object.keys(api.paths).filter((path) => path !== "/api/events")) {
        for (const name of ["by_type", "with_disposition"]) {
          const answer = await fetch(`${url}${path.replace("{name}", name).replace("{file}", "index.html")}`);
          const body = await answer.text();
          if (api.paths[path]!["get"] === undefined) continue;
          equal(checks.problem(path, { method: "get", answer, body }), undefined, `${path}: ${body}`);
          equal(answer.status, 200, path);
        }
      }
    });
    await t.step("Counts are those of the topic", async () => {
      const queries = await getJson<Query[]>(`${url}/api/queries`);
      deepEqual(queries.map(({ name, totals }) => [name, totals.inputRecords]), [
        ["by_type", 500],
        ["with_disposition", 500],
        ["by_type_and_hour", 500],
        ["by_hour_and_weekday", 500],
        ["by_disposition", 500],
      ]);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      match(metrics, /^sfcrime_input_records_total\{query="by_type"\} 500$/m);
      match(
        metrics,
        /^sfcrime_partition_end_offset\{query="by_type",topic="sf-police-calls",partition="0"\} \d+$/m,
      );
    });
    await t.step(
      "The rows are those that the query has, in SQL's order and under its condition",
      async () => {
        interface Rows {
          readonly batchId: number;
          readonly total: number;
          readonly rows: readonly (readonly [string | null, number])[];
        }
        const all = await getJson<Rows>(`${url}/api/queries/by_type/rows?limit=10000`);
        equal(all.rows.reduce((sum, [, count]) => sum + count, 0), 500);
        const search = new URLSearchParams({
          where: "count >= 10",
          order: "count, original_crime_type_name",
          limit: "3",
        });
        const some = await getJson<Rows>(`${url}/api/queries/by_type/rows?${search}`);
        const naive = all.rows.filter(([, count]) => count >= 10)
          .toSorted(([type, count], [other, more]) => count - more || (type! < other! ? -1 : 1));
        equal(some.total, naive.length);
        deepEqual(some.rows, naive.slice(0, 3));
        const csv = await fetch(`${url}/api/queries/by_type/rows?${search}&format=csv`);
        equal(csv.headers.get("content-disposition"), "attachment; filename*=UTF-8''by_type.csv");
        const lines = naive.slice(0, 3).map(([type, count]) => `${type},${count}\n`);
        equal(await csv.text(), `original_crime_type_name,count\n${lines.join("")}`);
        const wrong = await fetch(`${url}/api/queries/by_type/rows?where=missing`);
        equal(wrong.status, 400);
        match((await wrong.json()).error.message, /missing/);
      },
    );
    await t.step("A query is not stopped without a token", async () => {
      equal((await fetch(`${url}/api/queries/by_type/stop`, { method: "POST" })).status, 403);
    });
    await t.step("A batch reaches a page while it runs", async () => {
      await using page = await EventReader.connect(url);
      equal((await page.next()).event, "reset");
      await succeedInProcess(["produce", "--limit", "7"], options);
      let records = 0;
      while (records < 35) {
        const { event, data } = await page.next();
        if (event === "batch") records += (data as { point: { inputRows: number } }).point.inputRows;
      }
      equal(records, 35);
    });
    program.kill("SIGINT");
    equal((await program.ended()).code, 0);
    await fetch(`${url}/healthz`).then(() => ok(false, "It still answers"), () => {});
  } finally {
    await endNow(program);
  }
});

Deno.test("If the port is in use, the next one is taken, and that is said", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "1"], options);
  const args = ["analyze", "by_type", "--trigger", "once", "--sink", "none", "--ui", "--workers", "1"];
  const used = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const { port } = used.addr;
    const { stderr } = await succeedInProcess([...args, "--ui-port", String(port)], options);
    match(stderr, new RegExp(`^Dashboard at http://127\\.0\\.0\\.1:\\d+ \\(port ${port} is in use\\)$`, "m"));
  } finally {
    used.close();
  }
});

Deno.test("An address that other machines reach is refused without a token, together with all else that is wrong", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await directory.write(
    "app.cfg",
    "[ui]\nenabled = true\nhost = 0.0.0.0\n[query.a]\nsql = SELECT x FROM calls\n",
  );
  for (const args of [["analyze"], ["config", "check"]]) {
    const { code, stderr } = await runInProcess(args, options);
    equal(code, 2);
    match(stderr, /^sfcrime: app\.cfg:3: other machines could reach the dashboard at 0\.0\.0\.0\.$/m);
    match(stderr, /Set \[ui\] token or token_file, or leave \[ui\] host at 127\.0\.0\.1\./);
    match(stderr, /Query a, /);
  }
});

Deno.test("With a token, other addresses are served, and queries stopped, for those who have it; it is printed nowhere", async () => {
  await using directory = await tempDir();
  const env = { SFCRIME_UI_TOKEN: TOKEN, SFCRIME_UI_HOST: "0.0.0.0" };
  const options = { cwd: directory.path, env };
  await succeedInProcess(["produce", "--limit", "1"], options);
  const args = ["analyze", "by_type", "--sink", "none", "--ui", "--ui-port", "0", "--workers", "1"];
  const program = start([...args, "--log-level", "debug"], options);
  try {
    const { port } = await dashboardOf(program);
    const status = async (headers: Record<string, string>) =>
      (await sendRaw(port, requestText("/api/queries", { headers }))).status;
    equal(await status({}), 401);
    equal(await status({ authorization: `Bearer ${TOKEN}` }), 200);
    const stop = requestText("/api/queries/by_type/stop", {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    const tokenless = requestText("/api/queries/by_type/stop", { method: "POST" });
    equal((await sendRaw(port, tokenless)).status, 401);
    await whenTrue(async () => (await sendRaw(port, requestText("/readyz"))).status === 200);
    equal((await sendRaw(port, stop)).status, 200);
    // It was the only query.
    const { code, stdout, stderr } = await program.ended();
    equal(code, 0);
    ok(!`${stdout}${stderr}`.includes(TOKEN));
  } finally {
    await endNow(program);
  }
});
