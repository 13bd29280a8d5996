import { deepEqual, doesNotMatch, equal, match, ok } from "assert";
import { sampleCalls } from "../support/calls.ts";
import { filledTopic, fillTopic } from "../support/filled_topic.ts";
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
  deepEqual(offsets(await from("2")), [2, 3]);
  deepEqual(offsets(await from("earliest")), [0, 1, 2, 3]);
  deepEqual(offsets(await from("latest")), []);
  deepEqual(offsets(await from("-9999w")), [0, 1, 2, 3]);
  // As in kcat and rpk.
  const march = Date.UTC(2018, 2, 1, 12);
  for (const place of [`s@${march}`, `@${march}`, "@2018-03-01T12:00:00Z"]) {
    deepEqual(offsets(await from(place)), [2, 3]);
  }
  deepEqual(offsets(await from("@-1h")), []);
  deepEqual(offsets(await from("-1h")), []);
  const [first] = await from("beginning");
  equal(first!["timestamp"], "2018-01-01T12:00:00.000Z");
  for (const flag of ["--limit", "-n", "--max-messages"]) {
    deepEqual(offsets(await consumed(["--from", "beginning", flag, "2"], options)), [0, 1]);
  }
});

Deno.test("An offset that does not exist is reported, and the nearest one is taken", async () => {
  await using place = await filledTopic(["a", "b"].map((value) => ({ value })));
  const { stdout, stderr } = await place.succeedInProcess([
    ...["consume", "--from", "7", "--exit-at-end", "--format", "value"],
  ]);
  equal(stdout, "");
  match(
    stderr,
    new RegExp(`^warning: ${place.topic}-0 has no offset 7; reading from its next one, 2\\.$`, "m"),
  );
});

Deno.test("--until stops before a place, alone or with an end; without a group and with one", async () => {
  const times = ["01", "02", "03", "04"].map((month) => Date.UTC(2018, Number(month) - 1, 1));
  await using place = await filledTopic(times.map((timestampMs) => ({ value: "{}", timestampMs })));
  const read = async (...args: string[]) =>
    offsets(jsonLines((await place.succeedInProcess(["consume", "--format", "ndjson", ...args])).stdout));
  const until = (end: string) => read("--from", "beginning", "--until", end);
  deepEqual(await until("3"), [0, 1, 2]);
  deepEqual(await until("0"), []);
  deepEqual(await until("-1"), [0, 1, 2]);
  deepEqual(await until("end"), [0, 1, 2, 3]);
  deepEqual(await until("latest"), [0, 1, 2, 3]);
  deepEqual(await until("2018-03-01"), [0, 1]);
  deepEqual(await until("2018-03-01T00:00:00.001Z"), [0, 1, 2]);
  deepEqual(await until("-1h"), [0, 1, 2, 3]);
  deepEqual(await read("--from", "1", "--until", "9", "--exit-at-end"), [1, 2, 3]);
  deepEqual(await read("--from", "1", "--until", "2"), [1]);
  deepEqual(await read("--until", "2"), [0, 1]);
  deepEqual(await read("--until", "2018-04-01"), [2]);
});

Deno.test("--until an offset that is still to come waits for it", async () => {
  await using place = await filledTopic(["0", "1"].map((value) => ({ value })));
  const program = place.start(["consume", "--from", "0", "--until", "3", "--format", "value"]);
  await program.until(({ stdout }) => stdout === "0\n1\n");
  await fillTopic(place, ["2", "3"].map((value) => ({ value })));
  const { code, stdout, stderr } = await program.ended();
  deepEqual([code, stdout], [0, "0\n1\n2\n"], stderr);
});

Deno.test("A group at the end of the topic is told so, and how it reads again; an empty topic is called empty", async () => {
  await using place = await filledTopic([]);
  const asGroup = (...args: string[]) => place.succeedInProcess(["consume", "--exit-at-end", ...args]);
  match((await asGroup()).stderr, /^Topic \S+ has no records yet$/m);
  await fillTopic(place, [{ value: "a" }]);
  const atEnd = /^Group sfcrime is at the end of topic \S+; --from beginning reads it again$/m;
  doesNotMatch((await asGroup()).stderr, atEnd);
  match((await asGroup()).stderr, atEnd);
  const late = await asGroup("--group", "late", "-X", "kafka.auto_offset_reset=latest");
  match(late.stderr, /^Group late is at the end/m);
  equal((await asGroup("--from", "beginning", "--format", "value")).stdout, "a\n");
});

Deno.test("The topic is an argument or --topic, not two of them", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--topic", "calls", "--input", "sample", "--limit", "2"], options);
  deepEqual(offsets(await consumed(["calls", "-o", "earliest", "-e"], options)), [0, 1]);
  deepEqual(offsets(await consumed(["calls", "--topic", "calls", "-o", "1", "-e"], options)), [1]);
  const twice = await runInProcess(["consume", "calls", "--topic", "others"], options);
  equal(twice.code, 2);
  match(twice.stderr, /topic is given twice: "calls", and --topic "others"\./);
  const wrong = await runInProcess(["consume", "a b"], options);
  equal(wrong.code, 2);
  match(wrong.stderr, /<topic> = "a b": expected a topic name/);
});

