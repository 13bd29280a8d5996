/** What a plan is, however it was made. */
import { deepEqual, equal, ok } from "assert";
import { planAnalysis } from "../../../lib/plan/plan_analysis.ts";
import { load } from "../config/sources.ts";
import { MACHINE, planFrom } from "../../support/plan_from.ts";

/** Settings of each kind, where all of them count. */
const FILE = `
[analyze]
sink = json:.
checkpoint = checkpoints
starting_offsets = {"t": {"0": 5}}
max_offsets_per_trigger = 100
min_offsets_per_trigger = 10
max_trigger_delay = 1m
watermark_policy = max
idle_timeout = 5m
max_event_time_ahead = 1h
flush_at_end = true
late_rows = kafka:late
state_memory_mb = 64
workers = 3
[stream.t]
topic = t
columns = at TIMESTAMP, code STRING
watermark = at 10 minutes
corrupt_record = broken
[query.first]
sql = SELECT window(at, '1 minute') AS w, description, count(*) AS n FROM t JOIN radio_code ON code = disposition
    GROUP BY 1, 2
deduplicate = code, at
[query.second]
sql = SELECT code FROM t
sink = console
trigger = once
`;

/** Everything in a value that can be changed, by where it is. */
function* changeable(value: unknown, place = "plan"): Iterable<string> {
  if (typeof value !== "object" || value === null) return;
  if (!Object.isFrozen(value)) yield place;
  for (const [key, part] of Object.entries(value)) yield* changeable(part, `${place}.${key}`);
}

const plan = () => planAnalysis(load({ file: FILE }), MACHINE);

Deno.test("A plan is frozen as a whole", async () => {
  deepEqual([...changeable(await plan())], []);
});

Deno.test("A plan is plain data: a copy of it in another thread is equal to it", async () => {
  const original = await plan();
  deepEqual(structuredClone(original), original);
});

Deno.test("Two plans from the same settings are equal", async () => {
  const [first, second] = [await plan(), await plan()];
  ok(first !== second);
  deepEqual(first, second);
});

Deno.test("A plan has what each setting says, and what is set for one query in that query only", async () => {
  const { queries: [first, second], ...whole } = await plan();
  equal(whole.limits.maxOffsetsPerTrigger, 100);
  equal(whole.limits.minOffsetsPerTrigger, 10);
  equal(whole.limits.maxTriggerDelayMs, 60_000);
  equal(whole.workerCount, 3);
  deepEqual(whole.lateRows, { kind: "kafka", topic: "late" });
  deepEqual(whole.streams["t"]!.corruptRecord, "broken");
  equal(whole.tables["radio_code"]!.rows.length > 10, true);
  for (const query of [first!, second!]) {
    deepEqual(query.start, { kind: "offsets", offsets: { t: { "0": 5 } } });
    deepEqual(query.watermarks, { policy: "max", idleTimeoutMs: 300_000 });
    equal(query.eventTimeAheadMsMax, 3_600_000);
    equal(query.stateBytesMax, 67_108_864);
    equal(query.flushAtEnd, true);
    deepEqual(query.reads, [{ kind: "names", topics: ["t"] }]);
  }
  deepEqual([first!.sink.spec, second!.sink.spec], [{ kind: "json", path: "." }, { kind: "console" }]);
  deepEqual([first!.trigger.kind, second!.trigger.kind], ["processing-time", "once"]);
  deepEqual([first!.checkpoint, second!.checkpoint], ["checkpoints/first", "checkpoints/second"]);
  deepEqual(Object.keys(first!.declared.tables), ["radio_code"]);
  deepEqual(Object.keys(second!.declared.tables), []);
  deepEqual(first!.declared.streams["t"]!.deduplicate, ["code", "at"]);
});

Deno.test("Queries know whether they share their sink with another one of the run, however it is written", async () => {
  const sharing = async (sink: string, ...names: string[]) => {
    const settings = load({ file: FILE.replace("sink = console", `sink = ${sink}`) });
    return (await planAnalysis(settings, { ...MACHINE, names })).queries.map(({ sink }) => sink.hasOthers);
  };
  for (const same of ["json:.", "json:./docs/..", "csv:."]) {
    deepEqual(await sharing(same), [true, true], same);
  }
  for (const other of ["json:docs", "sqlite:data.db", "kafka:out", "console"]) {
    deepEqual(await sharing(other), [false, false], other);
  }
  deepEqual(await sharing("json:.", "first"), [false]);
});

Deno.test("A query whose sink stores nothing has no checkpoint unless one is set", async () => {
  const checkpointsOf = async (sink: string) =>
    (await planFrom({ "analyze.sink": sink }, { dataDir: "data" })).queries.map(({ checkpoint }) =>
      checkpoint
    );
  deepEqual(await checkpointsOf("ndjson"), [undefined, undefined]);
  deepEqual(await checkpointsOf("json:."), [
    "data/checkpoints/by_type",
    "data/checkpoints/with_disposition",
  ]);
});
