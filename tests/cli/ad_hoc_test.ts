/** `analyze --sql`: a topic, no configuration file, one command, an answer. */
import { deepEqual, doesNotMatch, equal, match } from "assert";
import { join } from "node:path";
import { filledTopic } from "../support/filled_topic.ts";
import { Workplace } from "../support/workplace.ts";
import { jsonLines } from "./answers.ts";

const RECORDS = [1, 2, 3].map((id) =>
  JSON.stringify({ id, at: `2018-12-31T10:0${id}:00Z`, device: { kind: id > 1 ? "b" : "a" } })
);

Deno.test("A statement over a topic has its columns from the last records, whatever the topic is called", async () => {
  await using place = new Workplace();
  const stdin = RECORDS.map((record) => `${record}\n`).join("");
  await place.succeedInProcess(["produce", "--input", "-", "--key", "none", "--validate", "none"], { stdin });
  const from = "FROM `" + place.topic + "`";
  const run = async (...args: readonly string[]) =>
    jsonLines(
      (await place.succeedInProcess(["analyze", "--sink", "ndjson", ...args], { stdin: `SELECT id ${from}` }))
        .stdout,
    );
  deepEqual(
    await run(
      "--sql",
      `SELECT device.kind, count(*) AS n ${from} GROUP BY 1 ORDER BY 1`,
      "--output-mode",
      "complete",
    ),
    [{ kind: "a", n: 1 }, { kind: "b", n: 2 }],
  );
  deepEqual(await run("--sql", "-"), [{ id: 1 }, { id: 2 }, { id: 3 }]);
  // The topic is looked at first, by a connection of its own.
  const { stderr } = await place.succeedInProcess([
    "analyze",
    "--once",
    "--sink",
    "none",
    "--sql",
    `SELECT id ${from}`,
  ]);
  equal(stderr.match(/Using the embedded broker/g)?.length, 1);
  const windows =
    `SELECT window(at, '1 minute').start AS w, count(*) AS n ${from} GROUP BY window(at, '1 minute')`;
  deepEqual(await run("--watermark", "at 0 seconds", "--sql", windows), [
    { w: "2018-12-31T10:01:00.000Z", n: 1 },
    { w: "2018-12-31T10:02:00.000Z", n: 1 },
  ]);
});

/** The time of records in Kafka. */
const TIMES = ["10:00:10", "10:00:50", "10:02:00"].map((time) => Date.parse(`2018-12-31T${time}Z`));

Deno.test("Where no column is called timestamp, a watermark on it takes Kafka's time", async () => {
  const values = {
    json: ['{"n":1}', '{"n":2}', '{"m":3}'],
    text: ["a", "b", "c"],
    binary: [1, 2, 3].map((n) => Uint8Array.of(0xff, n)),
  };
  for (const [format, ofTopic] of Object.entries(values)) {
    await using place = await filledTopic(
      ofTopic.map((value, index) => ({ value, timestampMs: TIMES[index]! })),
    );
    const column = format === "json" ? "n" : "value";
    const sql = `SELECT window(timestamp, '1 minute').start AS w, count(*) AS n, count(${column}) AS known
      FROM \`${place.topic}\` GROUP BY window(timestamp, '1 minute')`;
    await Deno.writeTextFile(join(place.directory, "windows.sql"), sql);
    for (const given of format === "json" ? [sql, "@windows.sql", "-"] : [sql]) {
      const { stdout } = await place.succeedInProcess([
        ...[
          "analyze",
          "--sql",
          given,
          "--watermark",
          "Timestamp 10 seconds",
          "--sink",
          "ndjson",
          "--flush-at-end",
        ],
      ], { stdin: sql });
      deepEqual(jsonLines(stdout), [
        { w: "2018-12-31T10:00:00.000Z", n: 2, known: 2 },
        { w: "2018-12-31T10:02:00.000Z", n: 1, known: format === "json" ? 0 : 1 },
      ], `${format} ${given}`);
    }
  }
});

Deno.test("A column that is called timestamp is not Kafka's time", async () => {
  await using place = await filledTopic([{ value: '{"Timestamp":"2018-12-31T10:00:00Z"}', timestampMs: 0 }]);
  const sql = `SELECT timestamp FROM \`${place.topic}\``;
  const run = ["analyze", "--sql", sql, "--watermark", "timestamp 1 minute", "--sink", "ndjson"];
  deepEqual(jsonLines((await place.succeedInProcess(run)).stdout), [{
    timestamp: "2018-12-31T10:00:00.000Z",
  }]);
});

