/** Several processes at work on one embedded broker at the same time. */
import { deepEqual, equal } from "assert";
import { sampleCalls } from "../support/calls.ts";
import { countsByType, lines, printedCounts, Workplace } from "../support/workplace.ts";

const WRITERS = 3;

/** The sample for one of the writers, with ids of its own. */
function callsOf(writer: number) {
  return sampleCalls().map((call) => ({ ...call, crime_id: `${writer}-${call.crime_id}` }));
}

Deno.test("Writers, readers, a group and an analysis at once: each record is there once for each of them", async () => {
  await using place = new Workplace();
  await place.succeed(["topic", "create", place.topic, "--partitions", "2"]);
  const ndjson = ["consume", "--format", "ndjson"];
  const reader = place.start([...ndjson, "--from", "beginning"]);
  const members = [1, 2].map(() => place.start([...ndjson, "--group", "g"]));
  const analysis = place.start([
    "analyze",
    "by_type",
    "--trigger",
    "200ms",
    "--sink",
    "ndjson",
    "--with-batch",
  ]);
  const inputs = Array.from({ length: WRITERS }, (_, writer) => callsOf(writer));
  await Promise.all(
    inputs.map((calls) =>
      place.succeed(["produce", "--input", "-", "--rate", "10000"], { stdin: JSON.stringify(calls) })
    ),
  );
  const all = inputs.flat();
  const keys = all.map(({ crime_id: id }) => id).toSorted();
  const printed = (stdout: string) => lines(stdout).map((line) => (JSON.parse(line) as { key: string }).key);
  const ofMembers = () => members.reduce((sum, { stdout }) => sum + lines(stdout).length, 0);
  await reader.until(({ stdout }) => lines(stdout).length >= all.length);
  await Promise.race(members.map((member) => member.until(() => ofMembers() >= all.length)));
  const inputRecords = (stderr: string) =>
    [...stderr.matchAll(/by_type batch \d+: ([\d,]+) record/g)].reduce(
      (sum, match) => sum + Number(match[1]!.replaceAll(",", "")),
      0,
    );
  await analysis.until(({ stderr }) => inputRecords(stderr) >= all.length);

  const programs = [reader, ...members, analysis];
  programs.forEach((program) => program.kill("SIGINT"));
  const ends = await Promise.all(programs.map((program) => program.ended()));
  deepEqual(ends.map(({ code }) => code), [0, 0, 0, 0]);
  deepEqual(printed(ends[0]!.stdout).toSorted(), keys);
  deepEqual([...printed(ends[1]!.stdout), ...printed(ends[2]!.stdout)].toSorted(), keys);
  equal(inputRecords(ends[3]!.stderr), all.length);
  const rows = lines(ends[3]!.stdout);
  const batchOf = (line: string) => (JSON.parse(line) as { batchId: number }).batchId;
  const last = rows.filter((line) => batchOf(line) === batchOf(rows.at(-1)!)).join("\n");
  deepEqual(printedCounts(`${last}\n`), countsByType(all));
});
