/** Paths of devices and of what the system makes up, which the program has no right to open. */
import { deepEqual, doesNotMatch, equal, match } from "assert";
import { Workplace } from "../support/workplace.ts";

const PATHS_OF_STDIN = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

Deno.test("The names that stdin has as a file are taken for it", async () => {
  await using place = new Workplace();
  for (const path of PATHS_OF_STDIN) {
    await place.succeed(["produce", "--input", path], { stdin: `{"path":"${path}"}\n` });
  }
  deepEqual(await place.values(), PATHS_OF_STDIN.map((path) => `{"path":"${path}"}`));
});

const PATHS: readonly (readonly string[])[] = [
  ["produce", "--input", "/dev/full"],
  ["produce", "--input", "/proc/self/status"],
  ["produce", "--input", "-", "--validate", "strict", "--dead-letter-file", "/dev/full"],
  ["config", "check", "--config", "/dev/stdin"],
  ["analyze", "--trigger", "once", "--late-rows", "/dev/full"],
  ["analyze", "--trigger", "once", "--progress", "/dev/full"],
  ["analyze", "--trigger", "once", "--checkpoint", "/dev/full"],
  ["analyze", "--trigger", "once", "-X", "table.radio_code.path=/dev/full"],
  ["topic", "list", "--data-dir", "/dev/full"],
];

Deno.test("A path of the system is refused by its name, and as nobody's defect", async () => {
  await using place = new Workplace();
  await place.succeed(["topic", "create", place.topic]);
  for (const args of PATHS) {
    const { code, stderr } = await place.run(args, { stdin: "{}\n" });
    equal(code === 1 || code === 2, true, `${args.join(" ")}: ${code}\n${stderr}`);
    match(stderr, /\/(dev|proc)\/\S+ .*cannot be|cannot .*\/(dev|proc)\//i, args.join(" "));
    match(
      stderr,
      /it belongs to the system, and sfcrime opens ordinary files and pipes only\.$/m,
      args.join(" "),
    );
    doesNotMatch(stderr, /allow-all|defect/);
  }
});
