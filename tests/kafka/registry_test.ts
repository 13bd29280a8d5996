/**
 * Records with schemas of a real registry on a real Kafka, both ways: what `produce` sends has the bytes of other
 * encoders, as kcat reads them, and what kcat sends of these bytes is read by queries, values and keys.
 */
import { deepEqual } from "assert";
import avro from "avsc";
import { join } from "node:path";
import protobuf from "protobufjs";
import { jsonLines } from "../cli/answers.ts";
import { sharedKafka } from "../support/kafka.ts";
import { askRegistry, sharedRegistry } from "../support/schema_registry.ts";
import { Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

const AVRO = {
  type: "record",
  name: "Call",
  fields: [{ name: "id", type: "int" }, { name: "tags", type: { type: "array", items: "string" } }],
} as const;
const PROTO =
  'syntax = "proto3"; message Other { int32 x = 1; } message Call { int32 id = 1; repeated string tags = 2; }';
const CALL = { id: 7, tags: ["é", ""] };

/** The bytes of the call in each format, and before them what says which schema they have. */
const FORMATS = [
  {
    format: "avro",
    schema: JSON.stringify(AVRO),
    bytes: avro.Type.forSchema(AVRO as unknown as avro.Schema).toBuffer(CALL),
    place: [],
  },
  {
    format: "protobuf",
    schema: PROTO,
    bytes: protobuf.parse(PROTO).root.lookupType("Call").encode(CALL).finish(),
    // The second message: an array of one index.
    place: [2, 2],
  },
  {
    format: "json-schema",
    schema: JSON.stringify({
      type: "object",
      properties: { id: { type: "integer" }, tags: { type: "array", items: { type: "string" } } },
    }),
    bytes: new TextEncoder().encode(JSON.stringify(CALL)),
    place: [],
  },
] as const;

/** The bytes of the only record's value or key, by kcat. */
async function kcatBytes(topic: string, what: "%s" | "%k"): Promise<number[]> {
  const args = ["-b", servers.join(","), "-C", "-t", topic, "-e", "-q", "-f", what];
  const { stdout } = await new Deno.Command("kcat", { args, stderr: "null" }).output();
  return [...stdout];
}

for (const { format, schema, bytes, place: ofMessage } of FORMATS) {
  Deno.test(`Values and keys of ${format} have the bytes that others write, and theirs are read`, async () => {
    await using place = new Workplace(servers);
    const file = join(place.directory, "schema");
    await Deno.writeTextFile(file, schema);
    const registry = ["-X", `registry.url=${await sharedRegistry()}`];
    const message = format === "protobuf" ? ["--message", "Call"] : [];
    await place.succeedInProcess([
      ...["produce", "--input", "-", "--value-format", format, "--value-schema", file, ...message],
      ...["--key", "id", "--key-format", "avro", "--key-schema", await intSchema(place), ...registry],
    ], { stdin: JSON.stringify(CALL) });
    const idOf = async (part: string) => {
      const { id } = await askRegistry(`/subjects/${place.topic}-${part}/versions/1`) as {
        readonly id: number;
      };
      return [0, 0, 0, id >> 8, id & 0xff];
    };
    const framed = [...await idOf("value"), ...ofMessage, ...bytes];
    deepEqual(await kcatBytes(place.topic, "%s"), framed);
    deepEqual(await kcatBytes(place.topic, "%k"), [...await idOf("key"), 14]);

    const value = join(place.directory, "value");
    await Deno.writeFile(value, Uint8Array.from(framed));
    await place.kcat(["-P", value]);
    const { stdout } = await place.succeedInProcess([
      ...["analyze", "q", "--trigger", "available-now", "--sink", "ndjson", ...registry],
      ...["-X", `stream.s.topic=${place.topic}`, "-X", `stream.s.format=${format}`],
      ...(format === "protobuf" ? ["-X", "stream.s.message=Call"] : []),
      ...["-X", "stream.s.key_format=avro", "-X", "query.q.sql=SELECT key, id, tags FROM s"],
    ]);
    deepEqual(jsonLines(stdout), [{ key: 7, ...CALL }, { key: null, ...CALL }]);
  });
}

async function intSchema(place: Workplace): Promise<string> {
  const file = join(place.directory, "key.avsc");
  await Deno.writeTextFile(file, '"int"');
  return file;
}
