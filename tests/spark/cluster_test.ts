/**
 * The same queries on a standalone cluster of Spark with two workers, and on a real Kafka: as a job, which `submit.sh`
 * submits, and by Spark Connect. An application takes the cores of both workers, so one comes after the other.
 */
import { deepEqual, equal, match, notEqual, ok } from "assert";
import { join } from "node:path";
import { exists } from "../support/cache.ts";
import { compileTo } from "../support/compiled.ts";
import { ENGINE_QUERIES, ENGINE_QUERY_NAMES } from "../support/engine_queries.ts";
import { sharedKafka } from "../support/kafka.ts";
import { run, type RunningProgram, type RunOptions, start } from "../support/program.ts";
import { sparkHome, sparkPython } from "../support/spark_home.ts";
import { clusterConf, killNow, startSparkCluster } from "../support/spark_cluster.ts";
import { confArgs, SHORT_LIFE_CONF, startSparkConnect } from "../support/spark_connect.ts";
import { sparkConnectorJars } from "../support/spark_connector.ts";
import { sparkEnvironment } from "../support/spark_java.ts";
import { tempDir } from "../support/temp_dir.ts";
import { ofToday } from "../support/today.ts";
import { whenTrue } from "../support/when_true.ts";
import { lines, sortedRows, Workplace } from "../support/workplace.ts";

const [{ servers }, cluster] = await Promise.all([sharedKafka(), startSparkCluster()]);

/** A batch of Spark takes seconds, and minutes on a machine that is busy with much else. */
const msMax = 600_000;

const AVAILABLE_NOW = ["--trigger", "available-now", "--sink", "ndjson"];

/** A place with the sample in a topic of three partitions, and the queries. */
async function placeWithCalls(): Promise<Workplace> {
  const place = new Workplace(servers);
  await Deno.writeTextFile(join(place.directory, "app.cfg"), ENGINE_QUERIES);
  await place.succeedInProcess(["produce", "--partitions", "3"]);
  return place;
}

/** What `submit.sh` runs with, besides its arguments. */
async function submitOptions(cwd: string): Promise<RunOptions> {
  const env = {
    ...await sparkEnvironment(),
    SPARK_HOME: await sparkHome(),
    PYSPARK_PYTHON: await sparkPython(),
  };
  return { executable: "/bin/bash", cwd, env, msMax };
}

const CONF_ARGS = ["--driver-memory", "1g", ...confArgs({ ...await clusterConf(), ...SHORT_LIFE_CONF })];

/** The rows of the query whose result has an order. */
function resultOf({ stdout }: { readonly stdout: string }): string[] {
  return lines(stdout).filter((line) => line.includes('"query":"by_type"'));
}

Deno.test("A job that submit.sh submits to a cluster prints the rows of the local engine", async () => {
  await using place = await placeWithCalls();
  const local = await place.succeedInProcess(["analyze", ...ENGINE_QUERY_NAMES, ...AVAILABLE_NOW]);
  const job = join(place.directory, `a "job" of $HOME's`);
  const args = [...AVAILABLE_NOW, "--master", cluster.master, "--jars", await sparkConnectorJars()];
  await place.succeedInProcess([
    "spark-job",
    job,
    ...ENGINE_QUERY_NAMES,
    ...args,
    "--progress",
    "progress.ndjson",
  ]);
  const submitted = await run([join(job, "submit.sh"), ...CONF_ARGS], await submitOptions(place.directory));
  equal(submitted.code, 0, `${submitted.stderr}\n${cluster.logs()}`);
  ok(sortedRows(local).length > 5_000);
  deepEqual(sortedRows(submitted), sortedRows(local));
  const progress = lines(await Deno.readTextFile(join(place.directory, "progress.ndjson")))
    .map((line) => JSON.parse(line) as { readonly name: string; readonly numInputRows: number });
  for (const name of ENGINE_QUERY_NAMES) {
    match(submitted.stderr, new RegExp(`${name} batch 0: 6802 records in `));
    ok(progress.some((batch) => batch.name === name && batch.numInputRows === 6_802), name);
  }
});

