/** `analyze --engine spark --detach`, `--attach` and `--stop`: queries that go on without the program. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { sampleCalls } from "../support/calls.ts";
import { sharedKafka } from "../support/kafka.ts";
import { sharedSparkConnect } from "../support/spark_connect.ts";
import { parquetRows } from "../support/spark_sink.ts";
import { whenTrue } from "../support/when_true.ts";
import { lines, Workplace } from "../support/workplace.ts";

const [{ servers }, server] = await Promise.all([sharedKafka(), sharedSparkConnect()]);

const ON_SPARK = ["--engine", "spark", "--remote", server.remote];
const withinMs = 300_000;
const msMax = withinMs;

const QUERIES = `
[query.kept]
sql = SELECT crime_id FROM calls
[query.divided]
sql = SELECT 100 / (length(city) - length(city)) AS ratio FROM calls WHERE state = 'NOWHERE'
sink = none
`;

/** A place with these queries, and a way to run `analyze` there. */
async function workplace() {
  const place = new Workplace(servers);
  await Deno.writeTextFile(join(place.directory, "app.cfg"), QUERIES);
  const rows = join(place.directory, "rows");
  return {
    place,
    produce: (from: number, to: number) =>
      place.kcat(["-P"], sampleCalls().slice(from, to).map((call) => `${JSON.stringify(call)}\n`).join("")),
    analyze: (...args: readonly string[]) => place.runInProcess(["analyze", ...args, ...ON_SPARK]),
    detached: [
      ...["--detach", "--trigger", "500ms", "--sink", `parquet:${rows}`],
      ...["--checkpoint", join(place.directory, "checkpoints")],
    ],
    ids: async () => (await parquetRows(rows)).map(({ crime_id: id }) => id).toSorted(),
    expected: (count: number) => sampleCalls().slice(0, count).map(({ crime_id: id }) => id).toSorted(),
    sessions: () => {
      try {
        return [...Deno.readDirSync(join(place.directory, ".sfcrime", "spark"))].map(({ name }) => name);
      } catch {
        return [];
      }
    },
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

Deno.test("A query that was left goes on; who comes back follows it and may leave again; once stopped, it has each row once", async () => {
  await using work = await workplace();
  const { place, produce, analyze, detached, ids, expected, sessions } = work;
  await produce(0, 100);
  const { code, stdout, stderr } = await analyze("kept", ...detached);
  equal(code, 0, stderr);
  match(stdout, /^kept {2}[\da-f-]{36} {2}parquet:/);
  match(stderr, /Spark ends these queries once nobody has asked for them for (1 h|60 min): attach/);
  equal(sessions().length, 1);
  await produce(100, 200);
  await whenTrue(async () => (await ids()).length === 200, { withinMs });

  const program = place.start(
    ["analyze", "--attach", ...ON_SPARK, "--progress", "progress.ndjson", "--ui", "--ui-port", "0"],
    { msMax },
  );
  await program.until(({ stderr }) => /kept batch \d+: /.test(stderr));
  await produce(200, 300);
  const progress = () => {
    const text = Deno.readTextFileSync(join(place.directory, "progress.ndjson"));
    return lines(text).map((line) => JSON.parse(line) as { readonly numInputRows: number });
  };
  // It begins with the last batch before it came; records that are sent together may be in several batches.
  const later = () => progress().slice(1).reduce((sum, { numInputRows }) => sum + numInputRows, 0);
  await whenTrue(() => later() === 100, { withinMs, failure: () => program.stderr });
  const [, url] = /Dashboard at (\S+)/.exec(program.stderr)!;
  const answer = await (await fetch(`${url}/api/queries/kept/rows?limit=1000`)).json() as {
    readonly rows: readonly (readonly string[])[];
  };
  const last = progress().at(-1)!.numInputRows;
  const sent = sampleCalls().slice(200, 300).map(({ crime_id: id }) => id!);
  equal(new Set(answer.rows.map(([id]) => id!)).intersection(new Set(sent)).size, last);
  equal(answer.rows.length, last);
  program.kill("SIGINT");
  const left = await program.ended();
  equal(left.code, 0, left.stderr);
  match(left.stderr, /The queries go on without this program/);

  await produce(300, 400);
  await whenTrue(async () => (await ids()).length === 400, { withinMs });
  const elsewhere = /--remote '(\S+)'/.exec(stdout)![1]!;
  const token = server.remote.slice(server.remote.indexOf("/;") + 2);
  const stopped = await place.runInProcess([
    "analyze",
    "--stop",
    "--engine",
    "spark",
    "--remote",
    `${elsewhere};${token}`,
  ]);
  equal(stopped.code, 0, stopped.stderr);
  match(stopped.stderr, /Stopping on Spark: kept/);
  deepEqual(await ids(), expected(400));

  deepEqual(sessions(), []);
  const nothing = await analyze("--attach", "kept");
  equal(nothing.code, 1);
  match(nothing.stderr, /No query kept is known at sc:[^]*Start it with --detach/);
});

Deno.test("A query that has failed meanwhile is said with its error; one that does not begin is not left", async () => {
  await using work = await workplace();
  const { produce, analyze, detached, sessions } = work;
  await produce(0, 1);
  const { code, stderr } = await analyze("divided", "kept", ...detached);
  equal(code, 0, stderr);
  await work.place.kcat(["-P"], JSON.stringify({ city: "SF", state: "NOWHERE" }));
  const following = work.place.start(["analyze", "divided", "--attach", ...ON_SPARK], { msMax });
  const failed = await following.ended();
  equal(failed.code, 1);
  match(failed.stderr, /Query divided has failed on Spark: .*\[DIVIDE_BY_ZERO\]/);
  equal(sessions().length, 1);
  // The other one runs on, and is stopped by its name.
  const stopped = await analyze("kept", "--stop");
  equal(stopped.code, 0, stopped.stderr);
  deepEqual(sessions(), []);

  const refused = await analyze("kept", ...detached, "--checkpoint", "/proc/nowhere");
  equal(refused.code, 1);
  match(refused.stderr, /kept/);
  deepEqual(sessions(), []);
});

Deno.test("The queries of a program that was killed are found again, too", async () => {
  await using work = await workplace();
  const { place, produce, analyze, detached, sessions, ids, expected } = work;
  await produce(0, 50);
  const program = place.start(["analyze", "kept", ...detached.slice(1), ...ON_SPARK], { msMax });
  await program.until(({ stderr }) => stderr.includes("kept batch 0"));
  program.kill("SIGKILL");
  await program.ended();
  await produce(50, 80);
  await whenTrue(async () => (await ids()).length === 80, { withinMs });
  const stopped = await analyze("--stop");
  equal(stopped.code, 0, stopped.stderr);
  deepEqual([await ids(), sessions()], [expected(80), []]);
});

Deno.test("Flags that contradict each other, and rows that come to the program, are refused", async () => {
  await using work = await workplace();
  const refused = async (args: readonly string[], message: RegExp) => {
    const { code, stderr } = await work.place.runInProcess(["analyze", ...args]);
    deepEqual([code, message.test(stderr)], [2, true], stderr);
  };
  await refused(["--detach"], /--detach needs --engine spark/);
  await refused(["--stop"], /--stop needs --engine spark/);
  await refused(["--attach", "--stop", ...ON_SPARK], /--attach and --stop cannot be used together/);
  await refused(
    ["kept", "--detach", ...ON_SPARK],
    /Query kept cannot be left: its rows come to this program, to console/,
  );
  ok(!work.sessions().length);
});