Deno.test("Statistics at the end: records, bytes, speed, and the span of their timestamps", async () => {
  const times = [Date.UTC(2018, 0, 2), Date.UTC(2018, 0, 1)];
  await using place = await filledTopic(times.map((timestampMs) => ({ key: "k", value: "{}", timestampMs })));
  const { stderr } = await place.succeedInProcess(["consume", "--from", "beginning", "--exit-at-end"]);
  match(
    stderr,
    /^2 records \(6 B\) consumed in .+: [\d,.]+ records\/s, with timestamps from 2018-01-01T00:00:00\.000Z to 2018-01-02T00:00:00\.000Z$/m,
  );
});

Deno.test("Headers are shown: in pretty before the value, in ndjson as a list, and only where there are some", async () => {
  const headers = [{ key: "trace", value: "a b" }, { key: "trace", value: "\n" }, {
    key: "none",
    value: null,
  }];
  await using place = await filledTopic([{ key: "k", value: "1", headers }, { value: "2" }]);
  const read = async (format: string) =>
    (await place.succeedInProcess(["consume", "-o", "beginning", "-e", "-f", format])).stdout.split("\n");
  deepEqual(await read("json"), await read("ndjson"));
  const [first, second] = await read("pretty");
  ok(first!.endsWith(String.raw`  k  [trace=a b, trace=$'\n', none=<null>]  1`), first);
  ok(second!.endsWith("  -  2"), second);
  const rows = (await read("ndjson")).slice(0, 2).map((line) => JSON.parse(line));
  deepEqual(rows.map(({ headers }) => headers), [headers, undefined]);
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

Deno.test("A group that is named beside --from is not used, which a warning says", async () => {
  await using place = await filledTopic([{ key: null, value: "1" }]);
  for (const from of [["--from", "beginning"], ["--from-beginning"]]) {
    const { stderr } = await place.succeedInProcess(["consume", "--group", "readers", "-e", ...from]);
    match(stderr, /warning: --group has no effect with --from: records are read without a group\./);
  }
  const groups = async () => (await place.succeedInProcess(["group", "list"])).stdout;
  doesNotMatch(await groups(), /readers/);
  doesNotMatch(
    (await place.succeedInProcess(["consume", "--group", "readers", "-e"])).stderr,
    /warning/,
  );
  match(await groups(), /readers/);
});

Deno.test("Several topics are read at once, by name or by pattern, also as a group", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  for (const topic of ["calls-2018", "calls-2019", "trips"]) {
    const stdin = `{"id":"${topic} 1"}\n{"id":"${topic} 2"}\n`;
    await succeedInProcess(["produce", topic, "-", "--key", "none"], { ...options, stdin });
  }
  const printed = async (args: readonly string[]) =>
    (await succeedInProcess(["consume", ...args, "-e", "-f", "%t %o %s\n"], options)).stdout.split("\n")
      .toSorted();
  const both = ["calls-2018", "calls-2019"].flatMap((topic) =>
    [1, 2].map((n) => `${topic} ${n - 1} {"id":"${topic} ${n}"}`)
  );
  deepEqual(await printed(["calls-2018", "calls-2019", "--from", "beginning"]), ["", ...both]);
  deepEqual(await printed(["--include", "calls-.*", "--from", "beginning"]), ["", ...both]);
  deepEqual(await printed(["--whitelist", "calls-.*", "--from", "-1"]), ["", both[1], both[3]]);
  deepEqual(await printed(["calls-2018", "calls-2019", "-g", "readers"]), ["", ...both]);
  deepEqual(await printed(["calls-2018", "calls-2019", "-g", "readers"]), [""]);
  const where = ["--where", "id LIKE '% 2' AND topic <> 'trips'", "--from", "beginning"];
  deepEqual(await printed(["calls-2018", "calls-2019", "trips", ...where]), ["", both[1], both[3]]);
  equal((await printed(["calls-2018", "calls-2019", "--from", "beginning", "-n", "3"])).length, 4);
  for (
    const [args, says] of [
      [["--include", "calls"], "No topic has a name that matches calls."],
      [["--include", "("], '--include "(": '],
      [["trips", "--include", "calls-.*"], "--include and the name of a topic are mutually exclusive."],
      [["trips", "other"], "Topic other does not exist"],
      [["trips", "a b"], '<topics> = "a b": expected '],
    ] as const
  ) {
    const { code, stderr } = await runInProcess(["consume", ...args, "--from", "beginning", "-e"], options);
    ok(code > 0 && stderr.includes(`sfcrime: ${says}`), stderr);
  }
});