/** A job is a Spark of its own, which takes long to start. */
const ENDS: readonly (readonly [title: string, test: () => Promise<void>])[] = [
  ["SIGTERM stops a job after its batch; arguments of submit.sh come before the settings", async () => {
    await using place = await placeWithCalls();
    const [job, checkpoint] = ["job", "checkpoint"].map((name) => join(place.directory, name));
    const sink = ["--sink", `json:${join(place.directory, "rows")}`, "--checkpoint", checkpoint!];
    const args = [...sink, "--trigger", "1h", "--master", "yarn", "--jars", await sparkConnectorJars()];
    await place.succeedInProcess(["spark-job", job!, "with_disposition", ...args]);
    const words = [join(job!, "submit.sh"), ...CONF_ARGS, "--master", "local[1]"];
    const submitted = start(words, await submitOptions(place.directory));
    const log = (name: string) => join(checkpoint!, "with_disposition", name);
    // Then batch 0 begins.
    await whenTrue(() => exists(join(log("offsets"), "0")), {
      withinMs: msMax,
      failure: () => submitted.stderr,
    });
    submitted.kill("SIGTERM");
    const { code, stderr } = await submitted.ended();
    equal(code, 0, stderr);
    ok(await exists(join(log("commits"), "0")), stderr);
    match(stderr, /with_disposition batch 0: 6802 records in /);
  }],
  ["A query that fails ends the job with its error, once the batches of the others have ended", async () => {
    await using place = await placeWithCalls();
    await Deno.writeTextFile(
      join(place.directory, "app.cfg"),
      `${ENGINE_QUERIES}[stream.strict]\ncolumns = crime_id INT\nmode = failfast\n[query.strict]\nsql = SELECT crime_id FROM strict\n`,
    );
    await place.kcat(["-P"], "not JSON\n");
    const [job, checkpoint] = ["job", "checkpoint"].map((name) => join(place.directory, name));
    const sink = ["--sink", `json:${join(place.directory, "rows")}`, "--checkpoint", checkpoint!];
    const args = [...sink, "--trigger", "1h", "--jars", await sparkConnectorJars(), "--master", "local[2]"];
    await place.succeedInProcess(["spark-job", job!, "with_disposition", "strict", ...args]);
    const options = await submitOptions(place.directory);
    const { code, stderr } = await run([join(job!, "submit.sh"), ...CONF_ARGS], options);
    equal(code, 1, stderr);
    match(stderr, /ERROR sfcrime: Query strict has failed: \[MALFORMED_RECORD_IN_PARSING/);
    ok(await exists(join(checkpoint!, "with_disposition", "commits", "0")), stderr);
  }],
];

for (const [title, test] of ofToday(ENDS, 2)) Deno.test(title, test);

Deno.test("By Spark Connect, a cluster has the rows of the local engine, also if an executor is killed on the way", async (t) => {
  await using directory = await tempDir();
  const executable = join(directory.path, "sfcrime");
  await compileTo(executable);
  await using server = await startSparkConnect({ master: cluster.master, conf: await clusterConf() });
  await using place = await placeWithCalls();
  const onSpark = ["--engine", "spark", "--remote", server.remote];
  const logs = () => `${server.log}\n\n${cluster.logs()}`;

  await t.step("from source, and by the executable", async () => {
    // The job has all queries on the cluster, and engine_test.ts all of them by Spark Connect.
    const args = ["analyze", "by_type", "with_disposition", "sessions", ...AVAILABLE_NOW];
    const local = await place.succeedInProcess(args);
    const fromSource = await place.succeed([...args, ...onSpark], { msMax, fromSource: true });
    deepEqual(sortedRows(fromSource), sortedRows(local), logs());
    // What two executors read of a result stays in its order.
    deepEqual(resultOf(fromSource), resultOf(local));
    deepEqual(cluster.workers.map((worker) => worker.executors().length), [1, 1]);
    // What else the executable has is what the source has: two of the queries show it.
    const some = ["analyze", "by_type", "with_disposition", ...AVAILABLE_NOW];
    deepEqual(
      sortedRows(await place.succeed([...some, ...onSpark], { msMax, executable })),
      sortedRows(local).filter((row) => /"query":"(?:by_type|with_disposition)"/.test(row)),
      logs(),
    );
  });

  await t.step("with an executor that is killed in the middle", async () => {
    const args = [
      ...["analyze", "with_disposition", "by_hour", ...AVAILABLE_NOW],
      ...["--max-offsets-per-trigger", "2000"],
    ];
    const local = await place.succeedInProcess(args);
    const [worker] = cluster.workers;
    const [executor] = worker!.executors();
    const program = place.start([...args, ...onSpark], { msMax });
    await program.until(({ stderr }) => /by_hour batch 1: /.test(stderr));
    await killNow(executor!);
    const ended = await program.ended();
    equal(ended.code, 0, `${ended.stderr}\n${logs()}`);
    deepEqual(sortedRows(ended), sortedRows(local));
    // The worker has started another one.
    const [next] = worker!.executors();
    notEqual(next, undefined);
    notEqual(next, executor);
  });

  await t.step("without a worker it waits, until Ctrl-C; once there is one, it goes on", async () => {
    await Promise.all(cluster.workers.map((worker) => worker.kill()));
    const args = ["analyze", "by_type", ...AVAILABLE_NOW];
    const waiting = [
      place.start([...args, ...onSpark], { msMax }),
      place.start([...args, ...onSpark], { msMax }),
    ];
    for (const program of waiting) {
      await program.until(({ stderr }) => stderr.includes("Waiting for the cluster to read a first record"));
    }
    const [stopped, served] = waiting as [RunningProgram, RunningProgram];
    stopped.kill("SIGINT");
    equal((await stopped.ended()).code, 0, stopped.stderr);
    equal(stopped.stdout, "");
    await cluster.addWorker();
    equal((await served.ended()).code, 0, `${served.stderr}\n${logs()}`);
    deepEqual(sortedRows(served), sortedRows(await place.succeedInProcess(args)));
  });
});
