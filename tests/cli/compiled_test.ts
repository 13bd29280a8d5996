import { deepEqual, equal, match, ok } from "assert";
import { Buffer } from "node:buffer";
import { basename, join } from "node:path";
import denoJson from "../../deno.json" with { type: "json" };
import { TARGETS } from "../build/targets.ts";
import { findChromium, TestBrowser } from "../support/browser.ts";
import { runTool } from "../support/cache.ts";
import { build, compileTo } from "../support/compiled.ts";
import { OtlpReceiver } from "../support/otlp_receiver.ts";
import { tableRows } from "../support/page_reader.ts";
import { run, type RunOptions, start } from "../support/program.ts";
import { programFlags, ROOT } from "../support/task.ts";
import { tempDir } from "../support/temp_dir.ts";
import { whenSame } from "../support/when_true.ts";
import {
  checkByType,
  checkDemo,
  checkWithDisposition,
  countedByType,
  jsonLines,
  runWell,
} from "./answers.ts";
import { checkEndings, COMMANDS } from "./terminal_endings.ts";

const chromium = await findChromium("the dashboard of the executable, in a browser");

const PLATFORM = TARGETS.find(({ triple }) => triple === Deno.build.target)!;
/** What is in the archive. */
const FOLDER = `sfcrime-${denoJson.version}-${PLATFORM.name}`;

/** As much of the end of the executable as contains the program. */
const PROGRAM_BYTES = 10_000_000;

/** The part of the executable that contains the program, a character for each byte. */
async function programIn(executable: string): Promise<string> {
  return new TextDecoder("latin1").decode((await Deno.readFile(executable)).subarray(-PROGRAM_BYTES));
}

/** The lines of the program in the stack traces on stderr, as `lib/….ts:LINE`. */
async function stackOf(args: readonly string[], options: RunOptions): Promise<string[]> {
  const { code, stderr } = await run([...args, "--log-level", "debug"], options);
  ok(code !== 0);
  return [...stderr.matchAll(/\((?:async )?file:\/\/\S*?\/(lib\/\S+?\.\w+:\d+):\d+\)|Caused by/g)].map((
    [whole, place],
  ) => place ?? whole);
}

Deno.test("The program may not do everything", () => {
  const flags = programFlags();
  ok(flags.includes("--no-prompt"));
  for (const flag of flags) {
    ok(!/^(-A|--allow-all|--allow-sys|--allow-(run|ffi|import)(=.*)?)$/.test(flag), flag);
  }
  // Of the system, the name of the machine and the room on its disks.
  deepEqual(flags.filter((flag) => flag.startsWith("--allow-sys")), ["--allow-sys=hostname,statfs"]);
  // Of the environment, only what is named.
  ok(flags.some((flag) => flag.startsWith("--allow-env=SFCRIME_*,")));
  ok(!flags.includes("--allow-env"));
});

