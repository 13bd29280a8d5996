/** Sinks that fail: the run ends with 1 and says which sink and why, and nothing is lost or comes twice. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sampleCalls } from "../support/calls.ts";
import { rowsOfFiles, rowsOfTable, runOrCrash } from "../support/crash.ts";
import { Workplace } from "../support/workplace.ts";

const CONFIG = `
[query.ids]
sql = SELECT crime_id FROM calls
[query.wide]
sql = SELECT crime_id, address FROM calls
[query.lengths]
sql = SELECT length(original_crime_type_name) AS letters, count(*) AS calls FROM calls
  GROUP BY original_crime_type_name
output_mode = update
[query.windows]
sql = SELECT window, count(*) AS calls FROM calls GROUP BY window(call_date_time, '1 hour')
watermark = call_date_time 1 hour
tombstones = true
`;
const IDS = sampleCalls().map(({ crime_id }) => crime_id!).sort();
const AVAILABLE_NOW = ["--config", "test.cfg", "--trigger", "available-now"];

async function prepare(): Promise<Workplace> {
  const place = new Workplace();
  await Deno.writeTextFile(join(place.directory, "test.cfg"), CONFIG);
  await place.succeedInProcess(["produce"]);
  return place;
}

Deno.test("A directory in which a file cannot take its place fails the query, which goes on once it can", async () => {
  await using place = await prepare();
  const out = join(place.directory, "out");
  const inTheWay = join(out, "part-1-0.json", "x");
  await Deno.mkdir(inTheWay, { recursive: true });
  const words = [
    "analyze",
    "ids",
    ...AVAILABLE_NOW,
    "--sink",
    "json:out",
    "--max-offsets-per-trigger",
    "3000",
  ];
  const { code, stdout, stderr } = await place.runInProcess(words);
  equal(code, 1);
  equal(stdout, "");
  match(
    stderr,
    /Query ids cannot write to its sink, the json files in out: Cannot write out\/part-1-0\.json: /,
  );
  match(stderr, /No data is lost: the batch runs again/);
  equal((await rowsOfFiles(out)).length, 3_000, "the first batch is there");
  await Deno.remove(inTheWay.slice(0, -2), { recursive: true });
  await place.succeedInProcess(words);
  deepEqual(
    (await rowsOfFiles(out)).map((row) =>
      (JSON.parse(row.slice(row.indexOf("{"))) as { crime_id: string }).crime_id
    ).sort(),
    IDS,
  );
});

Deno.test("A table that refuses a row fails the query, which goes on once it takes it", async () => {
  await using place = await prepare();
  const words = ["analyze", "ids", ...AVAILABLE_NOW, "--sink", "sqlite:out.db"];
  await place.succeedInProcess(words);
  const path = join(place.directory, "out.db");
  const database = new DatabaseSync(path);
  database.exec("CREATE TRIGGER full BEFORE INSERT ON ids BEGIN SELECT RAISE(ABORT, 'no more rows'); END");
  await place.succeedInProcess(["produce"]);
  const { code, stderr } = await place.runInProcess(words);
  equal(code, 1);
  match(
    stderr,
    /Query ids cannot write to its sink, the table ids in out\.db: .*out\.db failed: no more rows/,
  );
  equal(rowsOfTable(path, "ids").length, IDS.length);
  database.exec("DROP TRIGGER full");
  database.close();
  await place.succeedInProcess(words);
  const ids = rowsOfTable(path, "ids").map((row) => (JSON.parse(row) as { crime_id: string }).crime_id);
  deepEqual(ids.sort(), [...IDS, ...IDS].sort());
});

for (const sink of ["sqlite:out", "json:out", "csv:out"]) {
  Deno.test(`${sink}: without room the query fails, and it goes on once there is some`, async () => {
    await using place = await prepare();
    const words = ["analyze", "wide", ...AVAILABLE_NOW, "--sink", sink];
    // Files may have 150 KiB, which is enough for the checkpoint.
    const { code, stderr } = await place.bash(`trap '' XFSZ; ulimit -f 150; exec "$@"`, words);
    equal(code, 1);
    const name = sink.startsWith("sqlite")
      ? "the table wide in out"
      : `the ${sink.slice(0, -4)} files in out`;
    ok(stderr.includes(`Query wide cannot write to its sink, ${name}: `), stderr);
    match(stderr, /(File too large|disk I\/O error|No space left).*\n.*No data is lost/);
    await place.succeedInProcess(words);
    const out = join(place.directory, "out");
    const rows = sink.startsWith("sqlite") ? rowsOfTable(out, "wide") : await rowsOfFiles(out);
    equal(rows.length, IDS.length);
    for (const id of IDS.slice(0, 100)) equal(rows.filter((row) => row.includes(id)).length, 1, id);
  });
}

for (
  const [sink, name] of [["json:small/out", "the json files in"], ["sqlite:small/out", "the table wide in"]]
) {
  Deno.test({
    name: `${sink}: a full disk is told as the sink's, at its place, and nothing is lost`,
    // Only root may mount a file system of its own size.
    ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
    fn: async () => {
      await using place = await prepare();
      const words = ["analyze", "wide", ...AVAILABLE_NOW, "--sink", sink!];
      const script = `mkdir small && mount -t tmpfs -o size=200000 tmpfs small || exit 99
        "$@"; code=$?; umount small; exit $code`;
      const { code, stderr } = await place.bash(script, words);
      equal(code, 1, stderr);
      ok(
        stderr.includes(
          `Query wide cannot write to its sink, ${name} small/out: No space left on device: cannot write small/out`,
        ),
        stderr,
      );
      match(stderr, /\n {2}Free up some space and run the command again\. No data is lost/);
      equal(stderr.includes("--data-dir"), false);
    },
  });
}

Deno.test("A value that is too long for the name of a directory is told with a way out, which loses no row", async () => {
  await using place = new Workplace();
  // Each letter takes two bytes.
  const addresses = ["short", "ü".repeat(120), "ü".repeat(124), "last"];
  const calls = addresses.map((address, index) => JSON.stringify({ crime_id: String(index), address }));
  await Deno.writeTextFile(join(place.directory, "calls.ndjson"), calls.join("\n"));
  await place.succeedInProcess(["produce", "--input", "calls.ndjson"]);
  const query = (address: string) =>
    `[query.ids]\nsql = SELECT crime_id, ${address} FROM calls\npartition_by = address\n`;
  const words = ["analyze", "ids", ...AVAILABLE_NOW, "--sink", "json:out", "--max-offsets-per-trigger", "2"];
  await Deno.writeTextFile(join(place.directory, "test.cfg"), query("address"));
  for (const _again of [1, 2]) {
    const { code, stderr } = await place.runInProcess(words);
    equal(code, 1, stderr);
    match(
      stderr,
      /address=ü{60}… has 256 bytes; the limit is 255\.\n {2}Partition by a shorter value, such as/,
    );
    match(stderr, /json files in out: A value of the partition_by column address is too long/);
  }
  await Deno.writeTextFile(join(place.directory, "test.cfg"), query("substring(address, 1, 50) AS address"));
  await place.succeedInProcess(words);
  const ids = (await rowsOfFiles(join(place.directory, "out"))).map((row) =>
    JSON.parse(row.slice(row.indexOf("{"))) as { crime_id: string }
  );
  deepEqual(ids.map(({ crime_id }) => crime_id).sort(), ["0", "1", "2", "3"]);
});

Deno.test("A SQLite file that another program has locked for too long fails the query, and says so", async () => {
  await using place = await prepare();
  const words = ["analyze", "ids", ...AVAILABLE_NOW, "--sink", "sqlite:out.db"];
  const database = new DatabaseSync(join(place.directory, "out.db"));
  database.exec("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE");
  const { code, stderr } = await place.runInProcess(words);
  database.close();
  equal(code, 1);
  match(stderr, /its sink, the table ids in out\.db: .*out\.db is locked by another process \(waited 10 s\)/);
  await place.succeedInProcess(words);
  equal(rowsOfTable(join(place.directory, "out.db"), "ids").length, IDS.length);
});

for (const sink of ["ndjson", "console", "json:out"]) {
  const isSaid = !sink.startsWith("json");
  Deno.test(`${sink}: a batch that is repeated after a kill ${isSaid ? "is written again, with a warning" : "is there once"}`, async () => {
    await using place = await prepare();
    const at = (name: string) => join(place.directory, name);
    const killed = await runOrCrash({
      address: { kind: "embedded", path: at(".sfcrime/broker.db") },
      config: `[kafka]\ntopic = ${place.topic}\n${CONFIG}`,
      query: "ids",
      sink: sink.replace("out", at("out")),
      checkpoint: at("checkpoint"),
      workers: 1,
      maxOffsetsPerTrigger: 5_000,
      killAt: { batch: 1, step: 3 },
    });
    equal(killed, "killed");
    const words = ["analyze", "ids", ...AVAILABLE_NOW, "--sink", sink, "--checkpoint", "checkpoint"];
    const { stdout, stderr } = await place.succeedInProcess(words);
    equal(/Repeating batch 1 of ids: its rows may already have been written to/.test(stderr), isSaid, stderr);
    if (sink === "ndjson") equal(stdout.trimEnd().split("\n").length, IDS.length - 5_000);
    if (sink === "console") match(stdout, /^-+\nBatch: 1\n/);
    if (!isSaid) equal((await rowsOfFiles(at("out"))).length, IDS.length);
  });
}

Deno.test("What a sink cannot do with a query is told with 2, before any broker is touched", async () => {
  await using place = new Workplace();
  await Deno.writeTextFile(join(place.directory, "test.cfg"), CONFIG);
  const refusals: readonly (readonly [string, string, RegExp, string?])[] = [
    ["lengths", "sqlite:x.db", /cannot use the sink sqlite: not all GROUP BY columns are selected/],
    ["windows", "kafka:x", /cannot use the sink kafka: tombstones need update mode/],
    ["ids", "json:x", /partition_by: column nothing_such is not in the result/, "nothing_such"],
    ["ids", "csv:x", /Cannot use all columns for partition_by/, "crime_id"],
  ];
  for (const [query, sink, message, partitionBy] of refusals) {
    const config = partitionBy === undefined
      ? CONFIG
      : CONFIG.replace("[query.ids]\n", `[query.ids]\npartition_by = ${partitionBy}\n`);
    await Deno.writeTextFile(join(place.directory, "test.cfg"), config);
    const { code, stderr } = await place.runInProcess(["analyze", query, ...AVAILABLE_NOW, "--sink", sink]);
    equal(code, 2, stderr);
    match(stderr, message);
    ok(!/Using/.test(stderr), "no broker is named");
  }
});

Deno.test("A sink without a place is told with 2, before any broker is touched, and no directory is made for it", async () => {
  await using place = new Workplace();
  await Deno.writeTextFile(join(place.directory, "test.cfg"), CONFIG);
  await Deno.writeTextFile(join(place.directory, "taken"), "");
  await Deno.mkdir(join(place.directory, "folder"));
  const sink = (text: string) => ["--sink", text];
  const refusals: readonly (readonly [readonly string[], RegExp])[] = [
    [
      sink("json:missing/out"),
      /--sink = json:missing\/out: directory \S+\/missing does not exist\.\n {2}Create the directory/,
    ],
    [
      sink("sqlite:missing/out.db"),
      /--sink = sqlite:missing\/out\.db: directory \S+\/missing does not exist/,
    ],
    [
      ["-X", "query.ids.sink=csv:missing/out"],
      /-X query\.ids\.sink.* = csv:missing\/out: directory \S+\/missing does not exist/,
    ],
    [sink("parquet:taken/out"), /--sink = parquet:taken\/out: \S+\/taken is not a directory/],
    [sink("json:taken"), /--sink = json:taken: taken is not a directory/],
    [sink("sqlite:folder"), /--sink = sqlite:folder: folder is a directory, not a file/],
    [
      ["--late-rows", "missing/late.ndjson"],
      /Cannot write missing\/late\.ndjson: directory missing does not exist/,
    ],
    [
      ["--progress", "missing/progress.ndjson"],
      /Cannot write missing\/progress\.ndjson: directory missing does not exist/,
    ],
  ];
  for (const [words, reason] of refusals) {
    const { code, stderr } = await place.runInProcess(["analyze", "ids", ...AVAILABLE_NOW, ...words]);
    equal(code, 2, stderr);
    match(stderr, reason);
    ok(!/Using/.test(stderr), "no broker is named");
  }
  const checked = await place.runInProcess([
    "config",
    "check",
    "--config",
    "test.cfg",
    "-X",
    "analyze.sink=json:missing/out",
  ]);
  equal(checked.code, 2);
  const names = (await Array.fromAsync(Deno.readDir(place.directory))).map(({ name }) => name);
  deepEqual(names.sort(), ["folder", "taken", "test.cfg"]);
});