Deno.test("Flags say how a topic is read, whose columns are still those of its records", async () => {
  await using place = await filledTopic(
    ['{"id":1}', '{"id":2', '{"id":"3"}'].map((value) => ({ value, timestampMs: TIMES[0]! })),
  );
  const { topic } = place;
  const rows = async (sql: string, ...flags: readonly (readonly [key: string, value: string])[]) => {
    const set = flags.flatMap(([key, value]) => ["-X", `stream.${topic}.${key}=${value}`]);
    const run = ["analyze", "--sql", `${sql} FROM \`${topic}\``, "--sink", "ndjson", ...set];
    return jsonLines((await place.succeedInProcess(run)).stdout);
  };
  deepEqual(await rows("SELECT *", ["corrupt_record", "bad"]), [
    { id: "1", bad: null },
    { id: null, bad: '{"id":2' },
    { id: "3", bad: null },
  ]);
  deepEqual(await rows("SELECT *", ["columns", "id INT, timestamp TIMESTAMP METADATA"]), [
    { id: 1, timestamp: "2018-12-31T10:00:10.000Z" },
    { id: null, timestamp: "2018-12-31T10:00:10.000Z" },
    { id: null, timestamp: "2018-12-31T10:00:10.000Z" },
  ]);
  deepEqual(await rows("SELECT length(value) AS n", ["format", "text"]), [{ n: 8 }, { n: 7 }, { n: 10 }]);
});

Deno.test("A name that is no topic is what a statement is refused for, whatever else depends on it", async () => {
  await using place = await filledTopic([{ value: '{"id":1}' }]);
  const mistyped = `${place.topic}x`;
  const sql = `WITH w AS (SELECT * FROM \`${mistyped}\`) SELECT window(timestamp, '1 minute') FROM w`;
  for (const flags of [[], ["-X", `stream.${mistyped}.mode=failfast`]]) {
    const { code, stderr } = await place.runInProcess([
      ...["analyze", "--sql", sql, "--watermark", "timestamp 1 minute", ...flags],
    ]);
    equal(code, 2, stderr);
    const error = /^sfcrime: (.*)$/m.exec(stderr)?.[1];
    equal(error, `--sql, line 1, column 26: topic, stream or table ${mistyped} cannot be found.`);
    match(stderr, new RegExp(`Did you mean ${place.topic}\\?`));
    doesNotMatch(stderr, /watermark/);
  }
});

Deno.test("An error of a statement names its file or stdin, with the line and the column there", async () => {
  await using place = await filledTopic([{ value: '{"id":1}' }]);
  const unknown = `\n-- all ids\nSELECT id,\n  nope FROM \`${place.topic}\`\n`;
  const malformed = "\nSELECT id FRM x";
  const errorOf = async (given: string, stdin = "") => {
    const { code, stderr } = await place.runInProcess(["analyze", "--sql", given], { stdin });
    equal(code, 2, stderr);
    return /^sfcrime: (.*)$/m.exec(stderr)?.[1];
  };
  const places = async (sql: string) => {
    await Deno.writeTextFile(join(place.directory, "ids.sql"), sql);
    return [await errorOf(sql), await errorOf("@ids.sql"), await errorOf("-", sql)];
  };
  const each = (error: string) => ["--sql", "ids.sql", "stdin"].map((name) => `${name}, ${error}`);
  deepEqual(await places(unknown), each("line 4, column 3: column nope cannot be resolved."));
  const [first, ...others] = await places(malformed);
  match(first!, /^--sql, line 2, column \d+: /);
  deepEqual(others, each(first!.replace(/^--sql, /, "")).slice(1));
  await Deno.writeFile(join(place.directory, "latin.sql"), Uint8Array.of(0x0a, 0xe9));
  match(await errorOf("@latin.sql") ?? "", /^latin\.sql:2: this line is not valid UTF-8/);
});

Deno.test("What is wrong with a statement of the command line is said before a broker is asked", async () => {
  await using place = new Workplace();
  const refused = async (...args: readonly string[]) => {
    const { code, stderr } = await place.runInProcess(["analyze", ...args]);
    equal(code, 2, stderr);
    return stderr;
  };
  match(await refused("--sql", "SELEC 1"), /--sql, line 1, column 1: /);
  match(
    await refused("by_type", "--sql", "SELECT 1 FROM calls"),
    /--sql cannot be used together with the names/,
  );
  match(await refused("--output-mode", "complete"), /--output-mode needs --sql/);
  match(await refused("--sql", "@nowhere.sql"), /cannot read nowhere\.sql/);
  match(
    await refused("--sql", "SELECT 1 FROM calls", "--watermark", "timestamp 1 minute"),
    /no stream has a column timestamp for the watermark\.\n.*timestamp TIMESTAMP METADATA/,
  );
});
