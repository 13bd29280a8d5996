/** The commands of `docs/any_topic.md` in their order, with its configuration file, and what they have to print. */
import { deepEqual, equal, match } from "assert";
import { jsonLines } from "./answers.ts";
import { readmeCommands, ReadmeShell } from "../support/readme.ts";
import { sharedRegistry } from "../support/schema_registry.ts";

const PAGE = Deno.readTextFileSync(new URL("../../docs/any_topic.md", import.meta.url));
const FILE = /```ini\n(.*?)```/s.exec(PAGE)![1]!;
const hour = (start: number) => ({
  start: `2025-01-01T0${start}:00:00.000Z`,
  end: `2025-01-01T0${start + 1}:00:00.000Z`,
});

/** By command. */
const EXPECTED: readonly ((stdout: string) => void)[] = [
  (stdout) => equal(stdout, ""),
  (stdout) => match(stdout, /\{"id":"d7","site":"north"\}'? {2}.*"value":22\.5/),
  (stdout) => match(stdout, /^\[stream\.readings\]\n.*key_format = json\n.*id STRING KEY, site STRING KEY/ms),
  (stdout) => {
    match(stdout, /\| *north\| *2\| *22\.5\|/);
    match(stdout, /\| *south\| *1\| *19\.0\|/);
  },
  (stdout) => {
    const counts = [...stdout.matchAll(/\| *(\d+)\|$/gm)].map(([, count]) => Number(count));
    equal(counts.reduce((sum, count) => sum + count, 0), 3, stdout);
  },
  () => {},
  (stdout) =>
    deepEqual(
      (jsonLines(stdout) as unknown as { readonly mean: number }[]).toSorted((left, right) =>
        left.mean - right.mean
      ),
      [
        { hour: hour(0), site: "south", n: 1, mean: 19 },
        { hour: hour(0), site: "north", n: 1, mean: 21.5 },
        { hour: hour(1), site: "north", n: 1, mean: 22.5 },
      ],
    ),
  (stdout) => equal(stdout, ""),
  (stdout) => equal(stdout, ""),
  (stdout) => match(stdout, /^format = avro$/m),
  (stdout) => match(stdout, /\| *2\.5\|/),
];

Deno.test("Every command of the page for any topic prints what it says, with its file and a real registry", async (t) => {
  await using shell = await ReadmeShell.open();
  await shell.write("readings.cfg", FILE);
  const commands = readmeCommands(PAGE);
  equal(commands.length, EXPECTED.length);
  for (const [index, { how, command }] of commands.entries()) {
    await t.step(command, async () => {
      const text = how === "registry"
        ? command.replace("http://localhost:8081", await sharedRegistry())
        : command;
      const { code, stdout, stderr } = await shell.run(text);
      equal(code, 0, stderr);
      EXPECTED[index]!(stdout);
    });
  }
});
