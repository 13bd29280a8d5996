import { deepEqual, equal, match } from "assert";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { startOnTerminal } from "../support/terminal.ts";
import { lines } from "../support/workplace.ts";

Deno.test("Topics are made, listed, described and deleted, and each failure names the topic", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const topic = (...args: string[]) => runInProcess(["topic", ...args], options);
  equal((await topic("list")).stdout, "");
  const created = await topic("create", "calls", "--partitions", "3");
  equal(created.code, 0);
  match(created.stderr, /^Created topic calls \(3 partitions, keeps records forever\)$/m);
  const again = await topic("create", "calls");
  equal(again.code, 1);
  match(again.stderr, /^sfcrime: Topic calls already exists\.$/m);
  equal((await topic("create", "other")).code, 0);
  equal((await topic("list", "--names")).stdout, "calls\nother\n");
  equal(
    (await topic("list")).stdout,
    "TOPIC  PARTITIONS  REPLICAS\ncalls           3         1\nother           1         1\n",
  );
  deepEqual(
    lines((await topic("list", "--json")).stdout).map((line) => JSON.parse(line).partitions as number),
    [3, 1],
  );
  await succeedInProcess(["produce", "--topic", "other", "--input", "sample", "--limit", "5"], options);
  match(
    (await topic("describe", "other")).stdout,
    /^Topic other, 1 partition, 1 replica, [\d.]+ KiB, id \S+\n {2}keeps records forever\nPARTITION .*\n +0 +0 +0 +0 +0 +5 +5 +[\d.]+ KiB\n$/,
  );
  equal((await topic("offsets", "other")).stdout, "other-0: 0 to 5 (5 offsets)\n");
  equal(
    (await topic("offsets", "calls")).stdout,
    [0, 1, 2].map((partition) => `calls-${partition}: 0 to 0 (0 offsets)\n`).join(""),
  );
  equal((await topic("delete", "other", "--yes")).code, 0);
  equal((await topic("list", "--names")).stdout, "calls\n");
  for (
    const verb of [["delete", "--yes"], ["describe"], ["offsets"], ["sample"], ["alter", "--partitions", "2"]]
  ) {
    const missing = await topic(...verb, "other");
    equal(missing.code, 1, verb[0]);
    match(missing.stderr, /Topic other does not exist/);
  }
});

Deno.test("Partitions are added to a topic of the embedded broker, which has no settings", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const alter = (...flags: string[]) => runInProcess(["topic", "alter", "calls", ...flags], options);
  await succeedInProcess(["topic", "create", "calls"], options);
  equal((await alter("--partitions", "3")).code, 0);
  equal(lines((await succeedInProcess(["topic", "offsets", "calls"], options)).stdout).length, 3);
  match((await alter("--partitions", "3")).stderr, /Topic calls has 3 partitions already\./);
  match((await alter("--topic-config", "a=b")).stderr, /has no topic configuration/);
  for (
    const [flags, said] of [
      [[], /Nothing to change in topic calls\.\n {2}Use --topic-config/],
      [["--topic-config", "a=b", "--delete-config", "a"], /a is both set by --topic-config and removed/],
      [["--topic-config", "a"], /--topic-config = "a": expected NAME=VALUE/],
    ] as const
  ) {
    const { code, stderr } = await alter(...flags);
    equal(code, 2);
    match(stderr, said);
  }
});

Deno.test("A sample is spread over all partitions, from the first records to the last ones", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["topic", "create", "calls", "--partitions", "4"], options);
  await succeedInProcess(["produce", "--topic", "calls", "--input", "sample", "--limit", "1000"], options);
  const sample = async (...flags: string[]) =>
    lines((await succeedInProcess(["topic", "sample", "calls", ...flags], options)).stdout);
  const places = (await sample("-n", "40", "--json"))
    .map((line) => JSON.parse(line) as { partition: number; offset: number });
  equal(places.length, 40);
  const ends = lines((await succeedInProcess(["topic", "offsets", "calls", "--json"], options)).stdout)
    .map((line) => JSON.parse(line) as { partition: number; latest: number });
  for (const { partition, latest } of ends) {
    const offsets = places.filter((place) => place.partition === partition).map(({ offset }) => offset);
    // One record stands for 25.
    equal(Math.abs(offsets.length - latest / 25) <= 1, true, `${offsets.length} of ${latest}`);
    deepEqual(offsets, [...new Set(offsets)].toSorted((left, right) => left - right));
    equal(latest - offsets.at(-1)! <= 50, true);
  }
  equal((await sample()).length, 10);
  equal((await sample("--max-messages", "7")).length, 7);
  equal((await sample("-n", "5000")).length, 1_000);
});

Deno.test("Deleting a topic asks on a terminal, and takes yes or its name for a yes; elsewhere it wants --yes", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--topic", "calls", "--input", "sample", "--limit", "20"], options);
  const refused = await runInProcess(["topic", "delete", "calls"], options);
  equal(refused.code, 2);
  match(
    refused.stderr,
    /Deleting a topic has to be confirmed, and there is no terminal to ask on\.\n {2}Add --yes\./,
  );
  const topics = async () => (await succeedInProcess(["topic", "list", "--names"], options)).stdout;
  for (
    const [answer, code, left] of [["\n", 1, "calls\n"], ["other\n", 1, "calls\n"], [
      "calls\n",
      0,
      "",
    ]] as const
  ) {
    const run = startOnTerminal(["topic", "delete", "calls"], { ...options, columns: 100, rows: 10 });
    await run.until(() => run.raw.includes("Delete topic calls with 20 offsets in 1 partition? [y/N] "));
    run.type(answer);
    equal(await run.ended(), code);
    if (code === 1) match(run.raw, /Topic calls was not deleted\./);
    equal(await topics(), left);
  }
});
