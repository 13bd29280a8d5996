/** `analyze --engine spark`, by a real Spark Connect server and on a real Kafka, beside the local engine. */
import { deepEqual, equal, match, ok, rejects } from "assert";
import { join } from "node:path";
import { systemHost } from "../../lib/base/host.ts";
import { parseRemote } from "../../lib/config/values/spark/spark_remote.ts";
import { type RelationInit, SparkSession } from "../../lib/spark/connect/session.ts";
import { sampleCalls } from "../support/calls.ts";
import { makeCertificates } from "../support/certificates.ts";
import { ENGINE_QUERIES } from "../support/engine_queries.ts";
import { sharedKafka } from "../support/kafka.ts";
import { sharedSparkConnect, startSparkConnect } from "../support/spark_connect.ts";
import { tempDir } from "../support/temp_dir.ts";
import { TlsEnd } from "../support/tls_end.ts";
import { countsByType, lines, printedCounts, sortedRows, Workplace } from "../support/workplace.ts";

const [{ servers }, server] = await Promise.all([sharedKafka(), sharedSparkConnect()]);

const ON_SPARK = ["--engine", "spark", "--remote", server.remote];
const AVAILABLE_NOW = ["--trigger", "available-now", "--sink", "ndjson"];
/** A batch of Spark takes seconds, and minutes on a machine that is busy with much else. */
const msMax = 600_000;

const QUERIES = `${ENGINE_QUERIES}
[query.extremes]
sql = SELECT crime_id, CAST(-12.345 AS DECIMAL(10,3)) AS a, DATE'0001-01-01' AS b, TIMESTAMP'9999-12-31 23:59:59.999999Z' AS c,
    array(1, NULL, 3) AS d, CAST('NaN' AS DOUBLE) AS e, CAST(NULL AS BIGINT) AS f, 9223372036854775807 AS g,
    CAST(0.1 AS FLOAT) AS h, split(city, ' ') AS words, TRUE AS i, 'é\\u0001"' AS j, DATE'2018-12-31' AS k FROM calls WHERE address_type = 'Common Location'
[stream.records]
columns = crime_id BIGINT, city STRING, record_key STRING METADATA FROM 'key', topic STRING METADATA,
    partition INT METADATA, record_offset BIGINT METADATA FROM 'offset', kafka_time TIMESTAMP METADATA FROM 'timestamp',
    timestampType INT METADATA, hour INT AS (hour(kafka_time)), bytes BINARY METADATA FROM 'key',
    headers ARRAY<STRUCT<key: STRING, value: STRING>> METADATA, label STRING AS (concat(record_key, '@', hour, '<', partition))
watermark = kafka_time 10 minutes
[query.fields]
sql = SELECT * FROM records
[stream.cells]
format = csv
format_options = sep ':', nullValue '""'
columns = a STRING, b STRING, c STRING, number BIGINT KEY
key_format = csv
[query.cells]
sql = SELECT * FROM cells
[stream.lines]
format = text
key_format = binary
columns = line STRING, id BINARY KEY, length INT AS (length(line))
[query.lines]
sql = SELECT substring(line, 1, 60) AS start, id, length FROM lines
[stream.keys]
columns = crime_id STRING, number BIGINT KEY
key_format = json
[query.keys]
sql = SELECT * FROM keys WHERE crime_id IS NOT NULL
[query.devices]
sql = SELECT * FROM devices
[query.positions]
sql = SELECT device.pos, items, count(*) AS n, max(device) AS last, min(items[0].n) AS least, max(size(attrs)) AS attrs
    FROM devices WHERE device_id IS NOT NULL GROUP BY 1, 2
output_mode = complete
[query.arrivals]
sql = SELECT window(kafka_time, '1 second') AS w, partition, count(*) AS n, max(record_offset) AS last FROM records
    WHERE hour >= 0 GROUP BY 1, 2
output_mode = update
`;

/** Records with structures, in a topic of their own. */
const DEVICES = [
  '{"device":{"id":"a","pos":{"lat":0.1,"day":"2018-12-31"}},"items":[{"id":"x","n":1},null,{"n":2}],"attrs":{"10":[1],"9":null}}',
  '{"device":{"id":"b","pos":{"lat":0.1,"day":"2018-12-31"}},"items":[{"id":"x","n":1},null,{"n":2}],"attrs":{}}',
  '{"device":{"id":7,"pos":{"lat":"north"}},"items":[{"id":{"k":[1.50]}}],"attrs":{"a":"none"}}',
  '{"crime_id":1}',
];
const devicesOf = (topic: string) =>
  `[stream.devices]
topic = ${topic}
columns = device STRUCT<id: STRING, pos: STRUCT<lat: DOUBLE, day: DATE>>, items ARRAY<STRUCT<id: STRING, n: BIGINT>>,
    attrs MAP<STRING, ARRAY<INT>>, device_id STRING AS (device.id)
watermark = none
`;

