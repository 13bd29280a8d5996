/** What `from_avro` of a real Spark makes of Avro's records is what ours makes of them. */
import { deepEqual, equal } from "assert";
import { timeZoneOf } from "../../lib/base/time_zone.ts";
import { avroDecoder } from "../../lib/records/formats/avro/avro_decoder.ts";
import { parseAvroSchema } from "../../lib/records/formats/avro/avro_schema.ts";
import { avroColumns } from "../../lib/records/formats/avro/avro_types.ts";
import { type DataType, type Row, typeName } from "../../lib/records/data_type.ts";
import { RowQuality } from "../../lib/records/json/json_reader.ts";
import { plainJson } from "../support/plain_json.ts";
import answers from "./avro/answers.json" with { type: "json" };
import cases from "./avro/cases.json" with { type: "json" };

const zone = timeZoneOf("America/Los_Angeles")!;

interface Case {
  readonly title: string;
  readonly writer: unknown;
  readonly reader?: unknown;
}

for (const [index, { title, writer, reader = writer }] of (cases as readonly Case[]).entries()) {
  Deno.test(`Avro's records are the rows of Spark's from_avro: ${title}`, () => {
    const answer = answers[index]!;
    equal(answer.title, title);
    const readerSchema = parseAvroSchema(JSON.stringify(reader));
    const columns = avroColumns(readerSchema);
    const type: DataType = { kind: "STRUCT", fields: columns };
    // A local time is a TIMESTAMP in the time zone of the query, as Spark casts it to one.
    equal(sparkName(type), answer.type.replaceAll("timestamp_ntz", "timestamp"));
    const decoder = avroDecoder(
      parseAvroSchema(JSON.stringify(writer)),
      { reader: readerSchema, columns, zone },
    );
    for (const { bytes, row, fails } of answer.records) {
      const record = Uint8Array.from(bytes.match(/../g) ?? [], (hex) => parseInt(hex, 16));
      // As it is found in a batch, with other bytes around it.
      const around = Uint8Array.from([1, 2, ...record, 3, 4]);
      const values: Row = columns.map(() => "old");
      const quality = decoder.decode(around, 2, 2 + record.length, values);
      equal(quality !== RowQuality.good, fails, bytes);
      deepEqual(plainJson(values, type, zone), expected(row, type), bytes);
    }
  });
}

/** The name of a type as `simpleString` has it; local times are of the type with a time zone here. */
function sparkName(type: DataType): string {
  return typeName(type).toLowerCase().replaceAll(": ", ":").replaceAll(", ", ",");
}

/** The row of Spark as JSON; a FLOAT is in its text with the digits that Java gives it. */
function expected(json: unknown, type: DataType): unknown {
  if (type === "FLOAT" && typeof json === "number") return Math.fround(json);
  if (typeof json === "string" && IN_GAPS[json] !== undefined) return IN_GAPS[json];
  if (typeof type === "string" || json === null) return json;
  const parts = json as Readonly<Record<string, unknown>>;
  switch (type.kind) {
    case "ARRAY":
      return (json as readonly unknown[]).map((item) => expected(item, type.element));
    case "MAP":
      return mapped(parts, (item) => expected(item, type.value));
    case "STRUCT":
      return mapped(
        parts,
        (item, name) => expected(item, type.fields.find((field) => field.name === name)!.type),
      );
    default:
      return json;
  }
}

function mapped<T>(parts: Readonly<Record<string, T>>, made: (item: T, name: string) => unknown) {
  return Object.fromEntries(Object.entries(parts).map(([name, item]) => [name, made(item, name)]));
}

/** Local times that a clock never shows, which Spark's cast moves on. */
const IN_GAPS: Readonly<Record<string, string>> = {
  "2019-03-10 02:30:00.000000": "2019-03-10 03:30:00.000000",
};
