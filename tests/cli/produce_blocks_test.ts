/** Inputs of thousands of records, most of which are found and sent in blocks. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { sampleCalls } from "../support/calls.ts";
import type { RunOptions } from "../support/program.ts";
import { succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { jsonLines, type JsonRow } from "./answers.ts";

const CALLS = sampleCalls().slice(0, 5_000);
const BROKEN_AT = 3_456;

/** The lines of an input, one of them broken. */
const LINES = CALLS.map((call, index) =>
  index === BROKEN_AT - 1 ? JSON.stringify(call).slice(0, 100) : JSON.stringify(call)
);

async function values(topic: string, options: RunOptions): Promise<unknown[]> {
  const args = ["consume", "--topic", topic, "--from", "beginning", "--exit-at-end", "--format", "ndjson"];
  return jsonLines((await succeedInProcess(args, options)).stdout).map(({ value }) => value);
}

Deno.test("Thousands of calls arrive as they are and in order, except a broken one, which is told by its place", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const array = CALLS.map((call, index) =>
    index === BROKEN_AT - 1 ? LINES[index]! : JSON.stringify(call, null, 4)
  );
  const inputs = { lines: LINES.join("\n"), array: `[\n${array.join(",\n")}\n]` };
  const expected = CALLS.filter((_, index) => index !== BROKEN_AT - 1);
  for (const [name, input] of Object.entries(inputs)) {
    await directory.write(name, input);
    const { stderr } = await succeedInProcess(["produce", "--topic", name, "--input", name], options);
    match(stderr, /^4,999 records .* sent to /m);
    deepEqual(await values(name, options), expected, name);
    const [kept, ...others] = jsonLines(
      await Deno.readTextFile(join(directory.path, ".sfcrime", "dead-letters", `${name}.ndjson`)),
    );
    equal(others.length, 0);
    const before = input.slice(0, input.indexOf(LINES[BROKEN_AT - 1]!));
    deepEqual(
      [kept!["record"], kept!["line"], kept!["offset"], kept!["text"]],
      [BROKEN_AT, before.split("\n").length, new TextEncoder().encode(before).length, LINES[BROKEN_AT - 1]],
    );
  }
});

Deno.test("A limit ends the run behind that record, with its place, and a loop goes on at the first one", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const text = CALLS.map((call) => `${JSON.stringify(call)}\n`).join("");
  await directory.write("calls", text);
  const limited = await succeedInProcess(
    ["produce", "--topic", "some", "--input", "calls", "--limit", "2345"],
    options,
  );
  const offset = new TextEncoder().encode(text.split("\n").slice(0, 2_344).join("\n")).length + 1;
  match(limited.stderr, new RegExp(`^Stopped after record 2345 \\(line 2345, byte ${offset}\\)\\.$`, "m"));
  deepEqual(await values("some", options), CALLS.slice(0, 2_345));
  await succeedInProcess(
    ["produce", "--topic", "loop", "--input", "calls", "--loop", "--limit", "12000"],
    options,
  );
  const ids = (found: readonly unknown[]) => found.map((call) => (call as JsonRow)["crime_id"]);
  const looped = ids(await values("loop", options));
  ok(looped.length === 12_000);
  deepEqual(looped, ids([...CALLS, ...CALLS, ...CALLS.slice(0, 2_000)]));
});

Deno.test("Records without a key go to the partitions in turn, however many come at once", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await directory.write("calls", CALLS.map((call) => `${JSON.stringify(call)}\n`).join(""));
  const args = ["--topic", "turns", "--input", "calls", "--key", "none", "--partitions", "3"];
  await succeedInProcess(["produce", ...args], options);
  const read = ["consume", "--topic", "turns", "--from", "beginning", "--exit-at-end", "--format", "ndjson"];
  const rows = jsonLines((await succeedInProcess(read, options)).stdout);
  const found = Map.groupBy(rows, ({ partition }) => partition as number);
  for (const partition of [0, 1, 2]) {
    deepEqual(
      found.get(partition)!.map(({ value, key }) => [value, key]),
      CALLS.filter((_, index) => index % 3 === partition).map((call) => [call, null]),
    );
  }
});
