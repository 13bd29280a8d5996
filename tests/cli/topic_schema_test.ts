/** `topic schema`: the section that declares a topic, which is ready to use. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
import { filledTopic } from "../support/filled_topic.ts";
import { registerAvro } from "../support/guarded_registry.ts";
import { sharedRegistry } from "../support/schema_registry.ts";
import { lines, Workplace } from "../support/workplace.ts";
import { jsonLines } from "./answers.ts";

const RECORDS = [
  '{"id":1,"device":{"id":"a","pos":{"lat":1.5,"lon":2}},"tags":["x"],"a b":true,"Id":null}',
  '{"id":2,"device":{"id":"b"},"tags":[],"note":null,"Id":"other"}',
  '{"id":12345678901234567890,"device":null}',
  "no JSON",
];

async function produced(records: readonly string[]): Promise<Workplace> {
  const place = new Workplace();
  const stdin = records.map((record) => `${record}\n`).join("");
  await place.succeedInProcess(
    [
      "produce",
      "--input",
      "-",

      "--key",
      "none",
      "--validate",
      "none",
      "--on-error",
      "skip",
    ],
    { stdin },
  );
  return place;
}

Deno.test("The section of a topic has its columns with their types, and how many records have each field", async () => {
  await using place = await produced(RECORDS.slice(0, 3));
  const { stdout } = await place.succeedInProcess(["topic", "schema", place.topic]);
  const name = place.topic.replaceAll("-", "_");
  equal(
    stdout.replaceAll(place.topic, "TOPIC").replaceAll(name, "NAME"),
    `# By the last 3 records of TOPIC. How many have each field:
#   id               100 %  DECIMAL(20,0)
#   device            67 %  STRUCT<id: STRING, pos: STRUCT<lat: DOUBLE, lon: BIGINT>>
#   device.id         67 %  STRING
#   device.pos        33 %  STRUCT<lat: DOUBLE, lon: BIGINT>
#   device.pos.lat    33 %  DOUBLE
#   device.pos.lon    33 %  BIGINT
#   tags              67 %  ARRAY<STRING>
#   \`a b\`             33 %  BOOLEAN
#   Id                33 %  STRING
#   note               0 %  STRING
[stream.NAME]
topic = TOPIC
columns = id DECIMAL(20,0),
    device STRUCT<id: STRING, pos: STRUCT<lat: DOUBLE, lon: BIGINT>>,
    tags ARRAY<STRING>,
    \`a b\` BOOLEAN,
    Id STRING AS Id_2,
    note STRING
# No field is a time as text. To have Kafka's as the event time, add:
#   timestamp TIMESTAMP METADATA to columns
#   watermark = timestamp 10 minutes
`,
  );
  // It is ready to use.
  await Deno.writeTextFile(
    join(place.directory, "app.cfg"),
    `${stdout}[query.q]\nsql = SELECT id, tags FROM ${name}\n`,
  );
  const run = ["analyze", "q", "--trigger", "available-now", "--sink", "ndjson"];
  const rows = jsonLines((await place.succeedInProcess(run)).stdout);
  deepEqual(rows.map((row) => row["tags"]), [["x"], [], null]);
});

Deno.test("Kafka's time is named where no field is one, by another name if that is taken", async () => {
  const noteOf = async (record: string) => {
    await using place = await produced([record]);
    const { stdout } = await place.succeedInProcess(["topic", "schema", place.topic]);
    return /^# No field[^]*/m.exec(stdout)?.[0];
  };
  equal(await noteOf('{"device":{"at":"2018-12-31T10:00:00Z"}}'), undefined);
  equal(await noteOf('{"day":"2018-12-31"}'), undefined);
  match(
    await noteOf('{"year":"2018","at":"noon","n":20181231}') ?? "",
    /^# {3}timestamp TIMESTAMP METADATA to/m,
  );
  equal(
    await noteOf('{"Timestamp":1546250400}'),
    `# No field is a time as text. To have Kafka's as the event time, add:
#   kafka_timestamp TIMESTAMP METADATA FROM 'timestamp' to columns
#   watermark = kafka_timestamp 10 minutes
`,
  );
});

Deno.test("With --json, a program reads the same; --records takes the last ones", async () => {
  await using place = await produced(RECORDS.slice(0, 3));
  const { stdout } = await place.succeedInProcess([
    "topic",
    "schema",
    place.topic,
    "--json",
    "--records",
    "1",
  ]);
  deepEqual(jsonLines(stdout), [{
    topic: place.topic,
    records: 1,
    objects: 1,
    format: "json",
    columns: "id DECIMAL(20,0), device STRING",
    keyFormat: null,
    fields: [
      { path: ["id"], type: "DECIMAL(20,0)", records: 1 },
      { path: ["device"], type: "STRING", records: 0 },
    ],
  }]);
  equal(lines(stdout).length, 1);
});

