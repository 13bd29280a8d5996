import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { start } from "../support/program.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { checkByType, jsonLines } from "./answers.ts";

const ANALYZE = ["analyze", "by_type", "--sink", "ndjson", "--checkpoint", "kept"];

Deno.test("state shows the state of a running query, and a copy of its checkpoint resumes", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce"], options);
  const running = start([...ANALYZE, "--trigger", "200ms"], options);
  await running.until(({ stderr }) => /batch 0: 6,802 records/.test(stderr));

  const list = await succeedInProcess(["state", "list", "--checkpoint", "kept"], options);
  match(list.stdout, /^by_type {2}batch 0, 415 keys, offset 6802 of sf-police-calls-0 {2}kept\/by_type\n$/);
  const shown = await succeedInProcess(["state", "show", "by_type", "--checkpoint", "kept"], options);
  checkByType(
    jsonLines(shown.stdout).map(({ key, value }) => ({
      original_crime_type_name: (key as string[])[0]!,
      count: (value as number[])[0]!,
    })).sort((left, right) => right.count - left.count),
  );
  await succeedInProcess(
    ["state", "export", "by_type", join("copy", "by_type"), "--checkpoint", "kept"],
    options,
  );

  const second = await runInProcess([...ANALYZE, "--trigger", "available-now"], options);
  equal(second.code, 1, "two processes must not write to one checkpoint");
  match(
    second.stderr,
    new RegExp(
      `Another process is using the checkpoint kept/by_type: process ${running.pid} on ${Deno.hostname()} since \\d{4}-[\\d :-]+ UTC\\.`,
    ),
  );
  running.kill("SIGINT");
  equal((await running.ended()).code, 0);

  await succeedInProcess(["produce", "--limit", "100"], options);
  const outcomes: string[][] = [];
  for (const kept of ["kept", "copy"]) {
    const goesOn = ["analyze", "by_type", "--sink", "ndjson", "--checkpoint", kept];
    const { stdout, stderr } = await succeedInProcess([...goesOn, "--trigger", "available-now"], options);
    match(stderr, /by_type batch 1: 100 records/);
    outcomes.push(stdout.split("\n").sort());
  }
  deepEqual(outcomes[0], outcomes[1]);
});

Deno.test("A copy that was made between two of many batches goes on to the same answer as the query itself", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce"], options);
  const batches = ["--trigger", "100ms", "--max-offsets-per-trigger", "50"];
  const running = start([...ANALYZE, ...batches], options);
  await running.until(({ stderr }) => /batch 3: 50 records/.test(stderr));
  await succeedInProcess(
    ["state", "export", "by_type", join("copy", "by_type"), "--checkpoint", "kept"],
    options,
  );
  running.kill("SIGKILL");
  await running.ended();
  for (const kept of ["copy", "kept"]) {
    const goesOn = [
      "analyze",
      "by_type",
      "--sink",
      "ndjson",
      "--checkpoint",
      kept,
      "--trigger",
      "available-now",
    ];
    const { stdout, stderr } = await succeedInProcess(goesOn, options);
    const first = Number(/by_type batch (\d+): /.exec(stderr)![1]);
    ok(first >= 4 && first < 6_802 / 50, `it goes on from batch ${first}`);
    const rows = jsonLines(stdout);
    // A batch that the copy, or the kill, has found under way is run again, and prints its rows as well.
    checkByType(
      rows.slice(
        rows.findLastIndex((row, index) =>
          index === 0 || Number(row["count"]) > Number(rows[index - 1]!["count"])
        ),
      ),
    );
  }
});