Deno.test("Either engine has the same rows in the same batches: counts, a join, windows, sessions, without duplicates", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--partitions", "3"]);
  const others = 'key\t{"crime_id":1}\n{"number":2}\t{"crime_id":"a"}\n7,8\t"a": "b:c" :d\n';
  await place.kcat(["-P", "-H", "a=1", "-H", "b=é", "-K", "\t"], others);
  const devices = `${place.topic}-devices`;
  await place.succeedInProcess(["topic", "create", devices]);
  await place.kcat(["-P", "-t", devices], DEVICES.map((record) => `${record}\n`).join(""));
  await Deno.writeTextFile(join(place.directory, "app.cfg"), devicesOf(devices) + QUERIES);
  const local = await place.succeedInProcess(["analyze", ...AVAILABLE_NOW]);
  const cluster = await place.succeed(["analyze", ...AVAILABLE_NOW, ...ON_SPARK], { msMax });
  ok(sortedRows(local).length > 5_000);
  deepEqual(sortedRows(cluster), sortedRows(local));
});

Deno.test("Either engine has the same rows of a statement over a topic that is not declared, by Kafka's time", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["topic", "create", place.topic]);
  await place.kcat(["-P"], DEVICES.map((record) => `${record}\n`).join(""));
  const from = "FROM `" + place.topic + "`";
  const sql =
    `SELECT window(timestamp, '1 day') IS NOT NULL AS timed, device.id, count(*) AS n, max(items[0].n) AS most ${from}
    GROUP BY window(timestamp, '1 day'), device.id`;
  const args = ["analyze", "--sql", "-", "--watermark", "timestamp 10 minutes", "--output-mode", "complete"];
  const run = [...args, "--sink", "ndjson"];
  const local = sortedRows(await place.succeedInProcess(run, { stdin: sql }));
  equal(local.length, DEVICES.length);
  deepEqual(sortedRows(await place.succeed([...run, ...ON_SPARK], { stdin: sql, msMax })), local);
});

Deno.test("On a cluster, a query resumes from its checkpoint there, and writes no row twice", async () => {
  await using place = new Workplace(servers);
  const calls = (from: number) => ["produce", "--input", "sample", "--limit", String(from)];
  await place.succeedInProcess(calls(1_000));
  const output = join(place.directory, "rows");
  const args = [
    ...["analyze", "with_disposition", "--trigger", "available-now", "--sink", `json:${output}`],
    ...["--checkpoint", join(place.directory, "checkpoints"), "--progress", "progress.ndjson", ...ON_SPARK],
  ];
  await place.succeed(args, { msMax });
  await place.succeedInProcess(calls(500));
  await place.succeed(args, { msMax });
  const files = [...Deno.readDirSync(output)].filter(({ name }) => name.endsWith(".json"));
  const rows = files.flatMap(({ name }) => lines(Deno.readTextFileSync(join(output, name))));
  equal(rows.length, 1_500);
  const progress = lines(Deno.readTextFileSync(join(place.directory, "progress.ndjson")))
    .map((line) => JSON.parse(line) as { readonly batchId: number; readonly numInputRows: number });
  const batches = progress.filter(({ numInputRows }) => numInputRows > 0);
  deepEqual(batches.map(({ batchId, numInputRows }) => [batchId, numInputRows]), [[0, 1_000], [1, 500]]);
});

Deno.test("Rows go to a topic from the cluster, and Ctrl-C stops a query after its batch", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--limit", "800", "--input", "sample"]);
  const target = `${place.topic}-rows`;
  await place.succeedInProcess(["topic", "create", target]);
  const program = place.start([
    ...["analyze", "by_type", "--trigger", "1s", "--sink", `kafka:${target}`],
    ...["--checkpoint", join(place.directory, "checkpoints"), ...ON_SPARK],
  ], { msMax });
  await program.until(({ stderr }) => /by_type batch 0: 800 records/.test(stderr));
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  equal(code, 0, stderr);
  match(stderr, /Stopping after the current batches/);
  const printed = await place.kcat(["-C", "-t", target, "-e", "-q"]);
  deepEqual(printedCounts(printed), countsByType(sampleCalls().slice(0, 800)));
});

