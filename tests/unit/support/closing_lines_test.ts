import { deepEqual, equal } from "assert";
import { join } from "node:path";
import { closingLines, type EndedStep } from "../../support/closing_lines.ts";
import { runStep, type Step } from "../../support/step.ts";
import { tempDir } from "../../support/temp_dir.ts";

/** Runs `deno` with these arguments, in one step for each list, and gives what it says when all have ended. */
async function linesOf(
  steps: readonly Step[],
  { path, isInterrupted = false }: { readonly path: string; readonly isInterrupted?: boolean },
): Promise<string[]> {
  const interruption = new AbortController();
  if (isInterrupted) interruption.abort();
  const ended: EndedStep[] = [];
  for (const step of steps) {
    const options = { directory: join(path, `${step.name}.d`), signal: interruption.signal };
    ended.push({ name: step.name, ...await runStep(step, options) });
  }
  return closingLines(ended).map((line) => line.replaceAll(`file://${path}/`, ""));
}

function testStep(path: string, file: string): Step {
  return {
    name: file,
    args: ["test", "-q", "--no-check", "--allow-all", join(path, file)],
    hasTests: true,
  };
}

Deno.test("The last lines of all tests name each that failed, with its file and error, and end with the total", async () => {
  await using directory = await tempDir();
  const { path } = directory;
  await directory.write(
    "some_test.ts",
    `Deno.test("one", () => {});
Deno.test("A <law>", () => { throw new Error("as it\\n\\nshould\\nFailed: other"); });
Deno.test("steps", async (t) => { await t.step("inner", () => { throw new TypeError("too"); }); });
Deno.test("long", () => { throw new Error(Array.from({ length: 99 }, (_, at) => "line " + at).join("\\n")); });
Deno.test("loose", async () => { Promise.reject(new Error("not awaited")); await new Promise(() => {}); });`,
  );
  await directory.write("whole_test.ts", `Deno.test("one", () => {});`);
  await directory.write("absent_test.ts", `import "./nothing.ts";`);
  const lines = await linesOf([
    testStep(path, "some_test.ts"),
    testStep(path, "whole_test.ts"),
    testStep(path, "absent_test.ts"),
    { name: "check", args: ["eval", `console.log("one thing"); console.error("is wrong"); Deno.exit(1);`] },
  ], { path });
  // The code and the places of errors, which Deno shows as well.
  const stated = lines.filter((line) =>
    !/^ {2}( {4}at |Deno\.test| *\^$|Stack backtrace|.*<unknown>)/.test(line)
  );
  deepEqual(stated.map((line) => line.replace(/(=>|Failed:) \S*some_test/, "$1 some_test")), [
    "Failed: A <law> => some_test.ts:2:6",
    "  error: Error: as it",
    "  should",
    "  Failed: other",
    "Failed: steps ... inner => some_test.ts:3:43",
    "  error: TypeError: too",
    "Failed: long => some_test.ts:4:6",
    "  error: Error: line 0",
    ...Array.from({ length: 11 }, (_, at) => `  line ${at + 1}`),
    "Failed: some_test.ts (uncaught error)",
    "  error: (in promise) Error: not awaited",
    "  This error was not caught from a test and caused the test runner to fail on the referenced module.",
    "  It most likely originated from a dangling promise, event/timeout handler or top-level code.",
    "Failed: absent_test.ts",
    '  error: Module not found "nothing.ts".',
    "Failed: check",
    "  one thing",
    "  is wrong",
    "2 passed, 7 failed",
  ]);
});

Deno.test("Tests that were skipped are named before the total, with what they need", async () => {
  await using directory = await tempDir();
  const { path } = directory;
  await directory.write(
    "needy_test.ts",
    `console.log("Skipped: one thing: it needs another.");
     Deno.test({ name: "one thing", ignore: true, fn() {} });
     Deno.test("another", () => console.log("It is not Skipped: at all."));`,
  );
  const args = ["test", "--no-check", "--allow-all", join(path, "needy_test.ts")];
  deepEqual(await linesOf([{ name: "needy", args, hasTests: true }], { path }), [
    "Skipped: one thing: it needs another.",
    "1 passed, 0 failed, 1 skipped",
  ]);
});

Deno.test("Steps that were interrupted are named before the total", async () => {
  await using directory = await tempDir();
  const { path } = directory;
  const lines = await linesOf([{ name: "one", args: ["eval", ""] }], { path, isInterrupted: true });
  equal(lines.join("\n"), "Interrupted: one\n0 passed, 1 failed");
});
