import { deepEqual, equal, match, ok } from "assert";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { inLanes } from "../../support/lanes.ts";
import { runStep, type StepOptions } from "../../support/step.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { testFilesIn } from "../../support/test_files.ts";
import { whenTrue } from "../../support/when_true.ts";

const NEVER = new AbortController().signal;
const HOUR_S = "3600";

/** Code for `deno eval` that starts a program, which writes where it does, and says that it has. */
const STARTER = `
  new Deno.Command("sleep", { args: ["${HOUR_S}"], stdin: "null" }).spawn().unref();
  console.log("begun");
  Deno.writeTextFileSync(Deno.env.get("TMPDIR") + "/begun", "");`;

async function begun({ directory }: StepOptions): Promise<void> {
  await whenTrue(() => Deno.stat(join(directory, "begun")).then(() => true, () => false));
}

Deno.test("Each job runs once, no more at a time than there are lanes, and results are in the jobs' order", async () => {
  for (const lanes of [1, 2, 3, 7]) {
    let [running, most] = [0, 0];
    const jobs = [5, 1, 4, 2, 3].map((turns, index) => async () => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      running--;
      return index;
    });
    deepEqual(await inLanes(jobs, lanes), [0, 1, 2, 3, 4]);
    equal(most, Math.min(lanes, jobs.length));
  }
});

Deno.test("A step counts what its tests report; a file that cannot be loaded is a failure", async () => {
  await using directory = await tempDir();
  await directory.write(
    "some_test.ts",
    `Deno.test("one", () => {});
     Deno.test("two", async (t) => {
       await t.step("three", () => {});
     });
     Deno.test({ name: "four", ignore: true, fn() {} });
     Deno.test("five", () => {
       throw new Error("as it should");
     });`,
  );
  await directory.write("good_test.ts", `Deno.test("one", () => {});`);
  await directory.write("bad_test.ts", `import "./nothing.ts";`);
  const sumOf = async (name: string) => {
    const args = ["test", "-q", "--no-check", "--allow-all", join(directory.path, name)];
    const options = { directory: join(directory.path, `${name}.d`), signal: NEVER };
    return (await runStep({ name, args, hasTests: true }, options)).sum;
  };
  deepEqual(await sumOf("some_test.ts"), { passed: 3, failed: 1, skipped: 1 });
  deepEqual(await sumOf("good_test.ts"), { passed: 1, failed: 0, skipped: 0 });
  deepEqual(await sumOf("bad_test.ts"), { passed: 0, failed: 1, skipped: 0 });
});

Deno.test("Test files of a step share an isolate, but for those that say why they do not", async () => {
  await using directory = await tempDir();
  await Deno.mkdir(join(directory.path, "first", "deeper"), { recursive: true });
  const asserting = (value: string) =>
    `Deno.test("it", () => {
       const { mark } = globalThis;
       if (mark !== ${value}) throw new Error("The mark is " + mark);
     });`;
  await directory.write("first/a_test.ts", `globalThis.mark = 1; ${asserting("3")}`);
  await directory.write(
    "b_test.ts",
    `// In an isolate of its own: it has no mark.\n${asserting("undefined")}`,
  );
  await directory.write("first/deeper/c_test.ts", `globalThis.mark += 2; ${asserting("3")}`);
  await directory.write("d.ts", `globalThis.mark = 9;`);
  const files = testFilesIn(directory.path);
  deepEqual(files.map((path) => relative(directory.path, path)), [
    "b_test.ts",
    "first/a_test.ts",
    "first/deeper/c_test.ts",
  ]);
  const options = { directory: join(directory.path, "step"), signal: NEVER };
  const args = ["test", "-q", "--no-check", "--allow-all"];
  const { sum, output } = await runStep({ name: "files", args, files, hasTests: true }, options);
  deepEqual(sum, { passed: 3, failed: 0, skipped: 0 }, output);
});

Deno.test("A step without tests counts as one, and its output is what it has said on both streams", async () => {
  await using directory = await tempDir();
  for (const [code, passed] of [[0, 1], [3, 0]]) {
    const args = ["eval", `console.log("out"); console.error("err"); Deno.exit(${code})`];
    const options = { directory: join(directory.path, String(code)), signal: NEVER };
    const { sum, output, isInterrupted } = await runStep({ name: "check", args }, options);
    deepEqual(sum, { passed, failed: 1 - passed!, skipped: 0 });
    deepEqual(output.trimEnd().split("\n").toSorted(), ["err", "out"]);
    equal(isInterrupted, false);
  }
});

Deno.test("A step's tests start the bundle that it is given, and without one the source", async () => {
  await using directory = await tempDir();
  const program = new URL("../../support/program.ts", import.meta.url).href;
  const args = ["eval", `console.log((await import("${program}")).programWords(["--help"]).join(" "))`];
  for (
    const [name, how, words] of [
      ["bundled", { bundle: "/some/bundle" }, / run .* \/some\/bundle\/main\.js --help$/m],
      ["source", {}, / run .*\/main\.ts --help$/m],
    ] as const
  ) {
    const options = { directory: join(directory.path, name), signal: NEVER, ...how };
    match((await runStep({ name, args }, options)).output, words);
  }
});

Deno.test("A step that cannot begin is a failure, which says why", async () => {
  await using directory = await tempDir();
  const options = { directory: join(directory.path, "missing", "step"), signal: NEVER };
  const { sum, output } = await runStep({ name: "nowhere", args: ["eval", ""] }, options);
  deepEqual(sum, { passed: 0, failed: 1, skipped: 0 });
  match(output, /missing/);
});

Deno.test("A program that a step leaves behind is ended with it", async () => {
  await using directory = await tempDir();
  const options = { directory: join(directory.path, "step"), signal: NEVER };
  // The program writes to the step's output, so this would last as long as the program.
  const { sum, output } = await runStep({ name: "leaving", args: ["eval", STARTER] }, options);
  deepEqual(sum, { passed: 1, failed: 0, skipped: 0 });
  match(output, /begun/);
});

Deno.test("A step that is interrupted ends with all that it has started, and is a failure, as each that has not begun", async () => {
  await using directory = await tempDir();
  const interruption = new AbortController();
  const options = { directory: join(directory.path, "step"), signal: interruption.signal };
  const step = { name: "waiting", args: ["eval", `${STARTER} setInterval(() => {}, 1_000);`] };
  const running = runStep(step, options);
  await begun(options);
  interruption.abort();
  const { sum, output, isInterrupted } = await running;
  deepEqual(sum, { passed: 0, failed: 1, skipped: 0 });
  match(output, /begun/);
  ok(isInterrupted);
  const later = await runStep(step, { ...options, directory: join(directory.path, "later") });
  deepEqual(later, { sum, output: "", isInterrupted: true });
});

Deno.test("What the tests of an interrupted step keep in memory is removed", async () => {
  await using directory = await tempDir();
  const interruption = new AbortController();
  const options = { directory: join(directory.path, "step"), signal: interruption.signal };
  const module = new URL("../../support/temp_dir.ts", import.meta.url).href;
  const code = `const { path } = await (await import("${module}")).tempDir({ inMemory: true });
    console.log("made " + path);
    Deno.writeTextFileSync(Deno.env.get("TMPDIR") + "/begun", "");
    setInterval(() => {}, 1_000);`;
  const running = runStep({ name: "keeping", args: ["eval", code] }, options);
  await begun(options);
  interruption.abort();
  const made = /^made (.+)$/m.exec((await running).output)![1]!;
  equal(existsSync(made), false, made);
});
