/** A query that starts after the last batch of another one's checkpoint, and what it cannot start after. */
import { deepEqual, equal, match, ok } from "assert";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { start } from "../support/program.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { jsonLines } from "./answers.ts";

const TOPIC = "sf-police-calls";
const IDS = [
  "-X",
  "query.ids.sql=SELECT crime_id FROM calls",
  "-X",
  "query.places.sql=SELECT city FROM calls",
];
const ONCE = ["--trigger", "available-now", "--sink", "ndjson"];
const analyze = (query: string, checkpoint: string, ...more: readonly string[]) => [
  ...["analyze", query, ...IDS, ...ONCE, "--checkpoint", checkpoint],
  ...more,
];
const after = (place: string) => ["--starting-offsets", `checkpoint:${place}`];

Deno.test("A query starts after the checkpoint of its name, or the one that is named, and its own wins", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const rows = async (args: readonly string[]) =>
    jsonLines((await succeedInProcess(args, options)).stdout).length;
  await succeedInProcess(["produce", "--limit", "30"], options);
  equal(await rows(analyze("ids", "old")), 30);
  await succeedInProcess(["produce", "--limit", "20"], options);
  equal(await rows(analyze("ids", "new", ...after("old"))), 20);
  equal(await rows(analyze("places", "new", ...after("old/ids"))), 20);

  await succeedInProcess(["produce", "--limit", "10"], options);
  equal(await rows(analyze("ids", "new", ...after("old"))), 10);
  await Deno.remove(join(directory.path, "old"), { recursive: true });
  equal(await rows(analyze("ids", "new", ...after("old"))), 0);
});

Deno.test("A query that was killed before its checkpoint had a byte begins, with and without another one", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "30"], options);
  await succeedInProcess(analyze("ids", "old"), options);
  await succeedInProcess(["produce", "--limit", "20"], options);
  for (const [name, flags, expected] of [["first", [], 50], ["second", after("old"), 20]] as const) {
    await Deno.mkdir(join(directory.path, name, "ids"), { recursive: true });
    await directory.write(join(name, "ids", "checkpoint.db"), "");
    const { stdout } = await succeedInProcess(analyze("ids", name, ...flags), options);
    equal(jsonLines(stdout).length, expected);
  }
});

Deno.test("state offsets prints what --starting-offsets takes", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "30"], options);
  await succeedInProcess(analyze("ids", "old"), options);
  await succeedInProcess(["produce", "--limit", "20"], options);
  const { stdout } = await succeedInProcess(["state", "offsets", "ids", "--checkpoint", "old"], options);
  equal(stdout, `{"${TOPIC}":{"0":30}}\n`);
  deepEqual((await succeedInProcess(["state", "offsets", "old/ids"], options)).stdout, stdout);
  const rest = await succeedInProcess(analyze("ids", "new", "--starting-offsets", stdout.trim()), options);
  equal(jsonLines(rest.stdout).length, 20);
  const { code, stderr } = await runInProcess(["state", "offsets", "id", "--checkpoint", "old"], options);
  equal(code, 2);
  match(stderr, /no checkpoint for query id\.\n {2}Did you mean ids\?/);
});

Deno.test("Offsets of several topics apply to the streams and queries that read them", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await directory.write(
    "app.cfg",
    `[stream.a]\ntopic = a\ncolumns = id STRING\n[stream.b]\ntopic = b\ncolumns = id STRING
[query.of_a]\nsql = SELECT id FROM a\n[query.of_b]\nsql = SELECT id FROM b
[query.of_both]\nsql = SELECT id FROM a UNION ALL SELECT id FROM b\n`,
  );
  await directory.write("ids.ndjson", '{"id":"1"}\n{"id":"2"}\n{"id":"3"}\n');
  for (const topic of ["a", "b"]) {
    await succeedInProcess(
      ["produce", "--topic", topic, "--input", "ids.ndjson", "--validate", "none"],
      options,
    );
  }
  const at = (offsets: string) => runInProcess(["analyze", ...ONCE, "--starting-offsets", offsets], options);
  const { stdout, stderr } = await at('{"a":{"0":1},"b":{"0":2}}');
  const idsOf = (query: string) =>
    jsonLines(stdout).filter((row) => row["query"] === query).map((row) => row["id"]).toSorted();
  deepEqual([idsOf("of_a"), idsOf("of_b"), idsOf("of_both")], [["2", "3"], ["3"], ["2", "3", "3"]], stderr);
  const other = await at('{"a":{"0":1},"c":{"0":2}}');
  equal(other.code, 2);
  match(
    other.stderr,
    /starting_offsets lists topic c, which is not read\.\n {2}Topics that are read: a, b\./,
  );
});

