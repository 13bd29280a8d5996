import { deepEqual, equal, match, ok } from "assert";
import { sampleCalls } from "../support/calls.ts";
import { filledTopic } from "../support/filled_topic.ts";
import { type RunOptions, start } from "../support/program.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { jsonLines, type JsonRow } from "./answers.ts";

const CALLS = sampleCalls().slice(0, 10);

async function consumed(args: readonly string[], options: RunOptions): Promise<JsonRow[]> {
  return jsonLines((await succeedInProcess(["consume", "--format", "ndjson", ...args], options)).stdout);
}

const offsets = (rows: readonly JsonRow[]) => rows.map(({ offset }) => offset);

Deno.test("--from says where reading starts: an end, the last N of each partition, or a time", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const at = (days: readonly string[]) =>
    days.map((day) => `${JSON.stringify({ ...CALLS[0], call_date_time: `2018-${day}T12:00:00.000` })}\n`)
      .join("");
  await succeedInProcess(["produce", "--input", "-", "--timestamp", "event"], {
    ...options,
    stdin: at(["01-01", "02-01", "03-01", "04-01"]),
  });
  const from = (place: string) => consumed(["--from", place, "--exit-at-end"], options);
  deepEqual(offsets(await from("beginning")), [0, 1, 2, 3]);
  deepEqual(offsets(await from("end")), []);
  deepEqual(offsets(await from("-1")), [3]);
  deepEqual(offsets(await from("-3")), [1, 2, 3]);
  deepEqual(offsets(await from("-99")), [0, 1, 2, 3]);
  deepEqual(offsets(await from("2018-02-01T12:00:00Z")), [1, 2, 3]);
  deepEqual(offsets(await from("2018-02-01T12:00:00.001Z")), [2, 3]);
  deepEqual(offsets(await from("2018-02-01T14:00:00+01:00")), [2, 3]);
  deepEqual(offsets(await from("2018-04-02")), []);
  const [first] = await from("beginning");
  equal(first!["timestamp"], "2018-01-01T12:00:00.000Z");
  const limited = await consumed(["--from", "beginning", "--max-messages", "2"], options);
  deepEqual(offsets(limited), [0, 1]);
});

Deno.test("--from end shows what comes later, and nothing of before", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "10"], options);
  const producing = start(["produce", "--loop", "--rate", "500"], options);
  try {
    const rows = await consumed(["--from", "end", "--max-messages", "3"], options);
    equal(rows.length, 3);
    ok(Number(rows[0]!["offset"]) >= 10);
  } finally {
    producing.kill("SIGINT");
    equal((await producing.ended()).code, 0);
  }
});

Deno.test("A group goes on where it stopped; another one starts as auto_offset_reset says", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "10"], options);
  deepEqual(offsets(await consumed(["--max-messages", "3"], options)), [0, 1, 2]);
  deepEqual(offsets(await consumed(["--max-messages", "4"], options)), [3, 4, 5, 6]);
  deepEqual(offsets(await consumed(["--exit-at-end"], options)), [7, 8, 9]);
  deepEqual(offsets(await consumed(["--exit-at-end"], options)), []);
  deepEqual(offsets(await consumed(["--group", "other", "--exit-at-end"], options)).length, 10);
  const latest = ["--group", "late", "-X", "kafka.auto_offset_reset=latest", "--exit-at-end"];
  deepEqual(offsets(await consumed(latest, options)), []);
  const partition = await runInProcess(["consume", "--partition", "0"], options);
  equal(partition.code, 2);
  match(partition.stderr, /--partition cannot be used with a consumer group/);
});

Deno.test("Formats: the value as it is, an object with all there is to know, or a line for people", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const lines = CALLS.map((call) => JSON.stringify(call));
  await succeedInProcess(["produce", "--input", "-", "--key", "city"], {
    ...options,
    stdin: lines.join("\n"),
  });
  const all = (format: string) =>
    succeedInProcess(["consume", "--from", "beginning", "--exit-at-end", "--format", format], options);
  equal((await all("value")).stdout, `${lines.join("\n")}\n`);
  for (const [index, row] of jsonLines((await all("ndjson")).stdout).entries()) {
    deepEqual(Object.keys(row), ["topic", "partition", "offset", "timestamp", "key", "value"]);
    deepEqual(row["value"], CALLS[index]);
    equal(row["key"], CALLS[index]!["city"]);
    equal(row["topic"], "sf-police-calls");
  }
  const pretty = (await all("pretty")).stdout.trimEnd().split("\n");
  equal(pretty.length, CALLS.length);
  pretty.forEach((line, index) => {
    match(line, /^0:\d {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}/);
    ok(line.endsWith(`  ${CALLS[index]!["city"]}  ${lines[index]}`));
  });
});

