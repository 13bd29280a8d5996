/** Queries that are stopped on one engine, and go on at the other, on a real Kafka and a real Spark Connect server. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { sampleCalls } from "../support/calls.ts";
import { sharedKafka } from "../support/kafka.ts";
import { adminOf } from "../support/kafka_admin.ts";
import { sharedSparkConnect } from "../support/spark_connect.ts";
import { countsByType, lines, printedCounts, Workplace } from "../support/workplace.ts";

const [{ servers }, server] = await Promise.all([sharedKafka(), sharedSparkConnect()]);

const ON_SPARK = ["--engine", "spark", "--remote", server.remote];
/** A batch of Spark takes seconds, and minutes on a machine that is busy with much else. */
const msMax = 600_000;

/** A stateless query whose rows are files, and one with state, whose rows are printed. */
const QUERIES = `
[analyze]
trigger = available-now
[query.ids]
sql = SELECT crime_id FROM calls
[query.by_type]
sql = SELECT original_crime_type_name, count(*) AS count FROM calls GROUP BY 1
output_mode = complete
sink = ndjson
`;

/** Runs both queries, or some, with a checkpoint and a directory of files of their own. */
async function analyze(
  place: Workplace,
  name: string,
  { more = [], queries = [] }: { readonly more?: readonly string[]; readonly queries?: readonly string[] } =
    {},
) {
  const files = ["-X", `query.ids.sink=json:${join(place.directory, `${name}-rows`)}`];
  const checkpoint = ["--checkpoint", join(place.directory, name)];
  return await place.run(["analyze", ...queries, ...files, ...checkpoint, ...more], { msMax });
}

/** The rows in a directory of files. */
function rowsIn(place: Workplace, directory: string): Readonly<Record<string, string>>[] {
  const path = join(place.directory, directory);
  const parts = [...Deno.readDirSync(path)].filter(({ name }) => /^part.*\.json$/.test(name));
  return parts.flatMap(({ name }) => lines(Deno.readTextFileSync(join(path, name))))
    .map((row) => JSON.parse(row) as Readonly<Record<string, string>>);
}

/** The ids in the files of some runs. */
function idsIn(place: Workplace, ...names: readonly string[]): string[] {
  return names.flatMap((name) => rowsIn(place, `${name}-rows`)).map((row) => row["crime_id"]!).toSorted();
}

/** The ids of calls of the sample. */
const idsOf = (from: number, to: number) => sampleCalls().slice(from, to).map(({ crime_id: id }) => id!);

/** The starting offsets that go on after the checkpoints of a run. */
const after = (place: Workplace, name: string) => [
  "--starting-offsets",
  `checkpoint:${join(place.directory, name)}`,
];

Deno.test("A query that moves between the engines, and back, reads each record once; one with state says what it lacks", async () => {
  await using place = new Workplace(servers);
  await Deno.writeTextFile(join(place.directory, "app.cfg"), QUERIES);
  const file = join(place.directory, "calls.ndjson");
  const produce = async (from: number, to: number) => {
    const calls = sampleCalls().slice(from, to).map((call) => JSON.stringify(call));
    await Deno.writeTextFile(file, `${calls.join("\n")}\n`);
    await place.succeedInProcess(["produce", "--partitions", "3", "--input", file]);
  };
  const lacks = /by_type begins with empty state: groups, watermark and keys are not carried over/;

  await produce(0, 1_000);
  const first = await analyze(place, "here");
  equal(first.code, 0, first.stderr);

  await produce(1_000, 1_600);
  const moved = await analyze(place, "there", { more: [...ON_SPARK, ...after(place, "here")] });
  equal(moved.code, 0, moved.stderr);
  deepEqual(idsIn(place, "here", "there"), idsOf(0, 1_600).toSorted());
  match(moved.stderr, /ids starts after batch 0 of \S+here\/ids, at offset \d+ of \S+-0, offset \d+ of/);
  match(moved.stderr, lacks);
  ok(!moved.stderr.includes("ids begins with empty state"), moved.stderr);
  deepEqual(printedCounts(moved.stdout), countsByType(sampleCalls().slice(1_000, 1_600)));

  await produce(1_600, 1_900);
  const back = await analyze(place, "again", { more: after(place, "there") });
  equal(back.code, 0, back.stderr);
  deepEqual(idsIn(place, "here", "there", "again"), idsOf(0, 1_900).toSorted());
  match(back.stderr, lacks);
  deepEqual(printedCounts(back.stdout), countsByType(sampleCalls().slice(1_600, 1_900)));

  // A restart with the same flags goes on after its own batches.
  await produce(1_900, 2_000);
  const restarts = [
    ["there", [...ON_SPARK, ...after(place, "here")], sampleCalls().slice(1_000, 2_000)],
    ["again", after(place, "there"), sampleCalls().slice(1_600, 2_000)],
  ] as const;
  for (const [name, more, calls] of restarts) {
    const restarted = await analyze(place, name, { more });
    equal(restarted.code, 0, restarted.stderr);
    ok(!restarted.stderr.includes("empty state"), restarted.stderr);
    deepEqual(printedCounts(restarted.stdout), countsByType(calls));
  }
  deepEqual(idsIn(place, "here", "again"), [...idsOf(0, 1_000), ...idsOf(1_600, 2_000)].toSorted());
  deepEqual(idsIn(place, "there"), idsOf(1_000, 2_000).toSorted());

  // What Spark has read, by its checkpoint, is what Kafka has.
  const { stdout } = await place.succeedInProcess([
    "state",
    "offsets",
    join(place.directory, "there", "ids"),
  ]);
  const ends = await adminOf(servers)((admin) => admin.fetchTopicOffsets(place.topic));
  deepEqual(JSON.parse(stdout), {
    [place.topic]: Object.fromEntries(
      ends.map(({ partition, high }) => [partition, Number(high)] as const).toSorted(([a], [b]) => a - b),
    ),
  });

  // Neither begins anew in a directory of the other.
  const refused = async (name: string, more: readonly string[], message: RegExp) => {
    const { code, stderr } = await analyze(place, name, { queries: ["ids"], more });
    equal(code, 2, stderr);
    match(stderr, message);
  };
  const hint = "[^]*add --starting-offsets checkpoint:";
  await refused(
    "here",
    ON_SPARK,
    new RegExp(`checkpoint of the local engine, which Spark cannot resume${hint}`),
  );
  await refused("there", [], new RegExp(`checkpoint of Spark, which the local engine cannot resume${hint}`));

  const whole = { queries: ["by_type"], more: [...ON_SPARK, "--starting-offsets", "earliest"] };
  const answer = await analyze(place, "whole", whole);
  deepEqual(printedCounts(answer.stdout), countsByType(sampleCalls().slice(0, 2_000)));
});

