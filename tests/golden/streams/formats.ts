/** Records of CSV and text, with keys, and what Kafka keeps of them. */
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";

const append = (sql: string): ScenarioQuery => ({ sql, output_mode: "append" });
const timeOf = (time: string) => Date.parse(`2018-12-31T${time}Z`);

export const FORMATS: readonly Scenario[] = [
  {
    name: "Lines of CSV with keys of JSON have the columns of both",
    streams: {
      t: {
        columns: "at TIMESTAMP, dev STRUCT<id: STRING, tags: ARRAY<STRING>> KEY, k STRING, n INT, " +
          "z TIMESTAMP_NTZ, p INTERVAL DAY TO SECOND, key_text STRING METADATA FROM 'key'",
        watermark: "at 10 minutes",
        format: "csv",
        format_options: "sep ';', nullValue '-'",
        key_format: "json",
      },
    },
    queries: {
      rows: append("SELECT * FROM t"),
      keys: {
        sql: "SELECT dev, p, count(*) AS c, max(z) AS z FROM t GROUP BY dev, p",
        output_mode: "update",
      },
      windows: append(
        "SELECT window(at, '10 minutes') AS w, dev.id, sum(p) AS p, count(z) AS z FROM t GROUP BY 1, 2",
      ),
    },
    batches: [
      {
        t: [
          {
            key: '{"dev":{"id":"d1","tags":["a",null]}}',
            value: `2018-12-31T10:00;a;1;2018-12-31 10:00;1 02:03:04.5`,
          },
          {
            key: '{"dev":{"id":"d1"}}',
            value: `2018-12-31T10:01;"b;\\"c\\"";x;2018-12-31T10:00Z;INTERVAL '0 00:10' DAY TO MINUTE`,
          },
          { key: null, value: `-;-;-;-;-` },
          { key: "no JSON", value: "2018-12-31T10:02" },
          { key: '{"dev":{"id":"d1","tags":["a",null]}}', value: null },
        ],
      },
      {
        t: [
          { key: '{"dev":{}}', value: `2018-12-31T10:40;a;2;;-0 00:00:01;more` },
          { key: '{"dev":{"id":"d1","tags":["a",null]}}', value: `2018-12-31T10:41;a;3;x;1 02:03:04.5` },
        ],
      },
      { t: [{ key: "", value: "" }, { value: "2018-12-31T10:05;late;4" }] },
    ],
  },
  {
    name: "Text with keys has the times and places of Kafka, and what is computed of it",
    timeZone: "America/Los_Angeles",
    partitions: 2,
    streams: {
      t: {
        columns:
          "line STRING, id STRING KEY, at TIMESTAMP METADATA FROM 'timestamp', partition INT METADATA, " +
          "number BIGINT METADATA FROM 'offset', topic STRING METADATA, kind INT METADATA FROM 'timestampType', " +
          "items ARRAY<STRING> AS (from_json(line, 'ARRAY<STRING>')), size INT AS (size(items))",
        watermark: "at 1 minute",
        format: "text",
        key_format: "text",
      },
    },
    queries: {
      rows: append("SELECT * FROM t"),
      windows: append(
        "SELECT window(at, '1 minute') AS w, partition, count(*) AS c, max(number) AS n, sum(size) AS s FROM t GROUP BY 1, 2",
      ),
      items: {
        sql: "SELECT id, explode(items) AS item, count(*) AS c FROM t GROUP BY id, items",
        output_mode: "update",
      },
    },
    batches: [
      {
        t: [
          { key: "a", value: '["x","y"]', timestampMs: timeOf("10:00:00.123") },
          { key: "b", value: "no JSON", timestampMs: timeOf("10:00:01") },
          { key: { base64: "/w==" }, value: { base64: "//9h" }, timestampMs: timeOf("10:00:02") },
          { key: null, value: null, timestampMs: timeOf("10:01:02") },
        ],
      },
      {
        t: [
          { key: "a", value: '["x","y"]', timestampMs: timeOf("10:03:00") },
          { key: "", value: "", timestampMs: timeOf("10:00:03") },
        ],
      },
      {
        t: [{ key: "a", value: "[]", timestampMs: timeOf("10:00:59.999") }, {
          value: "[1]",
          timestampMs: timeOf("10:05"),
        }],
      },
    ],
  },
];
