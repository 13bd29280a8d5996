import { deepEqual, equal, match, ok } from "assert";
import { gzipSync } from "node:zlib";
import { formatCount } from "../../lib/base/text/format.ts";
import { sampleCalls } from "../support/calls.ts";
import { runTool } from "../support/cache.ts";
import { type RunOptions } from "../support/program.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { jsonLines, type JsonRow } from "./answers.ts";

const CALLS = sampleCalls().slice(0, 50);
const PRETTY = JSON.stringify(CALLS, null, 4);
const NDJSON = CALLS.map((call) => `${JSON.stringify(call)}\n`).join("");
const utf8 = new TextEncoder();

/** All records of a topic. */
async function records(topic: string, options: RunOptions): Promise<JsonRow[]> {
  const args = ["consume", "--topic", topic, "--from", "beginning", "--exit-at-end", "--format", "ndjson"];
  return jsonLines((await succeedInProcess(args, options)).stdout);
}

Deno.test("The same calls arrive from a file, a pipe, from stdin and from gzip, as an array or one a line", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const inputs: Readonly<Record<string, string | Uint8Array>> = {
    "pretty.json": PRETTY,
    "lines.ndjson": NDJSON,
    "pretty.json.gz": gzipSync(PRETTY),
    // Two gzip members, as `cat a.gz b.gz` makes them.
    "lines.gz": new Uint8Array([
      ...gzipSync(utf8.encode(NDJSON.slice(0, 999))),
      ...gzipSync(NDJSON.slice(999)),
    ]),
    "bom.json": `\uFEFF${PRETTY}`,
  };
  await runTool("mkfifo", ["pipe"], { cwd: directory.path });
  for (const [index, [name, content]] of Object.entries(inputs).entries()) {
    await directory.write(name, content);
    await Promise.all([
      runTool("cp", [name, "pipe"], { cwd: directory.path }),
      succeedInProcess(["produce", "--topic", `pipe-${index}`, "--input", "pipe"], options),
    ]);
    await succeedInProcess(["produce", "--topic", `file-${index}`, "--input", name], options);
    await succeedInProcess(["produce", "--topic", `stdin-${index}`, "--input", "-"], {
      ...options,
      stdin: content,
    });
    for (const topic of [`pipe-${index}`, `file-${index}`, `stdin-${index}`]) {
      const arrived = await records(topic, options);
      deepEqual(arrived.map(({ value }) => value), CALLS, `${topic} ${name}`);
      deepEqual(arrived.map(({ key }) => key), CALLS.map(({ crime_id }) => crime_id));
    }
  }
});

Deno.test("Without an input the real sample is sent, whole", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const { stderr } = await succeedInProcess(
    ["produce", "--partitions", "3", "--compression", "gzip"],
    options,
  );
  match(stderr, /^6,802 records \(.*\) sent to sf-police-calls in /m);
  const arrived = await records("sf-police-calls", options);
  const ids = (calls: readonly JsonRow[]) => calls.map((call) => call["crime_id"]).sort();
  deepEqual(ids(arrived.map(({ value }) => value as JsonRow)), ids(sampleCalls()));
  deepEqual([...new Set(arrived.map(({ partition }) => partition))].sort(), [0, 1, 2]);
});

Deno.test("[kafka] input_file and num_partitions of a file hold, and flags win over them", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await directory.write("calls.ndjson", NDJSON);
  await directory.write("app.cfg", "[kafka]\ninput_file = calls.ndjson\ntopic = mine\nnum_partitions = 2\n");
  await succeedInProcess(["produce"], options);
  equal((await records("mine", options)).length, CALLS.length);
  match((await succeedInProcess(["topic", "describe", "mine"], options)).stdout, /^Topic mine, 2 partitions/);
  await succeedInProcess(["produce", "--topic", "flag", "--partitions", "4", "--limit", "7"], {
    ...options,
    env: { SFCRIME_KAFKA_TOPIC: "env", SFCRIME_KAFKA_NUM_PARTITIONS: "3" },
  });
  match((await succeedInProcess(["topic", "describe", "flag"], options)).stdout, /^Topic flag, 4 partitions/);
  equal((await records("flag", options)).length, 7);
});

/** Two good objects, and between them what is no record. */
const MIXED = '{"crime_id":"1"}\n{bad\n[1]\n{"crime_id":"2"}\n"x"\n';

/** Where the broken ones stand, by the text itself. */
const BROKEN = [{ record: 2, text: "{bad" }, { record: 3, text: "[1]" }, { record: 5, text: '"x"' }].map((
  broken,
) => ({
  ...broken,
  line: MIXED.slice(0, MIXED.indexOf(broken.text)).split("\n").length,
  offset: MIXED.indexOf(broken.text),
}));

