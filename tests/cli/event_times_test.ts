/** What a run says of event times that cost rows: late ones, one of the future, and groups that stay open. */
import { deepEqual, doesNotMatch, equal, match } from "assert";
import { Workplace } from "../support/workplace.ts";
import { jsonLines } from "./answers.ts";

const CONFIG = `[stream.events]
columns = id INT, at TIMESTAMP
watermark = at 10 minutes
[query.by_hour]
sql = SELECT window(at, '1 hour').start AS hour, count(*) AS n FROM events GROUP BY window(at, '1 hour')
output_mode = append
`;

const START_MS = Date.parse("2018-12-31T00:00:00Z");
const MINUTE_MS = 60_000;

function event(id: number, at: string): string {
  return `${JSON.stringify({ id, at })}\n`;
}

/** 1,000 events, one a minute, the newest first. */
const NEWEST_FIRST = Array.from(
  { length: 1_000 },
  (_none, id) => event(id, new Date(START_MS + (999 - id) * MINUTE_MS).toISOString()),
);

/** A place with a topic of the given records. */
async function placeOf(records: readonly string[], flags: readonly string[] = []): Promise<Workplace> {
  const place = new Workplace();
  await Deno.writeTextFile(`${place.directory}/app.cfg`, CONFIG);
  await place.succeedInProcess(["produce", "--input", "-", "--quiet", ...flags], { stdin: records.join("") });
  return place;
}

const ANALYZE = ["analyze", "--sink", "ndjson", "--quiet"];

const IN_BATCHES = [
  ...ANALYZE,
  ...["--trigger", "available-now", "--max-offsets-per-trigger", "200", "--flush-at-end"],
];

Deno.test("Late rows are warned about once, with their number, cause and way out, and summed up at the end", async () => {
  await using place = await placeOf(NEWEST_FIRST);
  const { stdout, stderr } = await place.succeedInProcess(IN_BATCHES);
  const counted = jsonLines(stdout).reduce((sum, { n }) => sum + Number(n), 0);
  const warnings = stderr.trimEnd().split("\n");
  match(
    warnings[0]!,
    /^warning: by_hour: \d+ rows were late and dropped: the watermark, 10 min behind .*produce --sort-by or --speedup.*--watermark.*--late-rows/,
  );
  equal(warnings[1], `warning: by_hour: ${1_000 - counted} rows of 1,000 records were late in this run.`);
  equal(warnings.length, 2);
});

Deno.test("What is newest first loses no row once it was produced in the order of its times", async () => {
  await using place = await placeOf(NEWEST_FIRST, ["--sort-by", "at"]);
  const { stdout, stderr } = await place.succeedInProcess(IN_BATCHES);
  equal(stderr, "");
  const counts = new Map<string, number>();
  for (const line of NEWEST_FIRST) {
    const hour = `${(JSON.parse(line) as { at: string }).at.slice(0, 13)}:00:00.000Z`;
    counts.set(hour, (counts.get(hour) ?? 0) + 1);
  }
  const found = jsonLines(stdout).map(({ hour, n }) => [hour, n]);
  deepEqual(new Map(found as [string, number][]), new Map([...counts].sort()));
  equal(found.length, counts.size);
});

Deno.test("An event time of the future is warned about, and left out where that is asked for", async () => {
  const inOrder = NEWEST_FIRST.toReversed();
  const records = [...inOrder.slice(0, 100), event(-1, "2036-01-01T00:00:00Z"), ...inOrder.slice(100)];
  await using place = await placeOf(records);
  const { stderr } = await place.succeedInProcess(IN_BATCHES);
  match(
    stderr,
    /^warning: by_hour: event time 2036-01-01T00:00:00\.000Z is in the future\. .*--max-event-time-ahead/m,
  );
  equal(stderr.match(/in the future/g)!.length, 1);

  const mended = await place.succeedInProcess([
    ...IN_BATCHES,
    "--max-event-time-ahead",
    "1h",
    "--log-level",
    "info",
  ]);
  const hours = jsonLines(mended.stdout);
  equal(hours.reduce((sum, { n }) => sum + Number(n), 0), 1_000);
  doesNotMatch(mended.stderr, /future|late/);
});

Deno.test("A batch's line has the rows that were left out as too far ahead of the clock", async () => {
  await using place = await placeOf([event(1, "2018-12-31T00:00:00Z"), event(2, "2036-01-01T00:00:00Z")]);
  const args = ["analyze", "--sink", "none", "--trigger", "once", "--max-event-time-ahead", "0s"];
  const { stderr } = await place.succeedInProcess(args);
  match(stderr, /^by_hour batch 0: 2 records .*, 1 ahead of the clock/m);
});

Deno.test("A run that emits nothing since all groups are open says so, and what emits them", async () => {
  await using place = await placeOf(NEWEST_FIRST.slice(0, 10));
  for (
    const [trigger, reason] of [
      ["available-now", "the watermark 2018-12-31T16:29:00.000Z has not passed it"],
      ["once", "once only emits groups that the watermark had passed before the run"],
    ] as const
  ) {
    const { stdout, stderr } = await place.succeedInProcess([...ANALYZE, "--trigger", trigger]);
    equal(stdout, "");
    equal(
      stderr,
      `warning: by_hour: no rows were emitted: 1 group is still open, as ${reason}. ` +
        "Use --flush-at-end to emit it.\n",
    );
  }
  const flushed = await place.succeedInProcess([...ANALYZE, "--trigger", "once", "--flush-at-end"]);
  equal(flushed.stderr, "");
  equal(jsonLines(flushed.stdout).length, 1);
});
