/** Exactly once to a topic of a real Kafka, as kcat sees it: killed at random moments, and beside a second writer. */
import { deepEqual, equal } from "assert";
import { sampleCalls } from "../support/calls.ts";
import { sharedKafka } from "../support/kafka.ts";
import { randomFrom } from "../support/random.ts";
import { committedRecords, compacted } from "../support/sink_topic.ts";
import { countsByType, type KcatRecord, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

const KILLS = 20;
const KILL_DELAY_MS_MAX = 120;
const BATCHES_BEFORE_KILL_MAX = 4;

const CONFIG = `
[query.types]
sql = SELECT original_crime_type_name AS type, count(*) AS calls, max(call_date_time) AS last FROM calls
  GROUP BY original_crime_type_name
output_mode = update
[query.rows]
sql = SELECT crime_id, call_date_time, description FROM calls LEFT JOIN radio_code USING (disposition)
`;

/** A place with the sample in three partitions, and the words that analyse it into a topic. */
async function prepare() {
  const place = new Workplace(servers);
  await Deno.writeTextFile(`${place.directory}/test.cfg`, CONFIG);
  await place.succeed(["produce", "--partitions", "3"]);
  const words = (name: string) => [
    ...["analyze", "--config", "test.cfg", "--trigger", "available-now", "--max-offsets-per-trigger", "60"],
    ...["--sink", `kafka:${place.topic}-${name}`, "--checkpoint", name, "-X", "kafka.num_partitions=2"],
  ];
  return { place, words };
}

const texts = (records: readonly KcatRecord[]) =>
  records.map(({ key, payload }) => `${key} ${payload}`).sort();

/** The rows of each key, in the order in which they were written. */
function byKey(records: readonly KcatRecord[]): Map<string | null, (string | null)[]> {
  const keyed = Map.groupBy(records.filter(({ key }) => key !== null), ({ key }) => key);
  return new Map([...keyed].sort().map(([key, group]) => [key, group.map(({ payload }) => payload)]));
}

Deno.test("Killed twenty times at random moments, a query leaves each row once, as a whole run does", async () => {
  const { place, words } = await prepare();
  await using _place = place;
  await place.succeed(words("whole"));
  const whole = await committedRecords(servers, `${place.topic}-whole`);
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = randomFrom(seed);
  const moments: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const batches = Math.floor(random() * BATCHES_BEFORE_KILL_MAX);
    const delayMs = Math.floor(random() * KILL_DELAY_MS_MAX);
    moments.push(`${batches} batches and ${delayMs} ms`);
    const program = place.start(words("killed"));
    await program.until(({ stderr }) =>
      /Analysing/.test(stderr) && (stderr.match(/ batch \d+:/g)?.length ?? 0) >= batches
    );
    // The moment itself is what is random here: nothing is waited for.
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    program.kill("SIGKILL");
    const { code } = await program.ended();
    equal(code, 137, `seed ${seed}: the run ended before it was killed`);
  }
  await place.succeed(words("killed"));
  const killed = await committedRecords(servers, `${place.topic}-killed`);
  const how = `seed ${seed}: killed after ${moments.join(", ")}`;
  deepEqual(texts(killed), texts(whole), how);
  deepEqual(byKey(killed), byKey(whole), how);
  // And the whole run itself is right.
  const rows = killed.map(({ payload }) => JSON.parse(payload!) as Record<string, unknown>);
  const ids = rows.filter(({ query }) => query === "rows").map(({ crime_id }) => crime_id).sort();
  deepEqual(ids, sampleCalls().map(({ crime_id }) => crime_id).sort(), how);
  const last = [...compacted(killed).values()].map((row) =>
    JSON.parse(row) as { type: string; calls: number }
  );
  deepEqual(new Map(last.map(({ type, calls }) => [type, calls])), countsByType(), how);
});