Deno.test("The executable of a release, alone in a folder, gives the answers that the source gives", async (t) => {
  await using released = await tempDir();
  await using unpacked = await tempDir();
  await using directory = await tempDir();
  const archive = `${FOLDER}.${PLATFORM.archive}`;
  const { success, stderr } = await build("release", {
    args: ["--targets", PLATFORM.name, "--output", released.path],
  });
  ok(success, stderr);
  await runTool("tar", ["-xf", join(released.path, archive), "-C", unpacked.path]);
  const executable = join(directory.path, "sfcrime");
  await Deno.copyFile(join(unpacked.path, FOLDER, "sfcrime"), executable);
  // Neither Deno's cache nor anything else of the builder's is there for it.
  const options = {
    cwd: directory.path,
    executable,
    env: { HOME: directory.path, DENO_DIR: directory.path },
  };
  /** What it is compared to. */
  const source = { cwd: directory.path, fromSource: true } as const;

  const program = await programIn(executable);

  await t.step(
    "the release has an archive, licences and a bill of materials, with their checksums",
    async () => {
      const files = [archive, "sfcrime-licences.txt", "sfcrime.cdx.json"];
      deepEqual([...Deno.readDirSync(released.path)].map(({ name }) => name).toSorted(), [
        "SHA256SUMS",
        ...files,
      ]);
      equal(
        await runTool("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: released.path }),
        files.map((name) => `${name}: OK\n`).join(""),
      );
      const also = PLATFORM.also.map((path) => basename(path));
      deepEqual(
        [...Deno.readDirSync(join(unpacked.path, FOLDER))].map(({ name }) => name).toSorted(),
        ["CHANGELOG.md", "LICENSE", "app.cfg", "kafka.cfg", "sfcrime", ...also, ...files.slice(1)].toSorted(),
      );
    },
  );

  await t.step("built again, it is the same, byte for byte", async () => {
    const again = join(unpacked.path, "sfcrime");
    await compileTo(again);
    ok(Buffer.compare(await Deno.readFile(again), await Deno.readFile(executable)) === 0);
  });

  await t.step("it has the permissions and the V8 flags of the source, and no others", () => {
    const flags = programFlags();
    const [, permissions] = /"permissions":(\{[^}]*\})/.exec(program)!;
    const { allow_env, allow_import: _, prompt, ...others } = JSON.parse(permissions!);
    const variables = flags.find((flag) => flag.startsWith("--allow-env="))!.split("=")[1]!;
    deepEqual(allow_env, variables.split(","));
    equal(prompt, false);
    // An empty list is everything.
    const allowed = Object.keys(others).filter((name) => others[name] !== null);
    deepEqual(allowed.toSorted(), ["allow_net", "allow_read", "allow_sys", "allow_write"]);
    deepEqual(others.allow_sys, ["hostname", "statfs"]);
    const [, v8Flags] = /"v8_flags":(\[[^\]]*\])/.exec(program)!;
    for (const flag of flags.filter((flag) => flag.startsWith("--v8-flags="))) {
      ok(JSON.parse(v8Flags!).includes(flag.replace("--v8-flags=", "")));
    }
  });

  await t.step("the packages inside are locked, and listed with their licences beside it", async () => {
    // Behind the version of a package stand those of the packages that it is used with.
    const inside = [...program.matchAll(/node_modules\/\.deno\/(@?[^/"@]+@[^/"_]+)[^/"]*\/node_modules\//g)]
      .map(([, name]) => name!.replace("+", "/"));
    const text = await Deno.readTextFile(join(released.path, "sfcrime-licences.txt"));
    const [own, ...parts] = text.split(`\n\n${"-".repeat(80)}\n\n`);
    const runtime = parts.pop();
    equal(own, `sfcrime\n\n${(await Deno.readTextFile(join(ROOT, "LICENSE"))).trim()}`);
    match(runtime!, /^Deno \d/);
    const listed = parts.map((part) => {
      const [, name, version, , licence] =
        /^(\S+) (\S+) \((MIT|ISC|BSD-3-Clause(?: OR GPL-2\.0)?|Apache-2\.0(?: AND BSD-3-Clause)?)\)\n\n([^]+)$/
          .exec(part) ??
          [];
      match(
        licence!,
        /Permission is hereby granted|Permission to use, copy|TERMS AND CONDITIONS FOR USE|Redistribution and use/,
        part,
      );
      return `${name}@${version}`;
    });
    const ofPage = Object.values(denoJson.scopes["./lib/ui/page/"])
      .map((specifier) => /^npm:([^/]+)/.exec(specifier)![1]!);
    deepEqual(listed.toSorted(), [...new Set([...inside, ...ofPage])].toSorted());
    const { npm } = JSON.parse(await Deno.readTextFile(join(ROOT, "tests/deno.lock")));
    const locked = Object.keys(npm).map((name) => name.replace(/(?<=@[^_@]+)_.*$/, ""));
    for (const name of listed) ok(locked.includes(name), name);
    const { components } = JSON.parse(await Deno.readTextFile(join(released.path, "sfcrime.cdx.json"))) as {
      readonly components: readonly {
        readonly purl: string;
      }[];
    };
    const packages = components.filter(({ purl }) => purl.startsWith("pkg:npm/"));
    deepEqual(
      packages.map(({ purl }) => decodeURIComponent(purl.slice("pkg:npm/".length))).toSorted(),
      listed.toSorted(),
    );
    equal(components.length, packages.length + 2);
  });

  await t.step("--version and --help", async () => {
    const head = await runTool("git", ["-C", ROOT, "log", "-1", "--format=%H"]);
    const version = (await runWell(["--version"], options)).stdout.trim().replace(/\.dirty$/, "");
    equal(version, `${denoJson.version}+${head.slice(0, 12)}`);
    const about = JSON.parse((await runWell(["version", "--json"], options)).stdout);
    equal(about.commit, head.slice(0, 12));
    equal(about.platform, Deno.build.target);
    for (const args of [["--help"], ["analyze", "--help"]]) {
      deepEqual(await run(args, options), await run(args, source));
    }
  });

  await t.step("what it explains itself by is inside: documents, the configuration, completion", async () => {
    for (const args of [["help", "sql"], ["config", "init", "--output", "-"], ["completion", "bash"]]) {
      const { stdout } = await runWell(args, options);
      ok(stdout.length > 1_000, args.join(" "));
      equal(stdout, (await runWell(args, source)).stdout);
    }
  });

  await t.step("produce and consume", async () => {
    const { stderr } = await runWell(["produce", "--partitions", "2"], options);
    match(stderr, /^6,802 records \(.*\) sent to sf-police-calls in /m);
    const args = ["consume", "--from", "beginning", "--exit-at-end", "--format", "ndjson"];
    const { stdout } = await runWell(args, options);
    equal(stdout, (await runWell(args, source)).stdout);
    equal(jsonLines(stdout).length, 6_802);
  });

  await t.step("analyze, with worker threads and the built-in table", async () => {
    const args = ["--trigger", "available-now", "--sink", "ndjson", "--workers", "2"];
    checkByType(jsonLines((await runWell(["analyze", "by_type", ...args], options)).stdout));
    checkWithDisposition(
      jsonLines((await runWell(["analyze", "with_disposition", ...args], options)).stdout),
    );
  });

  await t.step({
    name: "analyze --ui, in a browser",
    ignore: chromium === undefined,
    async fn() {
      const args = ["--ui", "--ui-port", "0", "--sink", "none", "--workers", "1"];
      const program = start(["analyze", "by_type", ...args], options);
      await program.until(({ stderr }) => /Dashboard at \S+/.test(stderr));
      const [, url] = /Dashboard at (\S+)/.exec(program.stderr)!;
      await using browser = await TestBrowser.start(chromium!);
      const { page, errors, origins } = await browser.open(`${url}/#/by_type/results`);
      const counts = countedByType();
      await page.getByRole("button", { name: `Show ${counts.size} rows` }).click();
      const shown = async () => new Map((await tableRows(page, "Table: Rows")).map(([type, n]) => [type, n]));
      await whenSame(shown, () => new Map([...counts].map(([type, n]) => [type, String(n)])));
      deepEqual([errors, [...origins]], [[], [url]]);
      program.kill("SIGINT");
      equal((await program.ended()).code, 0);
    },
  });

  await t.step(
    "it exports nothing, whatever the environment says: that was decided when it was built",
    async () => {
      await using receiver = new OtlpReceiver();
      const args = ["analyze", "by_type", "--trigger", "available-now", "--sink", "none"];
      await runWell(args, { ...options, env: { ...options.env, ...receiver.environment } });
      deepEqual(receiver.requests, {});
    },
  );

  await t.step("an error names its lines in the source, in the main thread and in a worker", async () => {
    const divided = "query.divided.sql=SELECT 1 / (length(crime_id) - 9) FROM calls";
    const inWorker = ["analyze", "divided", "--trigger", "available-now", "-X", divided];
    for (
      const [args, file] of [[["analyze", "nope"], "lib/plan/"], [inWorker, "lib/analyze/workers/"]] as const
    ) {
      const places = await stackOf(args, options);
      ok(places.some((place) => place.startsWith(file)), places.join("\n"));
      deepEqual(places, await stackOf(args, source));
    }
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
      deepEqual(compiled, await run(args, source));
      equal(compiled.code, 2);
    }
  });

  await t.step("a Spark that is not there is named as by the source", async () => {
    const args = [
      "-b",
      "127.0.0.1:1",
      "analyze",
      "by_type",
      "--engine",
      "spark",
      "--remote",
      "sc://127.0.0.1:1",
    ];
    const compiled = await run(args, options);
    match(compiled.stderr, /Cannot reach Spark Connect at sc:\/\/127\.0\.0\.1:1: connection refused/);
    deepEqual(compiled, await run(args, source));
  });

  await t.step("nothing but the data directory is left in the folder", () => {
    deepEqual([...Deno.readDirSync(directory.path)].map(({ name }) => name).sort(), [".sfcrime", "sfcrime"]);
  });
});