Deno.test("The commands in docs/spark.md move a query to a cluster and back", async () => {
  await using place = new Workplace(servers);
  const page = await Deno.readTextFile(new URL("../../docs/spark.md", import.meta.url));
  const [, block] = /<!-- run: moving -->\n\n```sh\n(.*?)```/s.exec(page)!;
  const commands = block!.trimEnd().split(/(?<!\\)\n/).map((command) =>
    command.replaceAll("\\\n", "").replace(/^sfcrime -b kafka1:9092 /, "")
      .replaceAll("/data/", `${place.directory}/`).replace("sc://spark.example:15002", server.remote)
      .trim().split(/ +/)
  );
  equal(commands.length, 3);
  // In place of Ctrl-C.
  await Deno.writeTextFile(join(place.directory, "app.cfg"), "[analyze]\ntrigger = available-now\n");
  const types = (names: readonly string[]) =>
    names.flatMap((name) => rowsIn(place, name)).map((row) => row["original_crime_type_name"]).toSorted();
  const calls = [];
  for (const command of commands) {
    calls.push(...sampleCalls().slice(0, 100 * commands.length));
    await place.succeedInProcess(["produce", "--limit", String(100 * commands.length)]);
    const { code, stderr } = await place.run(command, { msMax });
    equal(code, 0, stderr);
  }
  deepEqual(
    types(["rows-1", "rows-2", "rows-3"]),
    calls.map(({ original_crime_type_name: type }) => type).toSorted(),
  );
});

Deno.test("On Spark, records that were deleted before the query moved are a loss, and a new partition has to be named", async () => {
  await using place = new Workplace(servers);
  await Deno.writeTextFile(join(place.directory, "app.cfg"), QUERIES);
  await place.succeedInProcess(["produce", "--limit", "10"]);
  equal((await analyze(place, "here", { queries: ["ids"] })).code, 0);
  await place.succeedInProcess(["produce", "--limit", "10"]);
  const move = async (name: string, more: readonly string[] = []) =>
    await analyze(place, name, { queries: ["ids"], more: [...ON_SPARK, ...after(place, "here"), ...more] });
  await adminOf(servers)(async (admin) => {
    // kafkajs asks for the leader of a topic that it must have heard of.
    await admin.fetchTopicMetadata({ topics: [place.topic] });
    await admin.deleteTopicRecords({ topic: place.topic, partitions: [{ partition: 0, offset: "15" }] });
  });
  const lost = await move("lost");
  equal(lost.code, 1, lost.stderr);
  match(lost.stderr, /Could not read records in offset \[10, 20\)[^]*fail_on_data_loss = false/);
  await adminOf(servers)((admin) =>
    admin.createPartitions({ topicPartitions: [{ topic: place.topic, count: 2 }] })
  );
  const partly = await move("partly");
  equal(partly.code, 1, partly.stderr);
  match(partly.stderr, /you must specify all TopicPartitions[^]*-2[^]*sfcrime state offsets/);
});
