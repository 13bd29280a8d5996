import { deepEqual, rejects } from "assert";
import { documentQueries, kafkaSource, sessionConf } from "../../../lib/spark/query_documents.ts";
import { sparkPlan, type SparkQuery } from "../../../lib/spark/spark_plan.ts";
import { planFrom } from "../../support/plan_from.ts";

const CLUSTER = { servers: ["one:9092", "two:9092"], properties: { "security.protocol": "SSL" } };

async function documentOf(values: Readonly<Record<string, string>>, query: string) {
  const plan = await planFrom(values, { names: [query] });
  return { queries: documentQueries(plan, kafkaSource(CLUSTER, plan)), conf: sessionConf(plan) };
}

Deno.test("A document has of each stream what the query sees of it", async () => {
  const { queries, conf } = await documentOf({
    "analyze.time_zone": "Europe/Berlin",
    "analyze.watermark_policy": "max",
    "stream.t.topic": "events",
    "stream.t.columns": "moment TIMESTAMP AS at, id STRING, price DECIMAL(10,2)",
    "stream.t.watermark": "at 10 minutes",
    "query.q.sql": "SELECT id FROM t LEFT JOIN radio_code ON id = disposition",
    "query.q.deduplicate": "AT, id",
    "query.q.watermark": "at 1 hour",
    "query.q.sink": "json:out",
  }, "q");
  deepEqual(queries[0]!.streams[0]!.columns, [
    { name: "at", field: "moment", type: "TIMESTAMP" },
    { name: "id", field: "id", type: "STRING" },
    { name: "price", field: "price", type: "DECIMAL(10,2)" },
  ]);
  deepEqual(queries[0]!.streams[0]!.watermark, { column: "at", delayMs: 3_600_000 });
  deepEqual(queries[0]!.streams[0]!.deduplicate, ["at", "id"]);
  deepEqual(queries[0]!.sink, { kind: "json", path: "out", partitionBy: [] });
  deepEqual(conf["spark.sql.session.timeZone"], "Europe/Berlin");
  deepEqual(conf["spark.sql.streaming.multipleWatermarkPolicy"], "max");
});

Deno.test("Servers, properties, offsets and limits go to Spark's Kafka source by its own names", async () => {
  const optionsOf = async (values: Readonly<Record<string, string>>) => {
    const plan = await planFrom(values);
    const source = kafkaSource(CLUSTER, plan);
    return { ...source.options, ...documentQueries(plan, source)[0]!.streams[0]!.start };
  };
  const common = {
    "kafka.bootstrap.servers": "one:9092,two:9092",
    "kafka.security.protocol": "SSL",
    failOnDataLoss: "true",
  };
  deepEqual(
    await optionsOf({
      "analyze.starting_offsets": '{"sf-police-calls":{"0":23,"1":-2}}',
      "spark.max_offsets_per_trigger": "200",
      "analyze.min_offsets_per_trigger": "20",
      "analyze.max_trigger_delay": "2m",
      "analyze.fail_on_data_loss": "false",
    }),
    {
      ...common,
      startingOffsets: '{"sf-police-calls":{"0":23,"1":-2}}',
      maxOffsetsPerTrigger: "200",
      minOffsetsPerTrigger: "20",
      maxTriggerDelay: "120000ms",
      failOnDataLoss: "false",
    },
  );
  deepEqual(await optionsOf({ "analyze.starting_offsets": "2019-01-01T00:00:00Z" }), {
    ...common,
    startingTimestamp: "1546300800000",
    startingOffsetsByTimestampStrategy: "error",
  });
  deepEqual(
    await optionsOf({
      "analyze.starting_offsets": '{"sf-police-calls":{"0":"2019-01-01T00:00:00Z"}}',
      "analyze.starting_offsets_by_timestamp_strategy": "latest",
    }),
    {
      ...common,
      startingOffsetsByTimestamp: '{"sf-police-calls":{"0":1546300800000}}',
      startingOffsetsByTimestampStrategy: "latest",
    },
  );
  await rejects(
    optionsOf({ "analyze.starting_offsets": '{"sf-police-calls":{"0":"2019-01-01T00:00:00Z","1":5}}' }),
    {
      code: "CONFIG",
      message: /calls-1/,
    },
  );
});

Deno.test("A sink that Spark does not have is refused", async () => {
  const values = { "query.q.sql": "SELECT city FROM calls", "query.q.sink": "sqlite:out.db" };
  await rejects(documentOf(values, "q"), /sqlite:out\.db is not supported by Spark/);
});

Deno.test("Spark reads what Kafka keeps beside the value, and computes columns one after the other, before the watermark", async () => {
  const plan = await planFrom({
    "stream.t.columns": "at TIMESTAMP AS (timestamp_millis(ms)), ms BIGINT, key STRING, " +
      "record_key STRING METADATA FROM 'key', hour INT AS (hour(at))",
    "stream.t.watermark": "at 1 minute",
    "query.q.sql": "SELECT * FROM t",
  }, { names: ["q"] });
  const [{ streams: [stream] }] = sparkPlan(plan, kafkaSource(CLUSTER, plan)).queries as [SparkQuery];
  deepEqual(stream!.watermark, { column: "at", delay: "60000 milliseconds" });
  deepEqual(stream!.steps, [
    [
      "from_json(CAST(value AS STRING), '`ms` BIGINT, `key` STRING', map('mode', 'PERMISSIVE')) AS record",
      "key",
    ],
    ["record.`ms` AS `ms`", "record.`key` AS `key`", "CAST(key AS STRING) AS `record_key`"],
    ["CAST((timestamp_millis(ms)\n) AS TIMESTAMP) AS `at`", "`ms`", "`key`", "`record_key`"],
    ["`at`", "`ms`", "`key`", "`record_key`", "CAST((hour(at)\n) AS INT) AS `hour`"],
  ]);
});

Deno.test("Spark reads keys and values by their formats: JSON by from_json, text and bytes as they are", async () => {
  const stepsOf = async (values: Readonly<Record<string, string>>) => {
    const plan = await planFrom({ ...values, "query.q.sql": "SELECT * FROM t" }, { names: ["q"] });
    const [{ streams: [stream] }] = sparkPlan(plan, kafkaSource(CLUSTER, plan)).queries as [SparkQuery];
    return stream!.steps;
  };
  deepEqual(
    await stepsOf({
      "stream.t.columns": "id INT, key_id STRING KEY FROM 'id'",
      "stream.t.key_format": "json",
      "stream.t.mode": "failfast",
    }),
    [
      [
        "from_json(CAST(value AS STRING), '`id` INT', map('mode', 'FAILFAST')) AS record",
        "from_json(CAST(key AS STRING), '`id` STRING', map('mode', 'FAILFAST')) AS record_key",
      ],
      ["record.`id` AS `id`", "record_key.`id` AS `key_id`"],
    ],
  );
  deepEqual(await stepsOf({ "stream.t.format": "text", "stream.t.key_format": "binary" }), [
    ["key", "value"],
    ["CAST(key AS BINARY) AS `key`", "CAST(value AS STRING) AS `value`"],
  ]);
});