Deno.test("A topic that is missing or empty has no columns, and that is said", async () => {
  await using place = new Workplace();
  const missing = await place.runInProcess(["topic", "schema", place.topic]);
  equal(missing.code, 1);
  match(missing.stderr, /does not exist/);
  await place.succeedInProcess(["topic", "create", place.topic]);
  const empty = await place.runInProcess(["topic", "schema", place.topic]);
  equal(empty.code, 1);
  match(
    empty.stderr,
    /has no records to take columns from\.\n {2}Declare its columns in a section \[stream\.NAME\]/,
  );
  const wrong = await place.runInProcess(["topic", "schema", place.topic, "--records", "0"]);
  equal(wrong.code, 2);
  match(wrong.stderr, /--records = "0": expected a whole number from 1 to 1,000,000/);
});

/** What `topic schema` prints, and what a query reads of a stream that is declared so. */
async function sectionOf(place: Workplace, ...flags: readonly string[]) {
  const { stdout } = await place.succeedInProcess(["topic", "schema", place.topic, ...flags]);
  const name = place.topic.replaceAll("-", "_");
  await Deno.writeTextFile(
    join(place.directory, "app.cfg"),
    `${stdout}[query.q]\nsql = SELECT * FROM ${name}\n`,
  );
  const run = ["analyze", "q", "--trigger", "available-now", "--sink", "ndjson", ...flags];
  const rows = jsonLines((await place.succeedInProcess(run)).stdout);
  return { section: stdout.replaceAll(place.topic, "TOPIC").replaceAll(name, "NAME"), rows };
}

Deno.test("A topic of text or bytes is declared as such, and can be asked by --sql", async () => {
  await using text = await filledTopic([{ key: "k1", value: "GET / 200" }, { value: "é" }]);
  deepEqual(await sectionOf(text), {
    section: `# By the last 2 records of TOPIC, whose values are text: one column, value STRING.
[stream.NAME]
topic = TOPIC
format = text
# To have Kafka's time as the event time, add:
#   columns = value STRING, timestamp TIMESTAMP METADATA
#   watermark = timestamp 10 minutes
# 50 % of the keys are there; they are text. To have them as columns, add:
#   key_format = text
`,
    rows: [{ value: "GET / 200" }, { value: "é" }],
  });
  const sql = `SELECT count(*) AS n FROM \`${text.topic}\` WHERE value LIKE 'GET%'`;
  const asked = ["analyze", "--sql", sql, "--output-mode", "complete", "--sink", "ndjson"];
  deepEqual(jsonLines((await text.succeedInProcess(asked)).stdout), [{ n: 1 }]);
  await using bytes = await filledTopic([{ value: Uint8Array.of(0xff, 1) }]);
  match(
    (await sectionOf(bytes)).section,
    /whose values are bytes.*\nformat = binary\n# .*\n# {3}columns = value BINARY, /s,
  );
});

Deno.test("Keys of JSON are columns by what the section says, also where the value has the same names", async () => {
  await using place = await filledTopic([{ key: '{"id":1,"site":"a"}', value: '{"id":"x"}' }]);
  const { section } = await sectionOf(place);
  match(
    section,
    /columns = id STRING\n(?:# .*\n){3}# Keys are JSON\. To have them as columns, add:\n# {3}key_format = json\n# {3}id_of_key BIGINT KEY FROM 'id', site STRING KEY to columns\n$/,
  );
  const json = JSON.parse((await place.succeedInProcess(["topic", "schema", place.topic, "--json"])).stdout);
  deepEqual([json.format, json.keyFormat, json.keyColumns], [
    "json",
    "json",
    "id_of_key BIGINT KEY FROM 'id', site STRING KEY",
  ]);
});

Deno.test("Values with the id of a schema are of the format that the registry says", async () => {
  const seen = { type: "record", name: "Seen", fields: [{ name: "n", type: "int" }] };
  const id = await registerAvro("seen-value", seen);
  await using place = await filledTopic([{
    value: Uint8Array.of(0, 0, 0, id >> 8, id & 0xff, 14),
    timestampMs: 5,
  }]);
  const url = await sharedRegistry();
  const flags = [
    "-X",
    `registry.url=${url}`,
    "-X",
    `stream.${place.topic.replaceAll("-", "_")}.subject=seen-value`,
  ];
  deepEqual(await sectionOf(place, ...flags), {
    section: `# By the last 1 record of TOPIC, whose values are Avro: the columns are those of its schema.
[stream.NAME]
topic = TOPIC
format = avro
`,
    rows: [{ n: 7 }],
  });
  // A statement of the command line has Kafka's time beside the columns of the schema.
  await registerAvro(`${place.topic}-value`, seen);
  const sql = `SELECT n, unix_millis(timestamp) AS ms FROM \`${place.topic}\``;
  const asked = ["analyze", "--sql", sql, "--watermark", "timestamp 0 seconds", "--sink", "ndjson"];
  const rows = await place.succeedInProcess([...asked, "-X", `registry.url=${url}`]);
  deepEqual(jsonLines(rows.stdout), [{ n: 7, ms: 5 }]);
  const { code, stderr } = await place.runInProcess(["topic", "schema", place.topic]);
  equal(code, 1);
  match(stderr, new RegExp(`begin with the id of a schema, ${id}\\.\n.*Set \\[registry\\] url`, "s"));
});
