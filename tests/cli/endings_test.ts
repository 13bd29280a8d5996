import { deepEqual, equal, match, ok } from "assert";
import { sampleCalls } from "../support/calls.ts";
import { run, start } from "../support/program.ts";
import { runScript, startScript } from "../support/shell.ts";
import { tempDir } from "../support/temp_dir.ts";
import { jsonLines, runWell } from "./answers.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A pipe with a name, held open by the test, which so decides when bytes come and when they are taken. */
async function namedPipe(path: string): Promise<Deno.FsFile> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  ok(success);
  return await Deno.open(path, { read: true, write: true });
}

Deno.test("produce | consume | head: a reader that has enough ends all of them with 0, quietly", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await runWell(["topic", "create", "sf-police-calls"], options);
  const { code, stdout, stderr } = await runScript(
    `"\${sfcrime[@]}" produce --quiet | "\${sfcrime[@]}" consume --from beginning --format value --quiet | head -n 3
    echo "\${PIPESTATUS[*]}"`,
    options,
  );
  equal(code, 0);
  equal(stderr, "");
  const lines = stdout.trimEnd().split("\n");
  equal(lines.pop(), "0 0 0");
  deepEqual(lines.map((line) => JSON.parse(line)), sampleCalls().slice(0, 3));
  const analysis = await runScript(
    `"\${sfcrime[@]}" analyze with_disposition --trigger available-now --sink ndjson --quiet | head -n 1 >/dev/null
    echo "\${PIPESTATUS[*]}"`,
    options,
  );
  equal(analysis.stdout, "0 0\n");
  equal(analysis.stderr, "");
});

Deno.test("A produce that is interrupted sends what it took, says how far it came, and ends with 0", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  for (const signal of SIGNALS) {
    const topic = signal.toLowerCase();
    const program = start(
      ["produce", "--input", "sample", "--topic", topic, "--rate", "500", "--progress-interval", "5"],
      options,
    );
    await program.until(({ stderr }) => /records sent/.test(stderr));
    program.kill(signal);
    const { code, stderr } = await program.ended();
    equal(code, 0, stderr);
    match(stderr, /^Stopping: /m);
    const sent = Number(/^([\d,]+) records \(.*\) sent to/m.exec(stderr)?.[1]?.replaceAll(",", ""));
    match(stderr, new RegExp(`^Stopped after record ${sent} \\(`, "m"));
    const { stdout } = await run(["topic", "offsets", topic], options);
    equal(stdout, `${topic}-0: 0 to ${sent} (${sent} offsets)\n`);
  }
});

Deno.test("A produce that waits for stdin has sent what came, and can be interrupted without a dead letter", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  using input = await namedPipe(`${directory.path}/input`);
  const program = startScript(
    `exec "\${sfcrime[@]}" produce --input - --progress-interval 5 < input`,
    options,
  );
  const calls = sampleCalls().slice(0, 10).map((call) => `${JSON.stringify(call)}\n`).join("");
  await input.write(new TextEncoder().encode(`${calls}{"crime_id":"half`));
  await program.until(({ stderr }) => /^10 records sent/m.test(stderr));
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  equal(code, 0, stderr);
  match(stderr, /^10 records \(.*\) sent to /m);
  ok(!stderr.includes("warning"), stderr);
});

Deno.test("A consume that is interrupted ends with 0, and its group goes on behind what was printed", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await runWell(["produce", "--limit", "20"], options);
  const printed: unknown[] = [];
  for (const signal of SIGNALS) {
    const program = start(["consume", "--format", "ndjson"], options);
    const expected = signal === "SIGINT" ? 20 : 5;
    await program.until(({ stdout }) => stdout.split("\n").length > expected);
    program.kill(signal);
    const { code, stdout, stderr } = await program.ended();
    equal(code, 0, stderr);
    match(stderr, new RegExp(`^${expected} records \\(.*\\) consumed in .* records/s`, "m"));
    printed.push(...jsonLines(stdout).map(({ offset }) => offset));
    await runWell(["produce", "--limit", "5"], options);
  }
  deepEqual(printed, Array.from({ length: 25 }, (_, offset) => offset));
});

Deno.test("An analysis that is interrupted ends behind its batch with 0", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await runWell(["produce"], options);
  for (const signal of SIGNALS) {
    const program = start(["analyze", "--trigger", "100ms", "--sink", "none"], options);
    await program.until(({ stderr }) => /with_disposition batch 0: /.test(stderr));
    program.kill(signal);
    const { code, stdout, stderr } = await program.ended();
    equal(code, 0, stderr);
    match(stderr, /^Stopping after the current batch/m);
    equal(stdout, "");
  }
});

Deno.test("A second interrupt ends the program at once, with 130", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await runWell(["produce"], options);
  // The batch cannot end while nobody takes its rows.
  using output = await namedPipe(`${directory.path}/output`);
  const program = startScript(
    `exec "\${sfcrime[@]}" analyze with_disposition --sink ndjson --trigger available-now > output`,
    options,
  );
  await output.read(new Uint8Array(1));
  program.kill("SIGINT");
  await program.until(({ stderr }) => stderr.includes("Stopping after the current batch"));
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  equal(code, 130, stderr);
});