Deno.test("A checkpoint tells how far its query is behind, and is deleted when no query holds it", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "10"], options);
  const running = start([...ANALYZE, "--trigger", "200ms"], options);
  await running.until(({ stderr }) => /batch 0: 10 records/.test(stderr));
  const state = (...args: string[]) => runInProcess(["state", ...args, "--checkpoint", "kept"], options);
  const held = await state("delete", "by_type", "--yes");
  equal(held.code, 1);
  match(held.stderr, /Another process is using the checkpoint kept\/by_type/);
  running.kill("SIGINT");
  equal((await running.ended()).code, 0);

  await succeedInProcess(["produce", "--limit", "3"], options);
  deepEqual(jsonLines((await state("lag", "by_type", "--json")).stdout), [
    { topic: "sf-police-calls", partition: 0, committed: 10, end: 13, lag: 3 },
  ]);
  match(
    (await state("lag", "by_type")).stderr,
    /The query of kept\/by_type is 3 offsets behind in 1 partition/,
  );
  const [listed] = jsonLines((await state("list", "--json")).stdout);
  deepEqual([listed!["query"], listed!["batch"], listed!["offsets"]], [
    "by_type",
    0,
    { "sf-police-calls": { "0": 10 } },
  ]);
  const unconfirmed = await state("delete", "by_type");
  equal(unconfirmed.code, 2);
  match(unconfirmed.stderr, /Deleting a checkpoint has to be confirmed.*\n {2}Add --yes\./);
  equal((await state("delete", "by_type", "--yes")).code, 0);
  equal((await state("list")).stdout, "");
  const again = await succeedInProcess([...ANALYZE, "--trigger", "available-now"], options);
  match(again.stderr, /by_type batch 0: 13 records/);
});

Deno.test("A checkpoint that is not there is an error with the names that are", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "10"], options);
  await succeedInProcess([...ANALYZE, "--trigger", "once"], options);
  const { code, stderr } = await runInProcess(["state", "show", "by_typ", "--checkpoint", "kept"], options);
  equal(code, 2);
  match(stderr, /There is no checkpoint for query by_typ\.\n {2}Did you mean by_type\?/);
});

Deno.test("A query whose state means something else than its checkpoint's is refused, until the user accepts it", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "10"], options);
  const query = (sql: string) => [...ANALYZE, "-X", `query.by_type.sql=${sql}`, "--trigger", "once"];
  const byCity = (where = "") =>
    query(`SELECT city AS place, count(*) AS n FROM calls ${where} GROUP BY city`);
  const byState = query("SELECT state AS place, count(*) AS n FROM calls GROUP BY state");
  await succeedInProcess(byCity(), options);

  const filtered = await succeedInProcess(byCity("WHERE state = 'CA'"), options);
  match(
    filtered.stderr,
    /by_type has changed since its last batch: filters: was \(none\), is now \(state = 'CA'\)\./,
  );
  const { code, stdout, stderr } = await runInProcess(byState, options);
  deepEqual([code, stdout], [2, ""]);
  match(stderr, /Query by_type has changed and cannot resume from its checkpoint kept\/by_type/);
  match(stderr, /\n {2}group keys\n {4}was: city\n {4}now: state\n.*--accept-changed-query/);

  const accepted = await succeedInProcess([...byState, "--accept-changed-query"], options);
  match(
    accepted.stderr,
    /by_type has changed .* resumes anyway \(--accept-changed-query\): group keys: was city, is now state/,
  );
  const again = await succeedInProcess(byState, options);
  equal(again.stderr.includes("has changed"), false);
});

Deno.test("A checkpoint wins over starting offsets; limits and sinks may change between runs, topics may not", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "10"], options);
  const again = async (...words: string[]) => {
    const { stderr } = await succeedInProcess([
      "analyze",
      "by_type",
      "--checkpoint",
      "kept",
      "--trigger",
      "once",
      ...words,
    ], options);
    return [...stderr.matchAll(/by_type batch (\d+): (\d+) record/g)].map((
      [, batch, records],
    ) => [batch, records]);
  };
  deepEqual(await again("--sink", "none"), [["0", "10"]]);
  await succeedInProcess(["produce", "--limit", "4"], options);
  const limit = ["--trigger", "available-now", "--max-offsets-per-trigger", "3"];
  deepEqual(await again("--sink", "ndjson", "--starting-offsets", "latest", ...limit), [["1", "3"], [
    "2",
    "1",
  ]]);
  await succeedInProcess(["produce", "--topic", "other", "--input", "sample", "--limit", "1"], options);
  const { code, stderr } = await runInProcess([...ANALYZE, "--trigger", "once", "--topic", "other"], options);
  equal(code, 2);
  match(stderr, /Subscribe\[sf-police-calls\]\n[^]*Subscribe\[other\]/);
});