Deno.test("A topic that was created again since the last batch is a loss, as when the query itself resumes", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "5"], options);
  await succeedInProcess(analyze("ids", "old"), options);
  await succeedInProcess(["topic", "delete", TOPIC, "--yes"], options);
  await succeedInProcess(["produce", "--limit", "9"], options);
  const resumed = await runInProcess(analyze("ids", "old"), options);
  const moved = await runInProcess(analyze("ids", "new", ...after("old")), options);
  match(moved.stderr, /was deleted and created again/);
  equal(moved.code, 1);
  const lossIn = ({ stderr }: { readonly stderr: string }) => /^sfcrime: .*/m.exec(stderr)?.[0];
  equal(lossIn(moved), lossIn(resumed));
  const tolerant = analyze("ids", "new", ...after("old"), "--fail-on-data-loss", "false");
  equal(jsonLines((await succeedInProcess(tolerant, options)).stdout).length, 9);
});

Deno.test("What a query cannot start after is said before it starts", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const refused = async (place: string, message: RegExp, query = "ids") => {
    const { code, stderr, stdout } = await runInProcess(analyze(query, "new", ...after(place)), options);
    ok(code !== 0 && stdout === "");
    match(stderr, message);
  };
  await succeedInProcess(["produce", "--limit", "5"], options);
  await succeedInProcess(analyze("ids", "old"), options);
  await refused("nowhere", /--starting-offsets: there is no checkpoint of ids in nowhere\./);
  await refused("old", /there is no checkpoint of places in old\./, "places");
  await refused(
    "hdfs://namenode/old",
    /this host does not see hdfs:.*\n.*Copy the folders offsets and commits/,
  );
  await directory.write("file", "");
  await refused("file", /there is no checkpoint of ids in file\./);

  const running = start(analyze("ids", "busy", "--trigger", "1s"), options);
  await running.until(({ stdout }) => stdout.split("\n").length > 5);
  await refused(
    "busy",
    /Another process is using the checkpoint busy\/ids: process \d+ on .+ UTC\.\n {2}Stop that process first/,
  );
  running.kill("SIGINT");
  equal((await running.ended()).code, 0);

  const others = ["--topic", "others"];
  await succeedInProcess(["produce", "--limit", "5", "--input", "sample", ...others], options);
  await succeedInProcess(analyze("ids", "others", ...others), options);
  await refused("others", /others\/ids has offsets of topic others, which ids does not read/);

  const database = new DatabaseSync(join(directory.path, "old", "ids", "checkpoint.db"));
  database.exec("UPDATE batches SET committed_ms = NULL");
  database.close();
  await refused("old", /No batch in the checkpoint old\/ids was committed.*\n.*--starting-offsets earliest/);
  await Deno.writeTextFile(join(directory.path, "old", "ids", "checkpoint.db"), "damaged");
  await refused("old", /File old\/ids\/checkpoint\.db is not a SQLite database/);
});

Deno.test("A batch that was begun, but not committed, is read again, with a warning", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  for (let batch = 0; batch < 2; batch++) {
    await succeedInProcess(["produce", "--limit", "10"], options);
    await succeedInProcess(analyze("ids", "old"), options);
  }
  const database = new DatabaseSync(join(directory.path, "old", "ids", "checkpoint.db"));
  database.exec("UPDATE batches SET committed_ms = NULL WHERE batch = 1");
  database.close();
  const { stdout, stderr } = await succeedInProcess(analyze("ids", "new", ...after("old")), options);
  equal(jsonLines(stdout).length, 10);
  match(stderr, /Batch 1 in old\/ids was begun, but not committed: ids reads its records again/);
});

Deno.test("A job for spark-submit starts after a checkpoint of the local engine, and not beside it", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "5"], options);
  await succeedInProcess(analyze("ids", "old"), options);
  const job = (checkpoint: string) =>
    runInProcess([
      ...["spark-job", "job", "ids", ...IDS, "-b", "kafka1:9092", "--sink", "json:rows"],
      ...["--checkpoint", checkpoint, ...after("old")],
    ], options);
  const refused = await job("old");
  equal(refused.code, 2);
  match(refused.stderr, /checkpoint of the local engine, which Spark cannot resume/);
  const { code, stderr } = await job("new");
  equal(code, 0, stderr);
  const plan = await Deno.readTextFile(join(directory.path, "job", "plan.json"));
  ok(plan.includes(JSON.stringify(JSON.stringify({ [TOPIC]: { "0": 5 } }))), plan);
});
