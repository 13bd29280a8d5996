import { deepEqual, equal, match, ok } from "assert";
import { COMMON_HABITS, type Habit, HABITS, OTHER_COMMANDS } from "../../lib/cli/help/habits/habits.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";

const CALLS = Array.from({ length: 5 }, (_, id) => `{"crime_id":"${id}"}\n`).join("");

Deno.test("Command lines of kcat, rpk, Kafka's scripts and Spark do what ours do", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["-P", "-t", "calls", "-l", "-", "-z", "gzip", "--request-required-acks", "all"], {
    ...options,
    stdin: CALLS,
  });
  await succeedInProcess(["produce", "--input", "-"], { ...options, stdin: CALLS });
  const same: readonly (readonly [theirs: readonly string[], ours: readonly string[]])[] = [
    [
      ["-C", "-t", "calls", "-e", "-o", "beginning", "-c", "2", "-q"],
      [
        "consume",
        "--topic",
        "calls",
        "--exit-at-end",
        "--from",
        "beginning",
        "--max-messages",
        "2",
        "--quiet",
      ],
    ],
    [
      ["-tcalls", "-C", "-e", "-o-2", "-c1", "-u", "-fvalue"],
      [
        ...["consume", "--topic", "calls", "--exit-at-end", "--from", "-2", "--max-messages", "1"],
        ...["--format", "value"],
      ],
    ],
    [
      [
        "consume",
        "--topic",
        "calls",
        "--from-beginning",
        "--limit",
        "3",
        "--consumer-property",
        "client.id=me",
      ],
      ["consume", "--topic", "calls", "--from", "beginning", "--max-messages", "3"],
    ],
    [["-C", "-t", "calls", "-e", "-o", "-2", "-J"], [
      "consume",
      "calls",
      "-e",
      "--from",
      "-2",
      "-f",
      "envelope",
    ]],
    [["-L"], ["topic", "list"]],
    [
      ["analyze", "--once", "-e", "SELECT crime_id FROM calls", "--checkpoint-location", "a", "--silent"],
      [
        ...[
          "analyze",
          "--trigger",
          "once",
          "--sql",
          "SELECT crime_id FROM calls",
          "--checkpoint",
          "b",
          "--quiet",
        ],
      ],
    ],
  ];
  for (const [theirs, ours] of same) {
    const [given, expected] = [
      await succeedInProcess(theirs, options),
      await succeedInProcess(ours, options),
    ];
    ok(given.stdout !== "", theirs.join(" "));
    equal(given.stdout, expected.stdout, theirs.join(" "));
  }
  equal((await succeedInProcess(["-V"])).stdout, (await succeedInProcess(["--version"])).stdout);
  match((await runInProcess(["topic", "describe", "none", "-v"], options)).stderr, /^ {4}at /m);
});

/** All habits, with the command that they belong to. */
const ALL: readonly (readonly [verb: string, habit: Habit])[] = [
  ...COMMON_HABITS.map((habit) => ["consume", habit] as const),
  ...Object.entries(HABITS).flatMap(([verb, habits]) => habits.map((habit) => [verb, habit] as const)),
];

Deno.test("Each option of another tool is one of ours, or is refused with what to do; none is in a help text", async () => {
  const helps = new Map<string, string>();
  for (const [verb, habit] of ALL) {
    if (!helps.has(verb)) helps.set(verb, (await succeedInProcess([verb, "--help"])).stdout);
    for (const flag of habit.flags) {
      // The version is printed at once.
      if (flag === "-V") continue;
      const shown = new RegExp(`^ {2}(?:-\\w, )?${flag}\\b`, "m").test(helps.get(verb)!);
      const given = habit.takes === undefined ? [flag] : [flag, "1"];
      const { code, stdout, stderr } = await runInProcess([verb, ...given, "--help"]);
      if ("instead" in habit) {
        equal(code, 2, `${verb} ${flag}\n${stderr}`);
        const name = COMMON_HABITS.includes(habit) ? "sfcrime" : `sfcrime ${verb}`;
        equal(stderr, `sfcrime: ${flag} is not an option of ${name}.\n  ${habit.instead}\n`);
        ok(!shown, `${verb} has ${flag}: it cannot be refused`);
      } else {
        equal(code, 0, `${verb} ${flag}\n${stderr}`);
        equal(stdout, helps.get(verb));
      }
    }
  }
});

Deno.test("A command of another tool is refused with ours, which exists", async () => {
  for (const [theirs, ours] of Object.entries(OTHER_COMMANDS)) {
    const { code, stderr } = await runInProcess([theirs]);
    equal(code, 2);
    equal(stderr, `sfcrime: unknown command '${theirs}'\n  It is here: sfcrime ${ours}.\n`);
    await succeedInProcess(["help", ...ours.split(" ").filter((word) => /^[a-z]+$/.test(word))]);
  }
  deepEqual((await runInProcess(["prodce"])).stderr.match(/Did you mean (\w+)\?/)?.[1], "produce");
});
