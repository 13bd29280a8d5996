/** Exactly once to a topic of a real Kafka, as kcat sees it: killed at random moments, and beside a second writer. */
import { deepEqual, equal } from "assert";
import { sampleCalls } from "../support/calls.ts";
import { type Dispatch, DISPATCH_COLUMNS, dispatchesTo } from "../support/dispatches.ts";
import { sharedKafka } from "../support/kafka.ts";
import { randomFrom } from "../support/random.ts";
import { committedRecords, compacted } from "../support/sink_topic.ts";
import { countsByType, type KcatRecord, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

/** Of a whole run, on a machine that is busy with much else. */
const MS_MAX = 600_000;
const KILLS = 10;
const KILL_DELAY_MS_MAX = 120;
const BATCHES_BEFORE_KILL_MAX = 4;

const DISPATCHES = dispatchesTo(sampleCalls().toReversed());
const HOUR_MS = 3_600_000;

/** The delays are longer than partitions are apart at night, when calls are few: no row may be late. */
const config = ({ dispatches, nested }: Topics) => `
[analyze]
watermark = call_date_time 12 hours
[stream.dispatches]
topic = ${dispatches}
columns = ${DISPATCH_COLUMNS}
watermark = dispatched_at 12 hours
[stream.nested]
topic = ${nested}
columns = call STRUCT<id: STRING, type: STRUCT<name: STRING>>, place STRUCT<city: STRING, kind: STRING>,
  words ARRAY<STRING>, codes MAP<STRING, STRING>
[query.types]
sql = SELECT original_crime_type_name AS type, count(*) AS calls, max(call_date_time) AS last FROM calls
  GROUP BY original_crime_type_name
output_mode = update
[query.rows]
sql = SELECT crime_id, call_date_time, description FROM calls LEFT JOIN radio_code USING (disposition)
[query.dispatched]
sql = SELECT c.crime_id, unit, dispatched_at FROM calls c LEFT JOIN dispatches d ON c.crime_id = d.crime_id
  AND dispatched_at >= call_date_time AND dispatched_at <= call_date_time + INTERVAL 1 HOUR
[query.places]
sql = SELECT place, words, count(*) AS calls, max(call.id) AS last FROM nested GROUP BY place, words
output_mode = update
[query.nested_rows]
sql = SELECT call, place.city, words, codes FROM nested
`;

/** The topics beside that of the calls. */
interface Topics {
  readonly dispatches: string;
  readonly nested: string;
}

/** Every second call, with structures. */
const NESTED = sampleCalls().filter((_call, index) => index % 2 === 0).map((call) => ({
  call: { id: call.crime_id!, type: { name: call.original_crime_type_name! } },
  place: { city: call.city ?? null, kind: call.address_type ?? null },
  words: call.original_crime_type_name!.split(" "),
  codes: { agency: call.agency_id ?? null, disposition: call.disposition ?? null },
}));

/**
 * A place with the sample in three partitions, in the order of its times, and what was dispatched to its calls, and the
 * words that analyse both into a topic.
 */
async function prepare() {
  const place = new Workplace(servers);
  const topics = { dispatches: `${place.topic}-dispatches`, nested: `${place.topic}-nested` };
  await Deno.writeTextFile(`${place.directory}/test.cfg`, config(topics));
  await place.succeed(["produce", "--partitions", "3", "--sort-by", "call_date_time"]);
  const fill = async (topic: string, records: readonly (readonly [key: string, record: unknown])[]) => {
    await place.succeed(["topic", "create", topic, "--partitions", "3"]);
    // By key, so that the partitions go on at one pace, and nothing is late.
    const lines = records.map(([key, record]) => `${key}\t${JSON.stringify(record)}\n`);
    await place.kcat(["-P", "-t", topic, "-K", "\t"], lines.join(""));
  };
  await fill(topics.dispatches, DISPATCHES.map((each) => [each.crime_id, each]));
  await fill(topics.nested, NESTED.map((each) => [each.call.id, each]));
  const words = (name: string) => [
    ...["analyze", "--config", "test.cfg", "--trigger", "available-now", "--max-offsets-per-trigger", "60"],
    ...["--sink", `kafka:${place.topic}-${name}`, "--checkpoint", name, "-X", "kafka.num_partitions=2"],
    "--flush-at-end",
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

/** Each call with each unit that was dispatched to it within an hour, or with none: by comparing all that there is. */
function dispatched(): string[] {
  const byCall = Map.groupBy(DISPATCHES, ({ crime_id: id }) => id);
  return sampleCalls().flatMap(({ crime_id: id, call_date_time: time }) => {
    const callMs = Date.parse(`${time}Z`);
    const isNear = ({ dispatched_at: at }: Dispatch) => {
      const afterMs = Date.parse(at) - callMs;
      return afterMs >= 0 && afterMs <= HOUR_MS;
    };
    const near = (byCall.get(id!) ?? []).filter(isNear);
    return near.length === 0
      ? [`${id} null null`]
      : near.map(({ unit, dispatched_at: at }) => `${id} ${unit} ${at}`);
  }).sort();
}

Deno.test("Killed ten times at random moments, a query leaves each row once, as a whole run does", async () => {
  const { place, words } = await prepare();
  await using _place = place;
  await place.succeed(words("whole"), { msMax: MS_MAX });
  const whole = await committedRecords(servers, `${place.topic}-whole`);
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = randomFrom(seed);
  const moments: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const batches = Math.floor(random() * BATCHES_BEFORE_KILL_MAX);
    const delayMs = Math.floor(random() * KILL_DELAY_MS_MAX);
    moments.push(`${batches} batches and ${delayMs} ms`);
    const program = place.start(words("killed"), { msMax: MS_MAX });
    await program.until(({ stderr }) =>
      /Analysing/.test(stderr) && (stderr.match(/ batch \d+:/g)?.length ?? 0) >= batches
    );
    // The moment itself is what is random here: nothing is waited for.
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    program.kill("SIGKILL");
    const { code } = await program.ended();
    equal(code, 137, `seed ${seed}: the run ended before it was killed`);
  }
  await place.succeed(words("killed"), { msMax: MS_MAX });
  const killed = await committedRecords(servers, `${place.topic}-killed`);
  const how = `seed ${seed}: killed after ${moments.join(", ")}`;
  deepEqual(texts(killed), texts(whole), how);
  deepEqual(byKey(killed), byKey(whole), how);
  // And the whole run itself is right.
  const rows = killed.map(({ payload }) => JSON.parse(payload!) as Record<string, unknown>);
  const ids = rows.filter(({ query }) => query === "rows").map(({ crime_id }) => crime_id).sort();
  deepEqual(ids, sampleCalls().map(({ crime_id }) => crime_id).sort(), how);
  deepEqual(
    rows.filter(({ query }) => query === "dispatched")
      .map(({ crime_id: id, unit, dispatched_at: at }) => `${id} ${unit} ${at}`).sort(),
    dispatched(),
    how,
  );
  deepEqual(
    rows.filter(({ query }) => query === "nested_rows")
      .map(({ call, city, words, codes }) => JSON.stringify([call, city, words, codes])).sort(),
    NESTED.map(({ call, place: { city }, words, codes }) => JSON.stringify([call, city, words, codes]))
      .sort(),
    how,
  );
  const last = [...compacted(killed).values()].map((row) =>
    JSON.parse(row) as { query: string; type: string; place: unknown; words: unknown; calls: number }
  );
  const lastOf = (query: string) => last.filter((row) => row.query === query);
  deepEqual(new Map(lastOf("types").map(({ type, calls }) => [type, calls])), countsByType(), how);
  const placeOf = ({ place, words }: { readonly place: unknown; readonly words: unknown }) =>
    JSON.stringify([place, words]);
  deepEqual(
    new Map(lastOf("places").map((row) => [placeOf(row), row.calls])),
    new Map([...Map.groupBy(NESTED, placeOf)].map(([place, calls]) => [place, calls.length])),
    how,
  );
});
