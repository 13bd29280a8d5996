/** Avro, Protobuf and JSON with a real schema registry: from `produce` through the topic to `consume` and `analyze`. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
import { fillTopic } from "../support/filled_topic.ts";
import type { RunResult } from "../support/program.ts";
import type { InProcessOptions } from "../support/program_in_process.ts";
import { askRegistry, sharedRegistry } from "../support/schema_registry.ts";
import { Workplace } from "../support/workplace.ts";
import { jsonLines, type JsonRow } from "./answers.ts";

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

/** A place whose topic the registry has not seen. */
class Place extends Workplace {
  readonly #registry: readonly string[];

  private constructor(topic: string, registry: string) {
    super([], topic);
    this.#registry = ["-X", `registry.url=${registry}`];
  }

  static async of(topic: string): Promise<Place> {
    return new Place(topic, await sharedRegistry());
  }

  /** Runs a verb with the registry. */
  override runInProcess(args: readonly string[], options?: InProcessOptions): Promise<RunResult> {
    return super.runInProcess([...args, ...this.#registry], options);
  }

  override succeedInProcess(args: readonly string[], options?: InProcessOptions): Promise<RunResult> {
    return super.succeedInProcess([...args, ...this.#registry], options);
  }

  async write(name: string, content: unknown): Promise<string> {
    const path = join(this.directory, name);
    await Deno.writeTextFile(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }

  /** Sends records with the schemas of flags; gives what was said. */
  async produce(records: readonly unknown[], ...flags: readonly string[]): Promise<string> {
    const stdin = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    const args = ["produce", "--input", "-", "--key", "id", "--value-format", "avro", ...flags];
    return (await this.succeedInProcess(args, { stdin })).stderr;
  }

  /** What the values are, printed as JSON. */
  consume(format: string): Promise<RunResult> {
    return this.succeedInProcess(consumed("--value-format", format));
  }

  async rows(...settings: readonly string[]): Promise<JsonRow[]> {
    return jsonLines((await this.succeedInProcess(analyzed(...settings))).stdout);
  }
}

const consumed = (...more: readonly string[]) => [
  ...["consume", "--from", "beginning", "--exit-at-end", "--format", "value"],
  ...more,
];

/** @param settings Those of the stream. */
const analyzed = (...settings: readonly string[]) => [
  ...["analyze", "all", "--trigger", "available-now", "--sink", "ndjson"],
  ...["format=avro", ...settings].flatMap((setting) => ["-X", `stream.s.${setting}`]),
  ...["-X", "query.all.sql=SELECT * FROM s"],
];

Deno.test("Records of two schemas are read by either of them, and printed as they were written", async () => {
  await using at = await Place.of("evolving");
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
  const { stdout } = await at.consume("avro");
  deepEqual(jsonLines(stdout), [
    { id: 1, type: "a", at: "2018-12-31T23:57:00.000Z", note: "n" },
    { id: 2, type: "b", at: "2018-12-31T23:57:00.123Z", note: null },
    { id: 3, type: "c", at: "2018-12-31T23:58:00.000Z", city: "Oakland" },
  ]);
  // What is selected are fields of the JSON, also those that only some of the schemas have.
  const selected = await at.succeedInProcess([
    ...consumed("--value-format", "avro", "--where", "id > 1 AND at < '2018-12-31T23:58:30.000Z'"),
    ...["--select", "id, upper(type) AS type, city", "--grep", "2018"],
  ]);
  deepEqual(jsonLines(selected.stdout), [
    { id: 2, type: "B", city: null },
    { id: 3, type: "C", city: "Oakland" },
  ]);
  deepEqual((await at.rows()).map(({ city }) => city), ["San Francisco", "San Francisco", "Oakland"]);
  deepEqual((await at.rows("schema=1")).map(({ note }) => note), ["n", null, null]);
  deepEqual(await at.rows("columns=type STRING, id BIGINT"), [
    { type: "a", id: 1 },
    { type: "b", id: 2 },
    { type: "c", id: 3 },
  ]);
  const versions = await askRegistry("/subjects/evolving-value/versions");
  deepEqual(versions, [1, 2]);
});

Deno.test("A schema that is registered already is looked up, with its version or as the latest one", async () => {
  await using at = await Place.of("known");
  const file = await at.write("call.avsc", FIRST);
  await at.produce([{ id: 1, type: "a", at: 0 }], "--value-schema", file);
  await at.produce([{ id: 2, type: "a", at: 0 }], "--value-schema", file);
  await at.produce([{ id: 3, type: "a", at: 0 }], "--value-schema", "1");
  await at.produce([{ id: 4, type: "a", at: 0 }]);
  deepEqual(await askRegistry("/subjects/known-value/versions"), [1]);
  deepEqual((await at.rows()).map(({ id }) => id), [1, 2, 3, 4]);
});

Deno.test("A record that does not fit the schema is kept as a dead letter, with the field", async () => {
  await using at = await Place.of("unfit");
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
  await using at = await Place.of("foreign");
  const file = await at.write("call.avsc", FIRST);
  await at.produce([{ id: 1, type: "a", at: 0 }], "--value-schema", file);
  const values = [Uint8Array.of(0, 0, 0x7f, 0xff, 0xff, 2), "{}", null];
  await fillTopic(at, values.map((value) => ({ value })));
  const permissive = await at.succeedInProcess(analyzed());
  deepEqual(jsonLines(permissive.stdout).map(({ id }) => id), [1, null, null, null]);
  match(
    permissive.stderr,
    /record at offset 1 of foreign-0 has the schema id 8388607, for which .* no avro schema/,
  );
  const strict = await at.runInProcess(analyzed("mode=failfast"));
  equal(strict.code, 1);
  match(strict.stderr, /The record at offset 1 of foreign-0 has the schema id 8388607/);
  const printed = await at.consume("avro");
  match(printed.stderr, /record at offset 1 of foreign-0 cannot be decoded with the schema id 8388607/);
  match(printed.stderr, /record at offset 2 of foreign-0 does not begin with the id of a schema/);
});

Deno.test("What is wrong with a schema is said before anything runs", async () => {
  await using at = await Place.of("wrong");
  const refused = async (...settings: readonly string[]) => {
    const { code, stderr } = await at.runInProcess(analyzed(...settings));
    return `${code} ${stderr}`;
  };
  match(await refused(), /^1 .*has no subject wrong-value/s);
  const file = await at.write("call.avsc", FIRST);
  await at.produce([{ id: 1, type: "a", at: 0 }], "--value-schema", file);
  match(
    await refused("schema=7"),
    /^1 .*no subject wrong-value with version 7/s,
  );
  match(
    await refused("columns=id INT"),
    /^2 .*id is BIGINT in the schema/s,
  );
  match(
    await refused("columns=nr INT"),
    /^2 .*the schema has no field nr/s,
  );
  match(
    await refused("format=json-schema"),
    /^2 .*subject wrong-value is AVRO/s,
  );
});

Deno.test("Without a registry, a file has the schema of all records", async () => {
  await using at = new Workplace();
  const file = join(at.directory, "call.avsc");
  await Deno.writeTextFile(file, JSON.stringify(FIRST));
  const format = ["--value-format", "avro", "--value-schema", file];
  await at.succeedInProcess(["produce", "--input", "-", "--key", "none", ...format], {
    stdin: JSON.stringify({ id: 1, type: "a", at: 0 }),
  });
  const { stdout } = await at.succeedInProcess(consumed(...format));
  deepEqual(jsonLines(stdout), [{ id: 1, type: "a", at: "1970-01-01T00:00:00.000Z", note: null }]);
  const rows = await at.succeedInProcess(analyzed(`schema=${file}`, "watermark=at 1 minute"));
  deepEqual(jsonLines(rows.stdout).map(({ id }) => id), [1]);
});

Deno.test("JSON with the id of a schema has the columns of the schema", async () => {
  await using at = await Place.of("of-json");
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
  deepEqual(await at.rows("format=json-schema"), [
    { id: 1, at: "2018-12-31T23:57:00.000Z", tags: ["a"] },
    { id: 2, at: null, tags: null },
  ]);
  deepEqual(jsonLines((await at.consume("json-schema")).stdout), records);
});

Deno.test("Protobuf says which message of a schema a value is; those of others are NULLs", async () => {
  await using at = await Place.of("of-protobuf");
  const file = await at.write(
    "call.proto",
    `syntax = "proto3"; package police; import "google/protobuf/timestamp.proto";
    message Other { int32 id = 1; }
    message Call { int64 id = 1; google.protobuf.Timestamp at = 2; repeated Tag tags = 3;
      message Tag { string name = 1; } }`,
  );
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
  const printed = { ...call, at: "2018-12-31T23:57:00.000Z" };
  deepEqual(await at.rows("format=protobuf", "message=Call"), [printed, { id: null, at: null, tags: null }]);
  deepEqual(jsonLines((await at.consume("protobuf")).stdout), [printed, { id: 2 }]);
});
