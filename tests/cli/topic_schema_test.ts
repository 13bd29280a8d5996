/** `topic schema`: the section that declares a topic, which is ready to use. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
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
    columns: "id DECIMAL(20,0), device STRING",
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
