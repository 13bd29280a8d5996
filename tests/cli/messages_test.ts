import { deepEqual, doesNotMatch, equal, match, ok } from "assert";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { runScript } from "../support/shell.ts";
import { tempDir } from "../support/temp_dir.ts";
import { lines } from "../support/workplace.ts";
import { jsonLines, runWell } from "./answers.ts";

Deno.test("Data goes to stdout and all else to stderr; the first line there says which broker it is", async () => {
  await using directory = await tempDir();
  const cwd = directory.path;
  const produced = await runWell(["produce", "--limit", "3"], { cwd });
  equal(produced.stdout, "");
  match(produced.stderr, /^Using the embedded broker, \.sfcrime\/broker\.db\n/);
  const consumed = await runWell(["consume", "--from", "beginning", "--exit-at-end"], { cwd });
  equal(consumed.stdout.split("\n").length, 4);
  match(consumed.stderr, /^Using the embedded broker, .*\n(.*\n)*3 records \(.*\) consumed in .*\n$/);
});

Deno.test("--quiet leaves warnings and errors only", async () => {
  await using directory = await tempDir();
  const cwd = directory.path;
  await directory.write("mixed.ndjson", '{"crime_id":"1"}\nnonsense\n');
  const quiet = await succeedInProcess(["produce", "--input", "mixed.ndjson", "--quiet"], { cwd });
  doesNotMatch(quiet.stderr, /Using|Producing/);
  match(quiet.stderr, /^warning: Record 2 of mixed\.ndjson/m);
  equal((await succeedInProcess(["--quiet", "topic", "list"], { cwd })).stderr, "");
});

Deno.test("--log-format json makes every line of stderr one JSON object, errors and wrong usage too", async () => {
  await using directory = await tempDir();
  const cwd = directory.path;
  await directory.write("mixed.ndjson", '{"crime_id":"1"}\nnonsense\n');
  const json = ["--log-format", "json"];
  const runs = [
    await runInProcess([...json, "produce", "--input", "mixed.ndjson"], { cwd }),
    await runInProcess(["analyze", "--trigger", "available-now", "--sink", "none", ...json], { cwd }),
    await runInProcess(["consume", "--topic", "nope", ...json, "--log-level", "debug"], { cwd }),
    await runInProcess([...json, "consume", "--nope"], { cwd }),
    await runInProcess([...json, "produce", "--rate", "x"], { cwd }),
    await runInProcess(["produce", "--input", "nope"], { cwd, env: { SFCRIME_LOGGING_FORMAT: "json" } }),
  ];
  deepEqual(runs.map(({ code }) => code), [0, 0, 1, 2, 2, 2]);
  for (const { stderr, code } of runs) {
    const lines = jsonLines(stderr);
    ok(lines.length > 0);
    for (const { time, level, message } of lines) {
      ok(!Number.isNaN(Date.parse(String(time))), stderr);
      ok(["debug", "info", "warning", "error"].includes(String(level)), stderr);
      ok(String(message).length > 0, stderr);
    }
    if (code === 0) continue;
    const last = lines.at(-1)!;
    equal(last["level"], "error");
    match(String(last["code"]), /^(TOPIC_MISSING|USAGE|FILE_MISSING)$/);
  }
});

Deno.test("Lines of text begin with the time where stderr is no terminal, those of an error too, unless it is of the usage", async () => {
  await using directory = await tempDir();
  const cwd = directory.path;
  const args = ["topic", "list", "--log-level", "debug"];
  const [without, ...withTimes] = await Promise.all(
    ["never", "auto", "always"].map((time) =>
      runInProcess(args, { cwd, env: { SFCRIME_LOGGING_TIME: time } })
    ),
  );
  const timed = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) /;
  for (const { stderr } of withTimes) {
    for (const line of lines(stderr)) ok(Math.abs(Date.parse(timed.exec(line)![1]!) - Date.now()) < 600_000);
    deepEqual(lines(stderr).map((line) => line.replace(timed, "")), lines(without!.stderr));
  }
  const always = { cwd, env: { SFCRIME_LOGGING_TIME: "always" } };
  match(
    (await runInProcess(["consume", "nope"], always)).stderr,
    /^\S+Z sfcrime: Topic nope does not exist/m,
  );
  match((await runInProcess(["consume", "--nope"], always)).stderr, /^sfcrime: /);
});

Deno.test("The level of a part holds for that part, and other parts have the general one", async () => {
  await using directory = await tempDir();
  const roomsOf = async (level: string) => {
    const args = ["analyze", "by_type", "--trigger", "available-now", "--sink", "none", "--log-level", level];
    const { stderr } = await succeedInProcess([...args, "--log-format", "json"], { cwd: directory.path });
    return jsonLines(stderr).map(({ level, room }) => `${level} ${room}`);
  };
  await succeedInProcess(["produce", "--limit", "10"], { cwd: directory.path });
  const [info, warning, analyze, all] = [
    await roomsOf("info"),
    await roomsOf("warning"),
    await roomsOf("warning, analyze=debug"),
    await roomsOf("debug"),
  ];
  ok(info.includes("info broker") && info.includes("info analyze"));
  deepEqual(warning, []);
  ok(analyze.includes("info analyze"));
  ok(analyze.every((line) => line.endsWith(" analyze")));
  ok(all.includes("info broker"));
  const { code, stderr } = await runInProcess(["topic", "list", "--log-level", "kafak=debug"], {
    cwd: directory.path,
  });
  equal(code, 2);
  match(stderr, /kafak=debug.*expected debug, info, warning or error, or levels of parts .* kafka, kafkajs/);
});

