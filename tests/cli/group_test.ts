import { deepEqual, equal, match } from "assert";
import { startOnTerminal } from "../support/terminal.ts";
import { lines, Workplace } from "../support/workplace.ts";

Deno.test("Groups of the embedded broker are listed, described, reset and deleted", async () => {
  await using place = new Workplace();
  const { topic } = place;
  await place.succeedInProcess(["produce", "--limit", "10"]);
  const group = (...args: string[]) => place.runInProcess(["group", ...args]);
  equal((await group("list")).stdout, "");
  await place.succeedInProcess(["consume", "--group", "readers", "--max-messages", "4"]);
  equal((await group("list")).stdout, "GROUP    STATE  PROTOCOL\nreaders  Empty  classic\n");
  const lag = await group("lag", "readers");
  deepEqual(lines(lag.stdout).map((line) => line.split(/ +/)), [
    ["TOPIC", "PARTITION", "COMMITTED", "END", "LAG"],
    [topic, "0", "4", "10", "6"],
  ]);
  match(lag.stderr, /Group readers is 6 offsets behind in 1 partition/);

  const member = place.start(["consume", "--group", "readers"]);
  await member.until(({ stdout }) => lines(stdout).length === 6);
  match((await group("describe", "readers")).stdout, /^Group readers: Stable, 1 member, classic protocol, /);
  const refused = await group("delete", "readers", "--yes");
  equal(refused.code, 1);
  match(refused.stderr, /Group readers has 1 member, so it cannot be deleted\./);
  member.kill("SIGINT");
  equal((await member.ended()).code, 0);

  const dry = await group("reset", "readers", "--to", "-3", "--dry-run");
  match(dry.stdout, new RegExp(`^${topic} +0 +10 +7$`, "m"));
  match(dry.stderr, /Nothing was changed/);
  equal((await group("reset", "readers", "--to", "-3", "--yes")).code, 0);
  const values = ["consume", "--group", "readers", "--exit-at-end", "--format", "value"];
  equal(lines((await place.succeedInProcess(values)).stdout).length, 3);
  match((await group("reset", "readers", "--to", "end", "--yes")).stderr, /Group readers is there already/);
  equal((await group("delete", "readers", "--yes")).code, 0);
  equal((await group("list")).stdout, "");
  for (const verb of [["describe"], ["lag"], ["delete", "--yes"]]) {
    const missing = await group(...verb, "readers");
    equal(missing.code, 1);
    match(missing.stderr, /Group readers does not exist\.\n {2}The broker has no groups yet/);
  }
});

Deno.test("Resetting and deleting a group ask on a terminal; what is missing is said before the broker is asked", async () => {
  await using place = new Workplace();
  await place.succeedInProcess(["produce", "--limit", "10"]);
  await place.succeedInProcess(["consume", "--group", "readers", "--max-messages", "4"]);
  for (
    const [args, said] of [
      [["reset", "readers"], /--to is missing: where does the group go on to read\?/],
      [["reset", "readers", "--to", "middle"], /--to = "middle": expected beginning, end/],
      [["reset", "readers", "--to", "end"], /Resetting a group has to be confirmed/],
      [["delete", "readers"], /Deleting a group has to be confirmed/],
    ] as const
  ) {
    const { code, stderr } = await place.runInProcess(["group", ...args]);
    equal(code, 2);
    match(stderr, said);
  }
  for (
    const [args, question, answer, code] of [
      [["reset", "readers", "--to", "end"], "Reset group readers in 1 partition? [y/N] ", "n\n", 1],
      [["reset", "readers", "--to", "end"], "Reset group readers in 1 partition? [y/N] ", "y\n", 0],
      [
        ["delete", "readers"],
        "Delete group readers with 1 committed offset in 1 topic? [y/N] ",
        "readers\n",
        0,
      ],
    ] as const
  ) {
    const run = startOnTerminal(["group", ...args], { cwd: place.directory, columns: 120, rows: 10 });
    await run.until(() => run.raw.includes(question));
    run.type(answer);
    equal(await run.ended(), code);
  }
  equal((await place.succeedInProcess(["group", "list"])).stdout, "");
});
