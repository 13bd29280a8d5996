/** Avro's bytes against another implementation: what avsc writes is read, and what is written is what avsc writes. */
import { deepEqual, equal } from "assert";
import { Buffer } from "node:buffer";
import avsc from "avsc";
import fc from "fast-check";
import { UTC } from "../../lib/base/time_zone.ts";
import type { DataType, Row, Value } from "../../lib/records/data_type.ts";
import { avroDecoder } from "../../lib/records/formats/avro/avro_decoder.ts";
import { avroValueOfJson } from "../../lib/records/formats/avro/avro_json.ts";
import { parseAvroSchema } from "../../lib/records/formats/avro/avro_schema.ts";
import { avroColumns } from "../../lib/records/formats/avro/avro_types.ts";
import { AvroSink, valueWriter } from "../../lib/records/formats/avro/avro_writer.ts";
import { jsonValueWriter } from "../../lib/stream/values/json_text.ts";
import { parseJson } from "../../lib/records/formats/schemas/parse_json.ts";

/** A schema, with values of it as avsc takes them. */
interface Typed {
  readonly schema: unknown;
  readonly value: fc.Arbitrary<unknown>;
}

const long = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer(value: bigint) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === "bigint",
  compare: (left: bigint, right: bigint) => left < right ? -1 : left > right ? 1 : 0,
});

const PRIMITIVES: readonly Typed[] = [
  { schema: "boolean", value: fc.boolean() },
  { schema: "int", value: fc.integer() },
  { schema: "long", value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) },
  { schema: "float", value: fc.float({ noNaN: true }) },
  { schema: "double", value: fc.double({ noNaN: true }) },
  { schema: "string", value: fc.string({ unit: "binary" }).map((text) => text.toWellFormed()) },
  { schema: "bytes", value: fc.uint8Array().map((bytes) => Buffer.from(bytes)) },
];

let names = 0;
const { typed } = fc.letrec<{ typed: Typed }>((tie) => ({
  typed: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...PRIMITIVES),
    tie("typed").map(({ schema, value }) => ({
      schema: { type: "array", items: schema },
      value: fc.array(value, { maxLength: 3 }),
    })),
    tie("typed").map(({ schema, value }) => ({
      schema: { type: "map", values: schema },
      value: fc.dictionary(fc.string().filter((key) => !/^(__proto__|\d+)$/.test(key)), value, {
        maxKeys: 3,
      }),
    })),
    tie("typed").filter(({ schema }) => !Array.isArray(schema)).map(({ schema, value }) => ({
      schema: ["null", schema],
      value: fc.option(value),
    })),
    fc.array(tie("typed"), { minLength: 1, maxLength: 3 }).map(recordOf),
  ),
}));

function recordOf(fields: readonly Typed[]): Typed {
  return {
    schema: {
      type: "record",
      name: `R${names++}`,
      fields: fields.map(({ schema }, index) => ({ name: `f${index}`, type: schema })),
    },
    value: fc.record(Object.fromEntries(fields.map(({ value }, index) => [`f${index}`, value]))),
  };
}

const RECORDS = fc.array(typed, { minLength: 1, maxLength: 4 }).map(recordOf)
  .chain(({ schema, value }) => fc.tuple(fc.constant(schema), value));

Deno.test("Any record of avsc is read, and from the JSON of its row the same bytes are written", () => {
  fc.assert(
    fc.property(RECORDS, ([schema, value]) => {
      const type = avsc.Type.forSchema(
        schema as avsc.Schema,
        { registry: { long }, wrapUnions: "never" } as never,
      );
      const bytes = Uint8Array.from(type.toBuffer(value));
      const parsed = parseAvroSchema(JSON.stringify(schema));
      const columns = avroColumns(parsed);
      const row: Row = columns.map((): Value => null);
      equal(
        avroDecoder(parsed, { reader: parsed, columns, zone: UTC }).decode(bytes, 0, bytes.length, row),
        0,
      );
      const struct: DataType = { kind: "STRUCT", fields: columns };
      const json = jsonValueWriter(struct, UTC)(row);
      const sink = new AvroSink();
      valueWriter(parsed, UTC)(avroValueOfJson(parsed, parseJson(json), UTC), sink);
      deepEqual(sink.take(), bytes, json);
    }),
    { numRuns: 150 },
  );
});