Deno.test("A stack is shown at the level debug only, and then with that of the cause", async () => {
  await using directory = await tempDir();
  const args = ["produce", "--input", "nope.json"];
  const without = await runInProcess(args, { cwd: directory.path });
  doesNotMatch(without.stderr, /^ +at |Caused by/m);
  for (
    const debug of [
      await runInProcess([...args, "--log-level", "debug"], { cwd: directory.path }),
      await runInProcess(args, { cwd: directory.path, env: { SFCRIME_LOGGING_LEVEL: "debug" } }),
    ]
  ) {
    equal(debug.code, 2);
    ok(debug.stderr.startsWith(without.stderr), debug.stderr);
    match(debug.stderr, /^ +at .*open_input\.ts:\d+/m);
    match(debug.stderr, /^Caused by: NotFound/m);
  }
});

Deno.test("Nothing is coloured where there is no terminal, with NO_COLOR, or with --no-color", async () => {
  await using directory = await tempDir();
  for (
    const [args, env] of [
      [["demo", "--no-color"], {}],
      [["demo"], { NO_COLOR: "1", FORCE_COLOR: "1", TERM: "xterm-256color" }],
    ] as const
  ) {
    const { stdout, stderr } = await runWell(args, { cwd: directory.path, env });
    ok(!`${stdout}${stderr}`.includes("\u001b"));
  }
});

Deno.test("Flags of all commands may stand before or after the command", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(
    ["--topic", "a", "--data-dir", "d", "produce", "--input", "sample", "--limit", "2"],
    options,
  );
  const after = await succeedInProcess(
    ["consume", "--from", "beginning", "--exit-at-end", "--topic", "a", "--data-dir", "d"],
    options,
  );
  const before = await succeedInProcess(
    ["--data-dir", "d", "--topic", "a", "consume", "--from", "beginning", "--exit-at-end"],
    options,
  );
  equal(after.stdout.split("\n").length, 3);
  equal(before.stdout, after.stdout);
});

Deno.test("A full disk ends any command with 1, and is called that", async () => {
  await using directory = await tempDir();
  const cwd = directory.path;
  await runWell(["produce", "--quiet"], { cwd });
  for (
    const command of [
      "consume --from beginning > /dev/full",
      "analyze --trigger available-now --sink ndjson > /dev/full",
      "analyze by_type --trigger available-now > /dev/full",
      "config show > /dev/full",
      "demo > /dev/full",
      "--help > /dev/full",
    ] as const
  ) {
    const { code, stderr } = await runScript(`"\${sfcrime[@]}" ${command}`, { cwd });
    equal(code, 1, `${command}\n${stderr}`);
    match(stderr, /^sfcrime: .*No space left on device: cannot write stdout\.\n {2}Free up some space/m);
    doesNotMatch(stderr, /^ +at /m);
  }
});

const TMPFS_BYTES = 600_000;

Deno.test({
  name: "A full data directory ends produce with 1, and what was confirmed before is kept",
  // Only root may mount a file system of its own size.
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  fn: async () => {
    await using directory = await tempDir();
    const cwd = directory.path;
    const { code, stderr } = await runScript(
      `mkdir small && mount -t tmpfs -o size=${TMPFS_BYTES} tmpfs small || exit 99
      trap 'umount small' EXIT
      "\${sfcrime[@]}" produce --data-dir small --rate 100000 --loop
      code=$?
      echo "--- $("\${sfcrime[@]}" topic offsets sf-police-calls --data-dir small 2>&1 | tail -n 1)" >&2
      exit $code`,
      { cwd },
    );
    equal(code, 1, stderr);
    match(
      stderr,
      /^sfcrime: No space left on device: cannot write small\/broker\.db\.\n {2}Free up some space/m,
    );
    match(stderr, /^--- sf-police-calls-0: 0 to \d+ \(/m);
  },
});

Deno.test("A variable whose name is mistyped is warned about, also with --quiet", async () => {
  await using directory = await tempDir();
  const env = { SFCRIME_KAFKA_BOOTSTRAP_SERVER: "127.0.0.1:9092" };
  const warning =
    "warning: Ignoring environment variable SFCRIME_KAFKA_BOOTSTRAP_SERVER. Did you mean SFCRIME_KAFKA_BOOTSTRAP_SERVERS?\n";
  for (const args of [["topic", "list", "--quiet"], ["config", "check", "--quiet"]]) {
    equal((await succeedInProcess(args, { cwd: directory.path, env })).stderr, warning);
  }
  // What other programs read is no mistake where the servers are named.
  const foreign = { KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9092" };
  const check = ["config", "check", "--quiet"];
  match(
    (await succeedInProcess(check, { cwd: directory.path, env: foreign })).stderr,
    /Did you mean SFCRIME_KAFKA/,
  );
  equal(
    (await succeedInProcess([...check, "-b", "127.0.0.1:9092"], { cwd: directory.path, env: foreign }))
      .stderr,
    "",
  );
});

Deno.test("Commands that only read make no data directory", async () => {
  await using directory = await tempDir();
  const commands = [
    [0, "topic", "list"],
    [1, "topic", "describe", "none"],
    [1, "topic", "offsets", "none"],
    [1, "topic", "delete", "none", "--yes"],
    [1, "consume", "--exit-at-end"],
    [1, "consume", "--from", "beginning"],
    [1, "analyze", "--trigger", "available-now"],
    [0, "analyze", "--explain"],
    [0, "state", "list"],
    [2, "state", "show", "by_type"],
    [0, "config", "show"],
    [0, "config", "check"],
  ] as const;
  await Promise.all(commands.map(async ([expected, ...args]) => {
    const { code, stderr } = await runInProcess(args, { cwd: directory.path });
    equal(code, expected, `${args.join(" ")}\n${stderr}`);
  }));
  deepEqual([...Deno.readDirSync(directory.path)], []);
});
