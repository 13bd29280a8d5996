import { deepEqual, doesNotMatch, equal, match, ok } from "assert";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";

Deno.test("config show says of each value where it came from, and hides secrets", async () => {
  await using directory = await tempDir();
  await directory.write("app.cfg", "[kafka]\ntopic = from-file\nsasl.password = swordfish\n");
  const { stdout, stderr } = await succeedInProcess(
    ["config", "show", "--topic", "from-flag", "--log-level", "debug"],
    {
      cwd: directory.path,
      env: { SFCRIME_ANALYZE_WORKERS: "3", SFCRIME_KAFKA_SSL_KEY_PASSWORD: "halibut", OTHER: "mackerel" },
    },
  );
  match(stdout, /^# app\.cfg\n/);
  match(stdout, /^# flag: --topic\ntopic = from-flag$/m);
  match(stdout, /^# environment: SFCRIME_ANALYZE_WORKERS\nworkers = 3$/m);
  match(stdout, /^# file: app\.cfg:3\nsasl\.password = \(hidden\)$/m);
  match(stdout, /^# default\nsink = console$/m);
  match(stdout, /^# bootstrap_servers is not set$/m);
  doesNotMatch(`${stdout}${stderr}`, /swordfish|halibut|mackerel/);
});

Deno.test("The file is that of --config, else config/app.cfg, else app.cfg; files are never layered", async () => {
  await using directory = await tempDir();
  const topicWith = async (...args: string[]) => {
    const { stdout } = await succeedInProcess(["config", "show", ...args], { cwd: directory.path });
    return /^topic = (.*)$/m.exec(stdout)?.[1];
  };
  equal(await topicWith(), "sf-police-calls");
  await directory.write("app.cfg", "[kafka]\ntopic = near\nclient_id = near\n");
  equal(await topicWith(), "near");
  await Deno.mkdir(`${directory.path}/config`);
  await directory.write("config/app.cfg", "[kafka]\ntopic = inner\n");
  equal(await topicWith(), "inner");
  const { stdout } = await succeedInProcess(["config", "show"], { cwd: directory.path });
  ok(!stdout.includes("near"));
  await directory.write("other.cfg", "[kafka]\ntopic = other\n");
  equal(await topicWith("--config", "other.cfg"), "other");
  equal(await topicWith("--config", ""), "inner");
});

Deno.test("config check finds what is wrong in any query, and says how many are good", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const good = await succeedInProcess(["config", "check"], options);
  equal(good.stdout, "");
  match(good.stderr, /5 queries$/m);
  await directory.write(
    "app.cfg",
    "[query.a]\nsql = SELECT city FROM calls\n[query.b]\nsql = SELECT ciy FROM calls\n",
  );
  const bad = await runInProcess(["config", "check"], options);
  equal(bad.code, 2);
  match(bad.stderr, /^sfcrime: Query b, line 1, column 8: .*ciy.*/m);
});

/** A file with an error of each kind, and the beginning of the line that names it. */
const WRONG: readonly (readonly [text: string, named?: string])[] = [
  ["[kafka]"],
  ["num_partitions = x", "{place}: [kafka] num_partitions = "],
  ["topc = a", "{place}: [kafka] has no key topc"],
  ["nonsense", "{place}: this line is not a section or a key."],
  ["topic = b", "{place}: duplicate key topic in this section."],
  ["[querry.z]", "{place}: [querry.z] is not a known section."],
  ["[stream.s]"],
  ["columns = id STRING, at TIMESTAMP"],
  ["[stream.t]"],
  [
    "columns = id STRIN, m VARIANT",
    "{place}: [stream.t] columns: column id: unknown data type STRIN.",
  ],
  ["[table.none]", "[table.none] has no columns."],
  ["path = none.json"],
  ["[query.a]"],
  ["sql = SELECT ip FROM s", "Query a, line 1, column 8: column ip cannot be resolved."],
  ["[query.b]"],
  ["sql = SELECT id FRM s", "Query b, line 1, column 15: syntax error at or near s."],
  ["[query.c]"],
  [
    "sql = SELECT id FROM s TABLESAMPLE (5 ROWS)",
    "Query c, line 1, column 18: TABLESAMPLE is not supported.",
  ],
  ["output_mode = all", "{place}: [query.c] output_mode = "],
  ["[query.d]"],
  ["sql = SELECT id FROM s"],
  ["sink = kafka:s", "{place}: query d would write to s, which it reads."],
  ["[query.e]"],
  ["sql_file = none.sql", "{place}: cannot read none.sql"],
];

Deno.test("config check and analyze name everything that is wrong at once: lines, keys, values, columns, queries, sinks", async () => {
  await using directory = await tempDir();
  const lines = WRONG.map(([text]) => text);
  lines.splice(1, 0, "topic = s");
  await directory.write("app.cfg", lines.join("\n"));
  const checked = await runInProcess(["config", "check"], { cwd: directory.path });
  const { code, stdout, stderr } = checked;
  equal(code, 2);
  equal(stdout, "");
  for (const args of [["analyze"], ["analyze", "--explain"]]) {
    deepEqual(await runInProcess(args, { cwd: directory.path }), checked);
  }
  const said = stderr.replace(/^sfcrime: /, "").split("\n");
  for (const [text, named] of WRONG) {
    const begin = named?.replace("{place}", `app.cfg:${lines.indexOf(text) + 1}`);
    if (begin !== undefined) equal(said.filter((line) => line.startsWith(begin)).length, 1, begin);
  }
  ok(said.some((line) => line.includes("column m: data type VARIANT is not supported.")), stderr);
});

Deno.test("What depends on a wrong setting is not reported: only the setting is, and what is wrong in any case", async () => {
  await using directory = await tempDir();
  await directory.write(
    "app.cfg",
    "[analyze]\nwatermrk = at 1 hour\n[stream.s]\ncolumns = id STRING, at TIMESTAMP\n" +
      "[query.a]\nsql = SELECT window(at, '1 hour'), count(*) FROM s GROUP BY 1\n" +
      "[query.b]\nsql = SELECT FROM s\n[query.c]\nsqll = SELECT id FROM s\n" +
      "[strem.t]\ncolumns = id STRING\n[query.d]\nsql = SELECT id FROM t\n",
  );
  const { code, stderr } = await runInProcess(["config", "check"], { cwd: directory.path });
  equal(code, 2);
  const said = stderr.replace(/^sfcrime: /, "").split("\n").filter((line) => /^\S/.test(line));
  deepEqual(said.map((line) => /^app\.cfg:\d+|^Query \w+/.exec(line)?.[0]), [
    "app.cfg:11",
    "app.cfg:2",
    "app.cfg:10",
    "Query b",
  ]);
});

Deno.test("analyze names every query that does not exist, and every query that is wrong", async () => {
  await using directory = await tempDir();
  const unknown = await runInProcess(["analyze", "one", "by_type", "two"], { cwd: directory.path });
  equal(unknown.code, 2);
  match(unknown.stderr, /^sfcrime: Query one does not exist\.\n.*\nQuery two does not exist\./);
  await directory.write(
    "app.cfg",
    "[query.a]\nsql = SELECT x FROM calls\n[query.b]\nsql = SELECT y FROM calls\n",
  );
  const wrong = await runInProcess(["analyze", "--log-format", "json"], { cwd: directory.path });
  equal(wrong.code, 2);
  const { code, message } = JSON.parse(wrong.stderr);
  equal(code, "SQL");
  match(message, /^Query a, [^]*\nQuery b, /);
});

Deno.test("An empty data directory or file in the environment counts as none", async () => {
  await using directory = await tempDir();
  const { stderr } = await succeedInProcess(["topic", "list"], {
    cwd: directory.path,
    env: { SFCRIME_DATA_DIR: "", SFCRIME_CONFIG: "", SFCRIME_KAFKA_BOOTSTRAP_SERVERS: "" },
  });
  match(stderr, /^Using the embedded broker, \.sfcrime\/broker\.db$/m);
});
