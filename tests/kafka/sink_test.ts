/** The sink of topics, beyond that each row comes once: missing topics, tombstones, and what is refused. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { type SampleCall, sampleCalls } from "../support/calls.ts";
import { sharedKafka } from "../support/kafka.ts";
import { committedRecords, compacted } from "../support/sink_topic.ts";
import { Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

const MINUTE_MS = 60_000;
const WINDOW_MS = 30 * MINUTE_MS;

const CONFIG = `
[query.windows]
sql = SELECT window.start AS start, original_crime_type_name AS type, count(*) AS calls FROM calls
  GROUP BY window(call_date_time, '30 minutes'), original_crime_type_name
output_mode = update
watermark = call_date_time 60 minutes
tombstones = true
`;

const timeOf = (call: SampleCall) => Date.parse(`${call["call_date_time"]}Z`);
const calls = sampleCalls().toSorted((left, right) => timeOf(left) - timeOf(right));

/** A place with the calls in the order of their time, in one partition. */
async function prepare(): Promise<Workplace> {
  const place = new Workplace(servers);
  await Deno.writeTextFile(join(place.directory, "test.cfg"), CONFIG);
  await Deno.writeTextFile(join(place.directory, "calls.json"), JSON.stringify(calls));
  await place.succeedInProcess(["produce", "--input", "calls.json", "--partitions", "1"]);
  return place;
}

/** How often each type stands in each window that ends behind the watermark, and how many windows and types end before. */
function openWindows(): { readonly open: Map<string, number>; readonly endedCount: number } {
  const watermarkMs = timeOf(calls.at(-1)!) - 60 * MINUTE_MS;
  const counts = new Map<string, number>();
  for (const call of calls) {
    const startMs = Math.floor(timeOf(call) / WINDOW_MS) * WINDOW_MS;
    const key = JSON.stringify({
      start: new Date(startMs).toISOString(),
      type: call["original_crime_type_name"],
    });
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const isOpen = ([key]: [string, number]) => {
    const { start } = JSON.parse(key) as { start: string };
    return Date.parse(start) + WINDOW_MS > watermarkMs;
  };
  const open = new Map([...counts].filter(isOpen));
  return { open, endedCount: counts.size - open.size };
}

Deno.test("With tombstones, a compacted topic keeps the last row of each group that the watermark has not ended", async () => {
  await using place = await prepare();
  const out = `${place.topic}-out`;
  const words = ["analyze", "windows", "--config", "test.cfg", "--trigger", "available-now"];
  await place.succeedInProcess([...words, "--sink", `kafka:${out}`, "--max-offsets-per-trigger", "700"]);
  const records = await committedRecords(servers, out);
  const kept = [...compacted(records)].map(([key, row]) =>
    [key, (JSON.parse(row) as { calls: number }).calls] as const
  );
  const { open, endedCount } = openWindows();
  ok(open.size > 10 && endedCount > 100);
  deepEqual(new Map(kept.sort()), new Map([...open].sort()));
  equal(records.filter(({ payload }) => payload === null).length, endedCount);
});

Deno.test("A topic that is missing is made with the partitions that are set, and said", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["topic", "create", place.topic]);
  const out = `${place.topic}-out`;
  const words = ["analyze", "by_type", "--trigger", "available-now", "--sink", `kafka:${out}`];
  const { stderr } = await place.succeedInProcess([...words, "-X", "kafka.num_partitions=3"]);
  match(stderr, new RegExp(`Created topic ${out} \\(3 partitions, `));
  match((await place.succeedInProcess(["topic", "describe", out])).stdout, /3/);
  const again = await place.succeedInProcess(words);
  ok(!again.stderr.includes("Created topic"));
});

Deno.test("A topic that cannot be made ends the run with 1, and says which sink of which query, and why", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["topic", "create", place.topic]);
  const words = ["analyze", "by_type", "--trigger", "available-now", "--sink", `kafka:${place.topic}-out`];
  const { code, stderr } = await place.runInProcess([...words, "-X", "kafka.replication_factor=99"]);
  equal(code, 1);
  match(
    stderr,
    new RegExp(
      `[Qq]uery by_type cannot write to its sink, the topic ${place.topic}-out: Topic .* 99 replicas`,
    ),
  );
});

Deno.test("A topic that is deleted under its query ends it with 1, and is named", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--limit", "10"]);
  const out = `${place.topic}-out`;
  const words = ["analyze", "with_disposition", "--trigger", "0s", "--sink", `kafka:${out}`];
  const program = place.start([...words, "-X", "default.api.timeout.ms=3000"]);
  await program.until(({ stderr }) => / batch 0: /.test(stderr));
  await place.succeedInProcess(["topic", "delete", out, "--yes"]);
  await place.succeedInProcess(["produce", "--limit", "10"]);
  const { code, stderr } = await program.ended();
  equal(code, 1);
  match(
    stderr,
    new RegExp(
      `cannot write to its sink, the topic ${out}: Topic ${out} does not exist\\.\n.*No data is lost`,
    ),
  );
});