Deno.test("What a cluster cannot do, or cannot reach, is said before anything starts", async () => {
  await using place = new Workplace(servers);
  const refused = async (args: readonly string[], message: RegExp) => {
    const { code, stderr } = await place.runInProcess(["analyze", "--trigger", "available-now", ...args]);
    ok(code !== 0);
    match(stderr, message);
    ok(!stderr.includes("org.apache.spark") && !stderr.includes("a-token-of-the-tests"), stderr);
  };
  const at = (remote: string) => ["--engine", "spark", "--remote", remote];
  await refused(["--engine", "spark"], /No Spark Connect server is set/);
  await refused(at("spark://127.0.0.1:7077"), /--remote = "spark:.*expected sc:\/\/HOST:PORT/);
  await refused(
    at("sc://127.0.0.1:1"),
    /Cannot reach Spark Connect at sc:\/\/127\.0\.0\.1:1: connection refused/,
  );
  await refused(at(`sc://${servers[0]}`), /What listens at .* is not Spark Connect/);
  await refused(at("sc://nobody.invalid"), /Cannot reach Spark Connect at .*: no such host/);
  await refused(at(`sc://127.0.0.1:${server.port}`), /refuses access[^]*;token=TOKEN/);
  await refused(
    at(`sc://127.0.0.1:${server.port}/;token=a-wrong-one;use_ssl=false`),
    /refuses access[^]*Check the token/,
  );
  await refused(at(`sc://127.0.0.1:${server.port}/;token=a-token-of-the-tests`), /it does not speak TLS/);
  await refused([...ON_SPARK, "--sink", "sqlite:rows.db"], /Spark does not write to sqlite:rows\.db/);
  await refused([...ON_SPARK, "--sink", "json:rows"], /Spark needs a checkpoint for the sink json/);
  await refused(
    [...ON_SPARK, "--late-rows", "late.ndjson"],
    /not with --engine spark: Spark drops late rows/,
  );
  await refused([...ON_SPARK, "-X", "spark.bootstrap_servers=127.0.0.1:1"], /bootstrap_servers/);
  await refused(
    ON_SPARK,
    /does not find the topics of a stream, \S+: .*does not host this topic[^]*Create the topic first/,
  );
});

Deno.test("A server without Spark's connector for Kafka is told, with the package that it lacks", async () => {
  await using bare = await startSparkConnect({ hasConnector: false });
  await using place = new Workplace(servers);
  const args = ["analyze", "--trigger", "available-now", "--engine", "spark", "--remote", bare.remote];
  const { code, stderr } = await place.runInProcess(args);
  equal(code, 1);
  match(stderr, /\[DATA_SOURCE_NOT_FOUND\]|Failed to find data source: kafka/);
  match(stderr, /Start the server with .*--packages org\.apache\.spark:spark-sql-kafka-0-10_2\.13:4\.0\.0\./);
});

Deno.test("TLS, with a CA of one's own, and the user and session of the connection string", async (t) => {
  await using place = new Workplace(servers);
  await using directory = await tempDir();
  const { ca, otherCa, server: pem } = await makeCertificates(directory.path);
  await using end = new TlsEnd({ target: server.port, pem: await Deno.readTextFile(pem) });
  const token = /token=([^;]+)/.exec(server.remote)![1]!;

  await t.step("a session is that of its user and its id", async () => {
    const open = (user: string, id: string) => {
      const text = `sc://127.0.0.1:${end.port}/;token=${token};user_id=${user};session_id=${id}`;
      const remote = { ...parseRemote(text)!, caFile: ca };
      return SparkSession.open({ remote, version: "0", host: systemHost });
    };
    const [one, other] = [crypto.randomUUID(), crypto.randomUUID()];
    const sql = (query: string): RelationInit => ({ relType: { case: "sql", value: { query } } });
    const first = await open("ada", one);
    const view = { name: "seen", input: sql("SELECT 1"), isGlobal: false, replace: false };
    await first.run({ commandType: { case: "createDataframeView", value: view } });
    const rows = sql("SELECT * FROM seen");
    equal((await (await open("ada", one)).collect(rows)).length, 1);
    for (const [user, id] of [["ada", other], ["bob", one]] as const) {
      const session = await open(user, id);
      await rejects(session.collect(rows), /TABLE_OR_VIEW_NOT_FOUND/);
      await session.release();
    }
    await first.release();
  });

  const secure = `sc://127.0.0.1:${end.port}/;use_ssl=true`;
  const refusals: readonly (readonly [what: string, remote: string, file: string | undefined, RegExp])[] = [
    ["a CA that is not trusted", secure, undefined, /not trusted[^]*Set \[spark\] ca_file/],
    ["another CA", secure, otherCa, /not trusted[^]*Set \[spark\] ca_file/],
    ["another host name", secure.replace("127.0.0.1", "localhost"), ca, /is for another host name/],
    ["no TLS where there is", `sc://127.0.0.1:${end.port}`, ca, /not Spark Connect[^]*use_ssl/],
    ["TLS where there is none", `sc://127.0.0.1:${server.port}/;use_ssl=true`, ca, /it does not speak TLS/],
    ["a wrong token", `${secure};token=a-wrong-one`, ca, /refuses access[^]*Check the token/],
    ["no such file", secure, "nowhere.pem", /\[spark\] ca_file: cannot read nowhere\.pem/],
  ];
  for (const [what, remote, file, message] of refusals) {
    await t.step(what, async () => {
      const { code, stderr } = await place.runInProcess([
        ...["analyze", "--engine", "spark", "--trigger", "available-now", "--remote", remote],
        ...file === undefined ? [] : ["-X", `spark.ca_file=${file}`],
      ]);
      ok(code !== 0);
      match(stderr, message);
    });
  }
});
