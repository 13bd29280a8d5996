/** Avro, Protobuf and JSON with a real schema registry: from `produce` through the topic to `consume` and `analyze`. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { openBroker } from "../support/brokers.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { askRegistry, sharedRegistry } from "../support/schema_registry.ts";
import { tempDir } from "../support/temp_dir.ts";
import { jsonLines } from "./answers.ts";

const FIRST = {
  type: "record",
  name: "Call",
  namespace: "police",
  fields: [
    { name: "id", type: "long" },
    { name: "type", type: "string" },
    { name: "at", type: { type: "long", logicalType: "timestamp-millis" } },
    { name: "note", type: ["null", "string"], default: null },
  ],
};
/** As the first one, with a field that is gone, and one that is new. */
const SECOND = {
  ...FIRST,
  fields: [...FIRST.fields.slice(0, 3), { name: "city", type: "string", default: "San Francisco" }],
};

interface Place {
  readonly topic: string;
  readonly cwd: string;
  readonly flags: readonly string[];
  write(name: string, content: unknown): Promise<string>;
  produce(records: readonly unknown[], ...flags: readonly string[]): Promise<string>;
}

/** A directory with a topic of its own name, which the registry has not seen. */
async function place(topic: string): Promise<Place & AsyncDisposable> {
  const directory = await tempDir();
  const url = await sharedRegistry();
  const flags = ["--topic", topic, "-X", `registry.url=${url}`];
  return {
    topic,
    cwd: directory.path,
    flags,
    async write(name, content) {
      const path = join(directory.path, name);
      await Deno.writeTextFile(path, JSON.stringify(content));
      return path;
    },
    async produce(records, ...more) {
      const stdin = records.map((record) => `${JSON.stringify(record)}\n`).join("");
      const args = ["produce", "--input", "-", "--key", "id", "--value-format", "avro", ...flags, ...more];
      return (await succeedInProcess(args, { cwd: directory.path, stdin })).stderr;
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

const analyzed = (topic: string, ...more: readonly string[]) => [
  "analyze",
  "all",
  "--trigger",
  "available-now",
  "--sink",
  "ndjson",
  "-X",
  `stream.s.topic=${topic}`,
  "-X",
  "stream.s.format=avro",
  "-X",
  "query.all.sql=SELECT * FROM s",
  ...more,
];

Deno.test("Records of two schemas are read by either of them, and printed as they were written", async () => {
  await using at = await place("evolving");
  const first = await at.write("first.avsc", FIRST);
  const second = await at.write("second.avsc", SECOND);
  const said = await at.produce(
    [{ id: 1, type: "a", at: "2018-12-31T23:57:00Z", note: "n" }, { id: 2, type: "b", at: 1546300620123 }],
    "--value-schema",
    first,
  );
  match(said, /first\.avsc is schema \d+ of subject evolving-value/);
  await at.produce(
    [{ id: 3, type: "c", at: "2018-12-31T23:58:00Z", city: "Oakland" }],
    "--value-schema",
    second,
  );
  const { stdout } = await succeedInProcess(
    [
      "consume",
      "--from",
      "beginning",
      "--exit-at-end",
      "--format",
      "value",
      "--value-format",
      "avro",
      ...at.flags,
    ],
    at,
  );
  deepEqual(jsonLines(stdout), [
    { id: 1, type: "a", at: "2018-12-31T23:57:00.000Z", note: "n" },
    { id: 2, type: "b", at: "2018-12-31T23:57:00.123Z", note: null },
    { id: 3, type: "c", at: "2018-12-31T23:58:00.000Z", city: "Oakland" },
  ]);
  const rows = async (...more: readonly string[]) =>
    jsonLines((await succeedInProcess([...analyzed(at.topic, ...more), ...at.flags], at)).stdout);
  deepEqual((await rows()).map(({ city }) => city), ["San Francisco", "San Francisco", "Oakland"]);
  deepEqual((await rows("-X", "stream.s.schema=1")).map(({ note }) => note), ["n", null, null]);
  deepEqual(await rows("-X", "stream.s.columns=type STRING, id BIGINT"), [
    { type: "a", id: 1 },
    { type: "b", id: 2 },
    { type: "c", id: 3 },
  ]);
  const versions = await askRegistry("/subjects/evolving-value/versions");
  deepEqual(versions, [1, 2]);
});

Deno.test("A schema that is registered already is looked up, with its version or as the latest one", async () => {
  await using at = await place("known");
  const file = await at.write("call.avsc", FIRST);
  await at.produce([{ id: 1, type: "a", at: 0 }], "--value-schema", file);
  await at.produce([{ id: 2, type: "a", at: 0 }], "--value-schema", file);
  await at.produce([{ id: 3, type: "a", at: 0 }], "--value-schema", "1");
  await at.produce([{ id: 4, type: "a", at: 0 }]);
  deepEqual(await askRegistry("/subjects/known-value/versions"), [1]);
  const { stdout } = await succeedInProcess([...analyzed(at.topic), ...at.flags], at);
  deepEqual(jsonLines(stdout).map(({ id }) => id), [1, 2, 3, 4]);
});

Deno.test("A record that does not fit the schema is kept as a dead letter, with the field", async () => {
  await using at = await place("unfit");
  const file = await at.write("call.avsc", FIRST);
  const said = await at.produce(
    [{ id: 1, type: 5, at: 0 }, { id: 1, type: "a" }, { id: 2, type: "a", at: 0 }, {
      id: 3,
      type: "a",
      at: 0,
      x: 1,
    }],
    "--value-schema",
    file,
  );
  match(said, /does not fit the schema: type: 5 is not a string/);
  match(said, /does not fit the schema: at: it is missing, and has no default/);
  match(said, /does not fit the schema: the schema has no field x/);
  match(said, /1 record \(/);
});

Deno.test("A schema id that is unknown, and bytes without one, are NULLs, or end a failfast query by name", async () => {
  await using at = await place("foreign");
  const file = await at.write("call.avsc", FIRST);
  await at.produce([{ id: 1, type: "a", at: 0 }], "--value-schema", file);
  const broker = await openBroker({ kind: "embedded", path: join(at.cwd, ".sfcrime", "broker.db") });
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const values = [Uint8Array.of(0, 0, 0x7f, 0xff, 0xff, 2), new TextEncoder().encode("{}"), null];
  const records = RecordsBuilder.of(values.map((value) => ({ key: null, value, timestampMs: 0 })));
  await appender.append(at.topic, [{ partition: 0, records }]);
  await appender.close();
  await broker.close();
  const permissive = await succeedInProcess([...analyzed(at.topic), ...at.flags], at);
  deepEqual(jsonLines(permissive.stdout).map(({ id }) => id), [1, null, null, null]);
  match(
    permissive.stderr,
    /record at offset 1 of foreign-0 has the schema id 8388607, for which .* no avro schema/,
  );
  const strict = await runInProcess([...analyzed(at.topic, "-X", "stream.s.mode=failfast"), ...at.flags], at);
  equal(strict.code, 1);
  match(strict.stderr, /The record at offset 1 of foreign-0 has the schema id 8388607/);
  const printed = await succeedInProcess(
    [
      "consume",
      "--from",
      "beginning",
      "--exit-at-end",
      "--format",
      "value",
      "--value-format",
      "avro",
      ...at.flags,
    ],
    at,
  );
  match(printed.stderr, /record at offset 1 of foreign-0 cannot be decoded with the schema id 8388607/);
  match(printed.stderr, /record at offset 2 of foreign-0 does not begin with the id of a schema/);
});

Deno.test("What is wrong with a schema is said before anything runs", async () => {
  await using at = await place("wrong");
  const refused = async (args: readonly string[]) => {
    const { code, stderr } = await runInProcess([...args, ...at.flags], at);
    return `${code} ${stderr}`;
  };
  match(await refused(analyzed(at.topic)), /^1 .*has no subject wrong-value/s);
  const file = await at.write("call.avsc", FIRST);
  await at.produce([{ id: 1, type: "a", at: 0 }], "--value-schema", file);
  match(
    await refused(analyzed(at.topic, "-X", "stream.s.schema=7")),
    /^1 .*no subject wrong-value with version 7/s,
  );
  match(
    await refused(analyzed(at.topic, "-X", "stream.s.columns=id INT")),
    /^2 .*id is BIGINT in the schema/s,
  );
  match(
    await refused(analyzed(at.topic, "-X", "stream.s.columns=nr INT")),
    /^2 .*the schema has no field nr/s,
  );
  match(
    await refused(analyzed(at.topic, "-X", "stream.s.format=json-schema")),
    /^2 .*subject wrong-value is AVRO/s,
  );
});

Deno.test("Without a registry, a file has the schema of all records", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const file = join(directory.path, "call.avsc");
  await Deno.writeTextFile(file, JSON.stringify(FIRST));
  const format = ["--topic", "plain", "--value-format", "avro", "--value-schema", file];
  await succeedInProcess(["produce", "--input", "-", "--key", "none", ...format], {
    ...options,
    stdin: JSON.stringify({ id: 1, type: "a", at: 0 }),
  });
  const { stdout } = await succeedInProcess(
    ["consume", "--from", "beginning", "--exit-at-end", "--format", "value", ...format],
    options,
  );
  deepEqual(jsonLines(stdout), [{ id: 1, type: "a", at: "1970-01-01T00:00:00.000Z", note: null }]);
  const rows = await succeedInProcess(
    analyzed("plain", "-X", `stream.s.schema=${file}`, "-X", "stream.s.watermark=at 1 minute"),
    options,
  );
  deepEqual(jsonLines(rows.stdout).map(({ id }) => id), [1]);
});

Deno.test("JSON with the id of a schema has the columns of the schema", async () => {
  await using at = await place("of-json");
  const file = await at.write("call.json", {
    title: "Call",
    type: "object",
    properties: {
      id: { type: "integer" },
      at: { type: "string", format: "date-time" },
      tags: { type: "array", items: { type: "string" } },
    },
  });
  const records = [{ id: 1, at: "2018-12-31T23:57:00Z", tags: ["a"] }, { id: 2, note: "not in the schema" }];
  await at.produce(records, "--value-format", "json-schema", "--value-schema", file);
  const registered = await askRegistry("/subjects/of-json-value/versions/1") as {
    readonly schemaType: string;
  };
  equal(registered.schemaType, "JSON");
  const { stdout } = await succeedInProcess(
    [...analyzed(at.topic, "-X", "stream.s.format=json-schema"), ...at.flags],
    at,
  );
  deepEqual(jsonLines(stdout), [
    { id: 1, at: "2018-12-31T23:57:00.000Z", tags: ["a"] },
    { id: 2, at: null, tags: null },
  ]);
  const consume = ["consume", "--from", "beginning", "--exit-at-end", "--format", "value", ...at.flags];
  const printed = await succeedInProcess([...consume, "--value-format", "json-schema"], at);
  deepEqual(jsonLines(printed.stdout), records);
});

Deno.test("Protobuf says which message of a schema a value is; those of others are NULLs", async () => {
  await using at = await place("of-protobuf");
  const file = join(at.cwd, "call.proto");
  const text = `syntax = "proto3"; package police; import "google/protobuf/timestamp.proto";
    message Other { int32 id = 1; }
    message Call { int64 id = 1; google.protobuf.Timestamp at = 2; repeated Tag tags = 3;
      message Tag { string name = 1; } }`;
  await Deno.writeTextFile(file, text);
  const format = ["--value-format", "protobuf", "--value-schema", file];
  const call = { id: 1, at: "2018-12-31T23:57:00Z", tags: [{ name: "a" }] };
  await at.produce([call], ...format, "--message", "Call");
  await at.produce([{ id: 2 }], ...format, "--message", "Other");
  await at.produce(
    [{ id: 3 }],
    ...format,
    "--message",
    "police.Call.Tag",
    "--on-error",
    "skip",
    "--key",
    "none",
  )
    .then(() => equal("sent", "refused"), (error: Error) => match(error.message, /has no field id/));
  const { stdout } = await succeedInProcess([
    ...analyzed(at.topic, "-X", "stream.s.format=protobuf", "-X", "stream.s.message=Call"),
    ...at.flags,
  ], at);
  const printed = { ...call, at: "2018-12-31T23:57:00.000Z" };
  deepEqual(jsonLines(stdout), [printed, { id: null, at: null, tags: null }]);
  const consume = ["consume", "--from", "beginning", "--exit-at-end", "--format", "value", ...at.flags];
  const all = await succeedInProcess([...consume, "--value-format", "protobuf"], at);
  deepEqual(jsonLines(all.stdout), [printed, { id: 2 }]);
});
