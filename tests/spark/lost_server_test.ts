/** A Spark Connect server that is killed while queries run there, and started again. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { sampleCalls } from "../support/calls.ts";
import { sharedKafka } from "../support/kafka.ts";
import { startSparkConnect } from "../support/spark_connect.ts";
import { parquetRows } from "../support/spark_sink.ts";
import { whenTrue } from "../support/when_true.ts";
import { Workplace } from "../support/workplace.ts";

const withinMs = 300_000;
const CALLS = 600;
const STEP = ["--max-offsets-per-trigger", "60", "--sink"];

Deno.test("A killed server ends a run clearly, and what was left with it; started again, each row is there once", async () => {
  const { servers } = await sharedKafka();
  await using place = new Workplace(servers);
  let server = await startSparkConnect();
  await using _server = { [Symbol.asyncDispose]: () => server.kill() };
  const { port, remote } = server;
  await place.succeedInProcess([
    "produce",
    "--limit",
    String(CALLS),
    "--input",
    "sample",
    "--partitions",
    "2",
  ]);
  await Deno.writeTextFile(
    join(place.directory, "app.cfg"),
    "[query.followed]\nsql = SELECT crime_id FROM calls\n[query.left]\nsql = SELECT crime_id FROM calls\n",
  );
  const argsOf = (query: string) => [
    ...[
      "analyze",
      query,
      "--engine",
      "spark",
      "--remote",
      remote,
      ...STEP,
      `parquet:${join(place.directory, query)}`,
    ],
    ...["--checkpoint", join(place.directory, "checkpoints")],
  ];
  const idsOf = async (query: string) =>
    (await parquetRows(join(place.directory, query))).map(({ crime_id: id }) => id).toSorted();

  await place.succeed([...argsOf("left"), "--trigger", "100ms", "--detach"], { msMax: withinMs });
  const followed = place.start([...argsOf("followed"), "--trigger", "100ms"], { msMax: withinMs });
  await followed.until(({ stderr }) => /followed batch [2-9]/.test(stderr));
  await whenTrue(async () => (await idsOf("left")).length > 0, { withinMs });
  await server.kill();
  const killedMs = performance.now();
  const { code, stderr } = await followed.ended();
  equal(code, 1);
  match(
    stderr,
    /Cannot reach Spark Connect at sc:\/\/127\.0\.0\.1:\d+: (connection refused|the connection was closed)/,
  );
  match(stderr, /Run the command again to resume/);
  // Ten seconds for the server to come back, and some for this machine.
  ok(performance.now() - killedMs < 60_000);
  ok((await idsOf("followed")).length < CALLS);
  const away = await place.run(["analyze", "--engine", "spark", "--remote", remote, "--attach"]);
  equal(away.code, 1);
  match(away.stderr, /Cannot reach Spark Connect at .*: connection refused/);

  server = await startSparkConnect({ conf: { "spark.connect.grpc.binding.port": String(port) } });
  const lost = await place.run(["analyze", "left", "--engine", "spark", "--remote", remote, "--attach"]);
  equal(lost.code, 1);
  match(
    lost.stderr,
    /Query left does not run any more: Spark has ended its session, or was started again[^]*resumes from its checkpoint/,
  );
  for (const query of ["followed", "left"]) {
    await place.succeed([...argsOf(query), "--trigger", "available-now"], { msMax: withinMs });
  }
  const expected = sampleCalls().slice(0, CALLS).map(({ crime_id: id }) => id).toSorted();
  deepEqual([await idsOf("followed"), await idsOf("left")], [expected, expected]);
});
