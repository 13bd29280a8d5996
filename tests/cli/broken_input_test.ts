/** What `produce` makes of inputs that are damaged: what is sent, what is told, and how it ends. */
import { deepEqual, equal, match, ok } from "assert";
import { gzipSync } from "node:zlib";
import { sampleCalls } from "../support/calls.ts";
import { lines, Workplace } from "../support/workplace.ts";

const CALLS = sampleCalls().slice(0, 20).map((call) => JSON.stringify(call));

async function letters(place: Workplace): Promise<Record<string, unknown>[]> {
  const path = `${place.directory}/.sfcrime/dead-letters/${place.topic}.ndjson`;
  return lines(await Deno.readTextFile(path)).map((line) => JSON.parse(line) as Record<string, unknown>);
}

for (const pace of [[], ["--speedup", "100000000"]]) {
  const how = pace.length === 0 ? "in its own order" : "in the order of time";
  const stopped = pace.length === 0
    ? /^Stopped after record 9 \(line 9, byte \d+\)\.$/m
    : /^Stopped after 9 records in order of call_date_time; the last one was record \d \(line \d, byte \d+\)\.$/m;
  const sorted = (all: readonly string[]) => pace.length === 0 ? all : all.toSorted();

  Deno.test(`An array that breaks off is incomplete: what was whole is sent ${how}, and the end is 1`, async () => {
    for (const end of ["", `, ${CALLS[9]!.slice(0, 99)}`]) {
      await using place = new Workplace();
      const stdin = `[${CALLS.slice(0, 9).join(",\n")}${end}`;
      const { code, stderr } = await place.runInProcess(["produce", "--input", "-", ...pace], { stdin });
      equal(code, 1, stderr);
      match(stderr, /^9 records \(.*\) sent to /m);
      match(stderr, stopped);
      match(stderr, /^sfcrime: stdin is incomplete: the JSON array has no closing bracket\.$/m);
      deepEqual(sorted(await place.values()), sorted(CALLS.slice(0, 9)));
    }
  });

  Deno.test(`Where the end of an element cannot be told, no part of it is sent ${how}, and the end is 1`, async () => {
    await using place = new Workplace();
    const broken = '{"crime_id":"x,"calls":[{"crime_id":"1"},{"crime_id":"2"}]}';
    const stdin = `[${[...CALLS.slice(0, 5), broken, ...CALLS.slice(5)].join(",")}]`;
    const { code, stderr } = await place.runInProcess(["produce", "--input", "-", ...pace], { stdin });
    equal(code, 1, stderr);
    match(stderr, /^20 records \(.*\) sent to /m);
    match(
      stderr,
      /^sfcrime: Record 6 of stdin \(line 1, byte \d+\) may contain valid records that were not sent\.$/m,
    );
    deepEqual(sorted(await place.values()), sorted(CALLS));
    const [letter] = await letters(place);
    equal(letter!["text"], broken);
    match(String(letter!["reason"]), /its end cannot be determined$/);
  });
}

Deno.test("A broken element of an array costs itself alone, and the end is 0", async () => {
  await using place = new Workplace();
  const elements = Array.from({ length: 1_000 }, (_, n) => `{"id":${n},"items":[{"id":"item${n}"}]}`);
  const stdin = `[${elements.with(1, '{"id":NaN,"items":[{"id":"item1"}]}').join(",")}]`;
  const { stderr } = await place.succeedInProcess(["produce", "--input", "-"], { stdin });
  match(
    stderr,
    /^warning: Record 2 of stdin .* was not sent: it is not valid JSON: expected a value at byte 7, found "N"\.$/m,
  );
  deepEqual(await place.values(), elements.toSpliced(1, 1));
});

Deno.test("White space in front of the first record is no empty input, and counts in its place", async () => {
  await using place = new Workplace();
  const blanks = "\n".repeat(300_000);
  const input = `\uFEFF${blanks}{"crime_id":"1"}\n{broken\n`;
  await Deno.writeTextFile(`${place.directory}/plain.ndjson`, input);
  await Deno.writeFile(`${place.directory}/packed.gz`, gzipSync(input));
  for (const name of ["plain.ndjson", "packed.gz", "-"]) {
    const { stderr } = await place.succeedInProcess(
      ["produce", "--input", name],
      name === "-" ? { stdin: input } : {},
    );
    match(stderr, /^warning: Record 2 of \S+ \(line 300002, byte 300020\) was not sent/m);
  }
  deepEqual(await place.values(), Array(3).fill('{"crime_id":"1"}'));
  for (const empty of ["", "\uFEFF", " \n".repeat(200_000)]) {
    const { code, stderr } = await place.runInProcess(["produce", "--input", "-"], { stdin: empty });
    equal(code, 1);
    match(stderr, /^sfcrime: stdin is empty\.$/m);
  }
});

Deno.test("A run that fails says what was confirmed and where it stopped, and that much is in the topic", async () => {
  await using place = new Workplace();
  // What is due by the first write, after more than a second on a busy machine, has room.
  const script = `trap '' XFSZ; ulimit -f 2000; exec "$@"`;
  const { code, stderr } = await place.bash(script, ["produce", "--rate", "1000"]);
  equal(code, 1, stderr);
  match(stderr, /^sfcrime: The embedded broker .* failed: disk I\/O error\.$/m);
  const sent = Number(/^([\d,]+) records? \(.*\) sent to /m.exec(stderr)![1]!.replaceAll(",", ""));
  ok(sent > 0 && sent < sampleCalls().length, String(sent));
  match(stderr, new RegExp(`^Stopped after record ${sent} \\(line \\d+, byte \\d+\\)\\.$`, "m"));
  deepEqual(await place.values(), sampleCalls().slice(0, sent).map((call) => JSON.stringify(call)));
});