Deno.test("--partition reads that one only", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--limit", "100", "--partitions", "2"], options);
  const read = (partition: string) =>
    consumed(["--from", "beginning", "--exit-at-end", "--partition", partition], options);
  const [zero, one] = [await read("0"), await read("1")];
  ok(zero.every(({ partition }) => partition === 0) && one.every(({ partition }) => partition === 1));
  ok(zero.length > 0 && one.length > 0);
  equal(zero.length + one.length, 100);
  const missing = await runInProcess(["consume", "--from", "beginning", "--partition", "2"], options);
  equal(missing.code, 1);
});

/** Bytes that a terminal acts on, and the ends of lines are none of them. */
function terminalBytes(text: string): string[] {
  // deno-lint-ignore no-control-regex
  return text.match(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/g) ?? [];
}

Deno.test("Whatever records, names and files hold, no control of theirs reaches the terminal", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const hostile = "\x1b]0;owned\x07 \x9b31m \u202eevil\u2066\r\n\x7f";
  const call = { ...CALLS[0], original_crime_type_name: hostile, city: hostile };
  // A broken record beside it, in a file whose name is none better.
  const file = "in\x1b[2J.ndjson";
  await Deno.writeTextFile(`${directory.path}/${file}`, `${JSON.stringify(call)}\n{"a": \x1b}\n`);
  const produced = await succeedInProcess(["produce", "--input", file, "--key", "city"], options);
  match(produced.stderr, /in\\u001b\[2J\.ndjson/);
  const pretty = await succeedInProcess(["consume", "--from", "beginning", "--exit-at-end"], options);
  match(pretty.stdout, / \$'\\u001b\]0;owned\\a \\u009b31m \\u202eevil\\u2066\\r\\n\\u007f' {2}\$'\{/);
  const tables = await succeedInProcess(["analyze", "by_type", "--trigger", "once"], options);
  match(tables.stdout, /\| +\\u001b\]0;owned/);
  const strict = "[stream.s]\ntopic = sf-police-calls\ncolumns = city INT\nmode = failfast\n" +
    "[query.q]\nsql = SELECT city FROM s\n";
  await Deno.writeTextFile(`${directory.path}/strict.cfg`, strict);
  const failed = await runInProcess(["analyze", "--config", "strict.cfg", "--trigger", "once"], options);
  equal(failed.code, 1, failed.stderr);
  match(failed.stderr, /owned/);
  const unknown = await runInProcess(["topic", "describe", "--config", "no\x1b[2Jfile"], options);
  equal(unknown.code, 2);
  for (const { stdout, stderr } of [produced, pretty, tables, failed, unknown]) {
    deepEqual([terminalBytes(stdout), terminalBytes(stderr)], [[], []]);
  }
});

Deno.test("pretty is a record a line; what is escaped, absent, empty or only looks so is told apart", async () => {
  const records: readonly (readonly [string | null, string | null])[] = [
    [null, null],
    ["-", "<null>"],
    ["", ""],
    ["k", "null"],
    ["k", '{"a":\n  1}'],
    ["k", String.raw`{"path":"C:\\new"}`],
    ["k", "it's\\\n"],
  ];
  await using place = await filledTopic(records.map(([key, value]) => ({ key, value })));
  const { stdout } = await place.succeedInProcess(["consume", "--from", "beginning", "--exit-at-end"]);
  deepEqual(stdout.trimEnd().split("\n").map((line) => line.split("  ").slice(2).join("  ")), [
    "-  <null>",
    "$'-'  $'<null>'",
    "$''  $''",
    "k  null",
    String.raw`k  $'{"a":\n  1}'`,
    String.raw`k  {"path":"C:\\new"}`,
    String.raw`k  $'it\'s\\\n'`,
  ]);
});
