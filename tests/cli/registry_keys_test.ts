/** Keys with schemas of a real registry: from `produce` through the topic to `consume` and `analyze`. */
import { deepEqual, match } from "assert";
import { join } from "node:path";
import { openBroker } from "../support/brokers.ts";
import { askRegistry, sharedRegistry } from "../support/schema_registry.ts";
import { Workplace } from "../support/workplace.ts";
import { consumedRecords } from "../../lib/broker/consumed_records.ts";
import { jsonLines } from "./answers.ts";

const CALL = {
  type: "record",
  name: "Call",
  fields: [{ name: "id", type: "long" }, { name: "city", type: "string" }],
};
const PLACE = { type: "record", name: "Place", fields: [{ name: "city", type: "string" }] };

interface Keys {
  readonly topic: string;
  /** The field that becomes the key, and its schema. */
  readonly key: string;
  readonly schema: unknown;
  readonly records: readonly string[];
}

/** A place with a topic of records with such keys, without a schema for their values. */
async function produced({ topic, key, schema, records }: Keys) {
  const place = new Workplace([], topic);
  const file = join(place.directory, "key.avsc");
  await Deno.writeTextFile(file, JSON.stringify(schema));
  const registry = ["-X", `registry.url=${await sharedRegistry()}`];
  await place.succeedInProcess(
    ["produce", "--input", "-", "--key", key, "--key-format", "avro", "--key-schema", file, ...registry],
    { stdin: records.map((record) => `${record}\n`).join("") },
  );
  const analyze = async (columns: string, ...more: readonly string[]) => {
    const stream = { registry: "yes", key_format: "avro", ...columns === "" ? {} : { columns } };
    const settings = Object.entries(stream).flatMap(([name, value]) => ["-X", `stream.s.${name}=${value}`]);
    const args = ["analyze", "q", "--trigger", "available-now", "--sink", "ndjson", ...settings, ...registry];
    return await place.runInProcess([...args, "-X", "query.q.sql=SELECT * FROM s", ...more]);
  };
  const consume = async (...more: readonly string[]) => {
    const args = [
      "consume",
      "--from",
      "beginning",
      "--exit-at-end",
      "--format",
      "ndjson",
      ...registry,
      ...more,
    ];
    const { stdout } = await place.succeedInProcess(args);
    return (jsonLines(stdout) as { readonly key: string }[]).map((record) => record.key);
  };
  return { place, analyze, consume, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
}

const LINES = ['{"id":1,"city":"a"}', '{"id":9007199254740993,"city":"b"}', '{"id":null,"city":"c"}'];

Deno.test("A key that is a number has the bytes of Avro after its id, and is a column and a text again", async () => {
  const keys = { topic: "numbers", key: "id", schema: "long", records: LINES };
  await using topic = await produced(keys);
  const { stdout } = await topic.analyze("city STRING, id BIGINT KEY");
  deepEqual(stdout, '{"city":"a","id":1}\n{"city":"b","id":9007199254740993}\n{"city":"c","id":null}\n');
  deepEqual(await topic.consume("--key-format", "avro"), ["1", "9007199254740993", null]);
  const { id } = await askRegistry("/subjects/numbers-key/versions/1") as { readonly id: number };
  const broker = await openBroker({
    kind: "embedded",
    path: join(topic.place.directory, ".sfcrime", "broker.db"),
  });
  const reader = await broker.openReader();
  const range = { topic: "numbers", partition: 0, from: 0, to: 1 };
  for await (const chunk of reader.read(range)) {
    deepEqual(consumedRecords(chunk, range).map(({ key }) => [...key!]), [[0, 0, 0, 0, id, 2]]);
  }
  await broker.close();
  match((await topic.analyze("id INT KEY")).stderr, /id: a key of format avro is one column of type BIGINT/);
});

Deno.test("A key that is a record has the columns of its schema; a text is printed as it is", async () => {
  const records = ['{"id":1,"at":{"city":"x"}}', '{"id":2,"at":{"city":"y"}}'];
  await using topic = await produced({ topic: "places", key: "at", schema: PLACE, records });
  deepEqual(jsonLines((await topic.analyze("id INT, town STRING KEY FROM 'city'")).stdout), [
    { id: 1, town: "x" },
    { id: 2, town: "y" },
  ]);
  deepEqual(await topic.consume("--key-format", "avro"), ['{"city":"x"}', '{"city":"y"}']);
  await using texts = await produced({ topic: "texts", key: "city", schema: "string", records: LINES });
  deepEqual(await texts.consume("--key-format", "avro"), ["a", "b", "c"]);
  deepEqual(jsonLines((await texts.analyze("", "-X", "stream.s.format=text")).stdout), [
    { key: "a", value: LINES[0] },
    { key: "b", value: LINES[1] },
    { key: "c", value: LINES[2] },
  ]);
});

Deno.test("A key without a schema of the registry is NULL with a warning, or ends a failfast query by name", async () => {
  await using topic = await produced({
    topic: "mixed",
    key: "city",
    schema: "string",
    records: LINES.slice(0, 1),
  });
  await topic.place.succeedInProcess(["produce", "--input", "-", "--key", "city"], {
    stdin: '{"id":5,"city":"\\u0000\\u0000\\u0000\\u0001\\u0001x"}\n{"id":6,"city":"plain"}\n',
  });
  const columns = "id INT, city STRING KEY";
  const permissive = await topic.analyze(columns);
  deepEqual(jsonLines(permissive.stdout).map((row) => (row as { readonly city: string }).city), [
    "a",
    null,
    null,
  ]);
  match(permissive.stderr, /The key of the record at offset 1 of mixed-0 has the schema id 257, for which/);
  const strict = await topic.analyze(columns, "-X", "stream.s.mode=failfast");
  deepEqual(strict.code, 1);
  match(strict.stderr, /The key of the record at offset 1 of mixed-0 has the schema id 257/);
});

Deno.test("A key that does not fit its schema makes its record a dead letter", async () => {
  await using place = new Workplace();
  const file = join(place.directory, "key.avsc");
  await Deno.writeTextFile(file, JSON.stringify(CALL));
  const flags = ["--key-format", "avro", "--key-schema", file, "--key", "call"];
  const { stderr } = await place.succeedInProcess(["produce", "--input", "-", ...flags], {
    stdin: '{"call":{"id":"x"}}\n{"call":{"id":1,"city":"a"}}\n{"call":1}\n',
  });
  match(stderr, /does not fit the schema: key\.id: "x" is not/);
  match(stderr, /does not fit the schema: key: 1 is not an object/);
  match(stderr, /1 record \(/);
});
