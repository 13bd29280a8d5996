import { deepEqual, throws } from "assert";
import { planAnalysis } from "../../../lib/plan/plan_analysis.ts";
import { loadSettings } from "../../../lib/config/settings.ts";
import type { StartingOffsets, TimestampStrategy } from "../../../lib/config/values/values.ts";
import { kafkaSource, planDocument } from "../../../lib/spark/plan_document.ts";

const source = kafkaSource({
  servers: ["one:9092", "two:9092"],
  properties: { "security.protocol": "SSL" },
  startingOffsets: { calls: { "0": 23, "1": -2 } },
  maxOffsetsPerTrigger: 200,
  failOnDataLoss: true,
});

async function documentOf(values: Readonly<Record<string, string>>, query: string) {
  const settings = loadSettings({
    flags: Object.entries(values).map(([setting, value]) => ({ setting, flag: setting, value })),
    properties: [],
    environment: {},
    file: undefined,
  });
  const planned = await planAnalysis(settings, [query]);
  return planDocument(planned, settings, { source, tablePath: (table) => `/tables/${table}.json` });
}

Deno.test("A document has of each stream what the query sees of it", async () => {
  const { queries, tables, conf } = await documentOf({
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
  deepEqual(tables.map(({ name, path }) => [name, path]), [["radio_code", "/tables/radio_code.json"]]);
});

Deno.test("Servers, properties, offsets and limits go to Spark's Kafka source by its own names", () => {
  deepEqual(source.options, {
    "kafka.bootstrap.servers": "one:9092,two:9092",
    "kafka.security.protocol": "SSL",
    startingOffsets: '{"calls":{"0":23,"1":-2}}',
    maxOffsetsPerTrigger: "200",
    failOnDataLoss: "true",
  });
  const startingAt = (startingOffsets: StartingOffsets, timestampStrategy?: TimestampStrategy) =>
    kafkaSource({
      servers: ["one:9092"],
      properties: {},
      startingOffsets,
      ...(timestampStrategy === undefined ? {} : { timestampStrategy }),
      maxOffsetsPerTrigger: undefined,
      failOnDataLoss: false,
    }).options;
  const common = { "kafka.bootstrap.servers": "one:9092", failOnDataLoss: "false" };
  const timestampMs = 1_546_300_800_000;
  deepEqual(startingAt({ timestampMs }), {
    ...common,
    startingTimestamp: "1546300800000",
    startingOffsetsByTimestampStrategy: "error",
  });
  deepEqual(startingAt({ calls: { "0": { timestampMs } } }, "latest"), {
    ...common,
    startingOffsetsByTimestamp: '{"calls":{"0":1546300800000}}',
    startingOffsetsByTimestampStrategy: "latest",
  });
  throws(() => startingAt({ calls: { "0": { timestampMs }, "1": 5 } }), {
    code: "CONFIG",
    message: /calls-1/,
  });
});

Deno.test("A sink that Spark does not have is refused", async () => {
  const values = { "query.q.sql": "SELECT city FROM calls", "query.q.sink": "sqlite:out.db" };
  const error = await documentOf(values, "q").then(() => undefined, (cause: unknown) => cause);
  throws(() => {
    throw error;
  }, /sqlite:out\.db is not supported by Spark/);
});