Deno.test("A broken record is kept with its place, skipped, or the end of the run, as --on-error says", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await directory.write("mixed.ndjson", MIXED);
  const produce = (how: string) =>
    runInProcess(["produce", "--topic", how, "--input", "mixed.ndjson", "--on-error", how], options);

  const kept = await produce("dead-letter");
  equal(kept.code, 0);
  match(
    kept.stderr,
    /^warning: 3 broken records not sent; see \.sfcrime\/dead-letters\/dead-letter\.ndjson\.$/m,
  );
  const letters = jsonLines(
    await Deno.readTextFile(`${directory.path}/.sfcrime/dead-letters/dead-letter.ndjson`),
  );
  deepEqual(letters.map(({ record, line, offset, text }) => ({ record, text, line, offset })), BROKEN);
  for (const { input, reason } of letters) {
    equal(input, "mixed.ndjson");
    ok(String(reason).length > 0);
  }

  const skipped = await produce("skip");
  equal(skipped.code, 0);
  match(skipped.stderr, /^warning: 3 broken records not sent\.$/m);
  deepEqual([...Deno.readDirSync(`${directory.path}/.sfcrime/dead-letters`)].map(({ name }) => name), [
    "dead-letter.ndjson",
  ]);

  const failed = await produce("fail");
  equal(failed.code, 1);
  match(failed.stderr, /^1 record \(.*\) sent to fail /m);
  match(failed.stderr, /^Stopped after record 1 \(line 1, byte 0\)\.$/m);
  match(failed.stderr, /^sfcrime: Record 2 of mixed\.ndjson \(line 2, byte 17\) is broken: /m);

  deepEqual((await records("dead-letter", options)).map(({ key }) => key), ["1", "2"]);
  deepEqual((await records("skip", options)).map(({ key }) => key), ["1", "2"]);
  deepEqual((await records("fail", options)).map(({ key }) => key), ["1"]);
});

Deno.test("--validate strict refuses what is no call; lenient sends it with a warning", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const stdin = `${JSON.stringify(CALLS[0])}\n{"crime_id":"1"}\n${
    JSON.stringify({ ...CALLS[1], city: 7 })
  }\n`;
  const lenient = await succeedInProcess([
    "produce",
    "--topic",
    "lenient",
    "--input",
    "-",
    "--validate",
    "lenient",
  ], {
    ...options,
    stdin,
  });
  match(
    lenient.stderr,
    /^warning: Record 2 of stdin \(line 2, byte \d+\) does not match the calls schema \(sent anyway\): /m,
  );
  equal((await records("lenient", options)).length, 3);
  const strict = await succeedInProcess([
    "produce",
    "--topic",
    "strict",
    "--input",
    "-",
    "--validate",
    "strict",
  ], {
    ...options,
    stdin,
  });
  match(
    strict.stderr,
    /^warning: Record 3 of stdin .* was not sent: it does not match the calls schema: city is a number/m,
  );
  deepEqual((await records("strict", options)).map(({ key }) => key), [CALLS[0]!["crime_id"]]);
  const letters = jsonLines(await Deno.readTextFile(`${directory.path}/.sfcrime/dead-letters/strict.ndjson`));
  deepEqual(letters.map(({ record }) => record), [2, 3]);
});

Deno.test("A run that could send nothing at all has failed", async () => {
  await using directory = await tempDir();
  const { code, stderr } = await runInProcess(["produce", "--input", "-"], {
    cwd: directory.path,
    stdin: "{bad\n{worse\n",
  });
  equal(code, 1);
  match(stderr, /^sfcrime: No record of stdin could be sent: all 2 are broken\.$/m);
});

Deno.test("A gzip that breaks off sends what came before, and fails", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const whole = gzipSync(NDJSON.repeat(40), { level: 0 });
  await directory.write("cut.gz", whole.subarray(0, Math.floor(whole.length / 2)));
  const { code, stderr } = await runInProcess(["produce", "--input", "cut.gz", "--topic", "cut"], options);
  equal(code, 1);
  const arrived = await records("cut", options);
  ok(arrived.length > 900 && arrived.length < 1_100, String(arrived.length));
  const count = formatCount(arrived.length);
  match(stderr, new RegExp(`^${count} records \\(.*\\) sent to cut in `, "m"));
  match(stderr, new RegExp(`^Stopped after record ${arrived.length} \\(`, "m"));
  match(stderr, /^sfcrime: Cannot read cut\.gz to the end: its gzip data is incomplete/m);
});

Deno.test("Without a terminal, progress is told at most once in five seconds, however many records are sent", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const args = ["produce", "--loop", "--limit", "300000", "--progress-interval", "1000"];
  const startMs = performance.now();
  const { stderr } = await succeedInProcess(args, options);
  const told = [...stderr.matchAll(/^([\d,]+) records sent \(/gm)].length;
  ok(told >= 1 && told <= 1 + (performance.now() - startMs) / 5_000, stderr);
});
