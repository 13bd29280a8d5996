/** What `produce` does with a topic that is not of calls. */
import { deepEqual, doesNotMatch, equal, match } from "assert";
import { sampleCalls } from "../support/calls.ts";
import type { RunOptions } from "../support/program.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { jsonLines, type JsonRow } from "./answers.ts";

const PAYMENTS = [
  { id: "p1", amount: 12, payer: { name: "Ada", address: { city: "Oslo" } } },
  { id: "p2", amount: 7, payer: { name: "Bo\u00e9" } },
  { id: "p3", amount: 5, payer: null },
  { id: "p4", amount: 3, payer: { name: null } },
].map((payment) => `${JSON.stringify(payment)}\n`).join("");

/** The keys of a topic's records. */
async function keys(topic: string, options: RunOptions): Promise<unknown[]> {
  const args = ["consume", "--topic", topic, "--from", "beginning", "--exit-at-end", "--format", "ndjson"];
  return jsonLines((await succeedInProcess(args, options)).stdout).map(({ key }: JsonRow) => key);
}

Deno.test("The built-in sample goes to the default topic only, unless it is asked for", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  for (const args of [["produce", "--topic", "payments"], ["produce", "-X", "kafka.topic=payments"]]) {
    const { code, stderr } = await runInProcess(args, options);
    equal(code, 2);
    equal(
      stderr,
      "sfcrime: No input for topic payments.\n" +
        "  Files stand after the topic: sfcrime produce payments FILE; - is stdin, sample the built-in calls.\n",
    );
  }
  deepEqual([...Deno.readDirSync(directory.path)], []);
  const { stderr } = await succeedInProcess(["produce", "--topic", "payments", "--input", "sample"], options);
  match(stderr, /^6,802 records /m);
  equal((await keys("payments", options)).length, sampleCalls().length);
});

Deno.test("Records are held against the calls schema in the calls' topic, elsewhere as --validate says", async () => {
  await using directory = await tempDir();
  await directory.write(
    "app.cfg",
    "[kafka]\ntopic = mine\n[stream.orders]\ntopic = orders\ncolumns = id STRING\n",
  );
  const inFile = { cwd: directory.path, stdin: PAYMENTS };
  const warns = /^warning: 4 records do not match the calls schema \(sent anyway\)\.$/m;
  const produce = async (args: readonly string[], options: RunOptions) =>
    (await succeedInProcess(["produce", "--input", "-", ...args], options)).stderr;
  match(await produce([], inFile), warns);
  doesNotMatch(await produce(["--topic", "payments"], inFile), /warning/);
  doesNotMatch(await produce(["--validate", "none"], inFile), /warning/);
  doesNotMatch(await produce([], { ...inFile, env: { SFCRIME_KAFKA_TOPIC: "orders" } }), /warning/);
  match(await produce(["--topic", "sf-police-calls"], inFile), warns);
  match(await produce(["--topic", "payments", "--validate", "lenient"], inFile), warns);
  const strict = await runInProcess(
    ["produce", "--input", "-", "--topic", "payments", "--validate", "strict"],
    inFile,
  );
  equal(strict.code, 1);
  match(
    strict.stderr,
    /^warning: Record 1 .* was not sent: it does not match the calls schema: crime_id is missing; so are 13 more fields\.$/m,
  );
});

Deno.test("A key may be a field of a field; where one is missing or null there is none", async () => {
  await using directory = await tempDir();
  const options = {
    cwd: directory.path,
    stdin: `${PAYMENTS}{"payer.name":"flat","payer":{"name":"inner"}}\n`,
  };
  for (
    const [field, expected] of [
      ["id", ["p1", "p2", "p3", "p4", null]],
      ["amount", ["12", "7", "5", "3", null]],
      ["payer.name", ["Ada", "Bo\u00e9", null, null, "flat"]],
      ["payer.address", ['{"city":"Oslo"}', null, null, null, null]],
      ["payer.address.city", ["Oslo", null, null, null, null]],
      ["none", [null, null, null, null, null]],
    ] as const
  ) {
    await succeedInProcess(["produce", "--input", "-", "--topic", field, "--key", field], options);
    deepEqual(await keys(field, options), expected, field);
  }
});

Deno.test("A key that the first record does not have is an error, and nothing is sent", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path, stdin: PAYMENTS };
  for (
    const [key, hint] of [
      ["nosuchfield", "It has id, amount, payer."],
      ["Amount", "Did you mean amount?"],
      ["payer.street", "It has id, amount, payer."],
    ] as const
  ) {
    const { code, stderr } = await runInProcess(
      ["produce", "--input", "-", "--topic", "t", "--key", key],
      options,
    );
    equal(code, 1);
    match(
      stderr,
      new RegExp(
        `^sfcrime: Record 1 of stdin \\(line 1, byte 0\\) has no field ${key} to use as its key\\.$`,
        "m",
      ),
    );
    match(
      stderr,
      new RegExp(`^ {2}${hint.replaceAll("?", "\\?")} Use --key none to send records without a key\\.$`, "m"),
    );
  }
  deepEqual(await keys("t", options), []);
  // The key of calls is not one that was asked for.
  await succeedInProcess(["produce", "--input", "-", "--topic", "t"], options);
  deepEqual(await keys("t", options), [null, null, null, null]);
});
