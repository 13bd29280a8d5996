/** `produce --sort-by`: what is sent in which order, and what is told of it. */
import { deepEqual, equal, match, ok } from "assert";
import { start } from "../support/program.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { jsonLines } from "./answers.ts";

const RECORDS = [
  { id: "a", n: 3, at: "2018-12-31T03:00:00", by: { name: "Cleo" } },
  { id: "b", n: 1, at: "2018-12-31 01:00", by: { name: "Ada" } },
  { id: "c", n: 2, at: "2018-12-31T02:00:00.000", by: { name: "Bo" } },
];
const NDJSON = RECORDS.map((record) => `${JSON.stringify(record)}\n`).join("");

const PRODUCE = ["produce", "--topic", "t", "--input", "-", "--key", "id"];

/** The keys of all records of the topic. */
async function sent(cwd: string): Promise<string> {
  const args = ["consume", "--topic", "t", "--from", "beginning", "--exit-at-end", "--format", "ndjson"];
  return jsonLines((await succeedInProcess(args, { cwd })).stdout).map(({ key }) => key).join("");
}

Deno.test("Records are sent in the order of a field, those without it last, and each round of a loop is", async () => {
  for (
    const [flags, stdin, expected] of [
      [["--sort-by", "at"], NDJSON, "bca"],
      [["--sort-by", "n", "--limit", "2"], NDJSON, "bc"],
      [["--sort-by", "by.name", "--rate", "1000"], NDJSON, "bca"],
      [["--sort-by", "n"], `{"id":"x"}\n{"id":"y","n":null}\n${NDJSON}`, "bcaxy"],
      // Though stdin can be read once only.
      [["--sort-by", "n", "--loop", "--limit", "7"], NDJSON, "bcabcab"],
    ] as const
  ) {
    await using directory = await tempDir();
    const { stderr } = await succeedInProcess([...PRODUCE, ...flags], { cwd: directory.path, stdin });
    match(stderr, new RegExp(`^Sorting stdin by ${flags[1]}; nothing is sent until it ends$`, "m"));
    equal(/^warning: 2 records without n are sent last\.$/m.test(stderr), expected === "bcaxy", stderr);
    equal(await sent(directory.path), expected);
  }
});

Deno.test("A broken record is kept with its place in the input, and the last one sent is told with its own", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const stdin = NDJSON.replace("\n", "\n{broken\n");
  const { stderr } = await succeedInProcess([...PRODUCE, "--sort-by", "n", "--limit", "2"], {
    ...options,
    stdin,
  });
  match(stderr, /^warning: Record 2 of stdin \(line 2, byte \d+\) was not sent: /m);
  match(
    stderr,
    /^Stopped after 2 records in order of n; the last one was record 4 \(line 4, byte \d+\)\.$/m,
  );
  const letters = jsonLines(await Deno.readTextFile(`${directory.path}/.sfcrime/dead-letters/t.ndjson`));
  deepEqual(letters.map(({ record, text }) => [record, text]), [[2, "{broken"]]);
  equal(await sent(directory.path), "bc");
});

Deno.test("A field that no record has is an error, and nothing is sent; neither is with two orders", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path, stdin: NDJSON };
  for (
    const [field, hint] of [["att", "Did you mean at?"], [
      "by.street",
      "The first one has id, n, at, by.",
    ]] as const
  ) {
    const { code, stderr } = await runInProcess([...PRODUCE, "--sort-by", field], options);
    equal(code, 1);
    ok(stderr.endsWith(`sfcrime: No record of stdin has a field ${field} to sort by.\n  ${hint}\n`), stderr);
  }
  equal(await sent(directory.path), "");
  const { code, stderr } = await runInProcess([...PRODUCE, "--sort-by", "at", "--speedup", "2"], options);
  equal(code, 2);
  equal(
    stderr,
    "sfcrime: --sort-by and --speedup are mutually exclusive.\n  A replay by speedup is sorted by call_date_time.\n",
  );
});

Deno.test("An input that breaks off is sent as far as it goes, in order, and the run fails", async () => {
  await using directory = await tempDir();
  const stdin = JSON.stringify(RECORDS).slice(0, -1);
  const { code, stderr } = await runInProcess([...PRODUCE, "--sort-by", "n"], { cwd: directory.path, stdin });
  equal(code, 1);
  match(stderr, /^sfcrime: stdin is incomplete/m);
  equal(await sent(directory.path), "bca");
});

Deno.test("More than fits in memory is sorted in files that others cannot read, and a stop leaves none", async () => {
  await using directory = await tempDir();
  await using temporary = await tempDir();
  const count = 90;
  const file = await Deno.create(`${directory.path}/in.ndjson`);
  for (let n = count; n > 0; n--) {
    await file.write(new TextEncoder().encode(`{"id":"${n},","n":${n},"text":"${"x".repeat(900_000)}"}\n`));
  }
  file.close();
  const flags = ["--sort-by", "n", "--rate", "2", "--progress-interval", "1"];
  const producing = start(["produce", "--topic", "t", "--input", "in.ndjson", "--key", "id", ...flags], {
    cwd: directory.path,
    env: { TMPDIR: temporary.path },
  });
  await producing.until(({ stderr }) => /^\d+ records sent/m.test(stderr));
  const [sort] = [...Deno.readDirSync(temporary.path)].filter(({ name }) => name.startsWith("sfcrime-sort-"));
  const files = [...Deno.readDirSync(`${temporary.path}/${sort!.name}`)];
  ok(files.length > 0);
  for (const { name } of files) {
    equal(Deno.statSync(`${temporary.path}/${sort!.name}/${name}`).mode! & 0o777, 0o600);
  }
  producing.kill("SIGINT");
  const { code, stderr } = await producing.ended();
  equal(code, 0, stderr);
  match(stderr, /^Stopped after \d+ records? in order of n; the last one was record \d+ /m);
  deepEqual([...Deno.readDirSync(temporary.path)].filter(({ name }) => name.startsWith("sfcrime-")), []);
  const keys = (await sent(directory.path)).split(",").slice(0, -1).map(Number);
  deepEqual(keys, Array.from({ length: keys.length }, (_none, n) => n + 1));
});
