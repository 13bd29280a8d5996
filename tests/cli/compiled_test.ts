import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import denoJson from "../../deno.json" with { type: "json" };
import { compileTo } from "../support/compiled.ts";
import { run } from "../support/program.ts";
import { programFlags, taskWords } from "../support/task.ts";
import { tempDir } from "../support/temp_dir.ts";
import { checkByType, checkDemo, checkWithDisposition, jsonLines, runWell } from "./answers.ts";
import { checkEndings, COMMANDS } from "./terminal_endings.ts";

Deno.test("The executable may do what the program from source may do, and neither may do everything", () => {
  const flags = programFlags();
  deepEqual(taskWords("compile").slice(2, 2 + flags.length), flags);
  for (const task of ["sfcrime", "compile"]) {
    const words = taskWords(task);
    ok(words.includes("--no-prompt"));
    for (const word of words) {
      ok(!/^(-A|--allow-all|--allow-(run|ffi|sys|import)(=.*)?)$/.test(word), `${task}: ${word}`);
    }
    // Of the environment, only what is named.
    ok(words.some((word) => word.startsWith("--allow-env=SFCRIME_*,")));
    ok(!words.includes("--allow-env"));
  }
});

Deno.test("The executable alone in a folder gives the answers that the source gives", async (t) => {
  await using build = await tempDir();
  await using directory = await tempDir();
  await compileTo(join(build.path, "sfcrime"));
  const executable = join(directory.path, "sfcrime");
  await Deno.copyFile(join(build.path, "sfcrime"), executable);
  // Neither Deno's cache nor anything else of the builder's is there for it.
  const options = {
    cwd: directory.path,
    executable,
    env: { HOME: directory.path, DENO_DIR: directory.path },
  };

  await t.step("--version and --help", async () => {
    equal((await runWell(["--version"], options)).stdout, `${denoJson.version}\n`);
    for (const args of [["--help"], ["analyze", "--help"]]) {
      deepEqual(await run(args, options), await run(args));
    }
  });

  await t.step("produce and consume", async () => {
    const { stderr } = await runWell(["produce", "--partitions", "2"], options);
    match(stderr, /^6,802 records \(.*\) sent to sf-police-calls in /m);
    const args = ["consume", "--from", "beginning", "--exit-at-end", "--format", "ndjson"];
    const { stdout } = await runWell(args, options);
    equal(stdout, (await runWell(args, { cwd: directory.path })).stdout);
    equal(jsonLines(stdout).length, 6_802);
  });

  await t.step("analyze, with worker threads and the built-in table", async () => {
    const args = ["--trigger", "available-now", "--sink", "ndjson", "--workers", "2"];
    checkByType(jsonLines((await runWell(["analyze", "by_type", ...args], options)).stdout));
    checkWithDisposition(
      jsonLines((await runWell(["analyze", "with_disposition", ...args], options)).stdout),
    );
  });

  await t.step("demo", async () => checkDemo(await run(["demo"], options)));

  for (const command of COMMANDS) {
    await t.step(
      `${command.args[0]} ends well on a terminal by every signal, and leaves nothing behind`,
      () => checkEndings(command, executable),
    );
  }

  await t.step("what is wrong ends with the same code and words", async () => {
    for (const args of [["prodce"], ["produce", "--input", "nope"], ["analyze", "--trigger", "10"]]) {
      const compiled = await run(args, options);
      deepEqual(compiled, await run(args, { cwd: directory.path }));
      equal(compiled.code, 2);
    }
  });

  await t.step("nothing but the data directory is left in the folder", () => {
    deepEqual([...Deno.readDirSync(directory.path)].map(({ name }) => name).sort(), [".sfcrime", "sfcrime"]);
  });
});
