/**
 * Records of Protobuf are the rows that Spark makes of what its own library of Protobuf reads, and JSON is written as the
 * bytes that this library writes: by the text of a schema, and by the descriptor set that `protoc` makes of it.
 */
import { deepEqual, equal } from "assert";
import { UTC } from "../../lib/base/time_zone.ts";
import { type DataType, type Row, typeName } from "../../lib/records/data_type.ts";
import { protoDecoder } from "../../lib/records/formats/protobuf/proto_decoder.ts";
import { parseProtoSchema } from "../../lib/records/formats/protobuf/proto_schema.ts";
import { messageBytes } from "../../lib/records/formats/protobuf/proto_writer.ts";
import { protoColumns } from "../../lib/records/formats/protobuf/proto_types.ts";
import { RowQuality } from "../../lib/records/json/json_reader.ts";
import { plainJson } from "../support/plain_json.ts";
import answers from "./protobuf/answers.json" with { type: "json" };
import cases from "./protobuf/cases.json" with { type: "json" };

interface Case {
  readonly title: string;
  /** The texts of a schema and of what it imports, by their names. */
  readonly files: Readonly<Record<string, string>>;
  readonly message: string;
  /** In Protobuf's JSON: the first records. */
  readonly values?: readonly unknown[];
}

/** The schema of a case, by how it is written. */
function* schemasOf({ files, message }: Case, descriptors: string) {
  const [[, text], ...imports] = Object.entries(files) as [[string, string], ...[string, string][]];
  yield ["text", parseProtoSchema({ text, imports: new Map(imports) }, message)] as const;
  const space = /^package (.*?);/m.exec(text.replaceAll(/; */g, ";\n"))?.[1];
  const full = space === undefined ? message : `${space}.${message}`;
  yield ["descriptors", parseProtoSchema({ text: descriptors, imports: new Map() }, full)] as const;
}

for (const [index, each] of (cases as readonly Case[]).entries()) {
  Deno.test(`Protobuf's records are the rows of Spark's from_protobuf: ${each.title}`, async (t) => {
    const answer = answers[index]!;
    equal(answer.title, each.title);
    for (const [kind, { message }] of schemasOf(each, answer.descriptors)) {
      const columns = protoColumns(message);
      const type: DataType = { kind: "STRUCT", fields: columns };
      await t.step(`The types, by ${kind}`, () => equal(sparkName(type), answer.type));
      const decoder = protoDecoder(message, columns);
      for (const { bytes, row } of answer.records) {
        await t.step(`${bytes}, by ${kind}`, () => {
          const record = Uint8Array.fromHex(bytes);
          // As it is found in a batch, with other bytes around it.
          const around = Uint8Array.from([1, 2, ...record, 3, 4]);
          const values: Row = columns.map(() => "old");
          const quality = decoder.decode(around, 2, 2 + record.length, values);
          equal(quality, row === null ? RowQuality.malformed : RowQuality.good);
          deepEqual(plainJson(values, type, UTC), row === null ? noValues(columns) : expected(row, type));
        });
      }
      for (const [record, value] of (each.values ?? []).entries()) {
        const { bytes } = answer.records[record]!;
        if (hasOwnForm(bytes)) continue;
        await t.step(`Written, ${bytes}, by ${kind}`, () => {
          equal(messageBytes(message, value, UTC).toHex(), bytes);
        });
      }
    }
  });
}

/** Bytes that are not written so: wrappers of values are objects in JSON here, -0 is kept, and keys of maps are sorted. */
const OWN_FORMS = [
  /^0a0b08ccd9aae105/,
  /^1500000080$/,
  /1a18000000000000e03f000000000000f87f/,
  /^0a0508011201610a05/,
];

function hasOwnForm(bytes: string): boolean {
  return OWN_FORMS.some((form) => form.test(bytes));
}

function noValues(columns: readonly { readonly name: string }[]) {
  return Object.fromEntries(columns.map(({ name }) => [name, null]));
}

/** The name of a type as `simpleString` has it. */
function sparkName(type: DataType): string {
  if (typeof type === "string") return type.toLowerCase();
  switch (type.kind) {
    case "ARRAY":
      return `array<${sparkName(type.element)}>`;
    case "MAP":
      return `map<${sparkName(type.key)},${sparkName(type.value)}>`;
    case "STRUCT":
      return `struct<${type.fields.map(({ name, type }) => `${name}:${sparkName(type)}`).join()}>`;
    default:
      return typeName(type).toLowerCase();
  }
}

/** A row of the library as JSON: its FLOATs are in the digits that Java gives them. */
function expected(json: unknown, type: DataType): unknown {
  if (type === "FLOAT" && typeof json === "number") return Math.fround(json);
  if (type === "INTERVAL DAY TO SECOND" && json !== null) return BigInt(json as number);
  if (typeof type === "string" || json === null) return json;
  const parts = json as Readonly<Record<string, unknown>>;
  const mapped = (typeOf: (name: string) => DataType) =>
    Object.fromEntries(Object.entries(parts).map(([name, item]) => [name, expected(item, typeOf(name))]));
  switch (type.kind) {
    case "ARRAY":
      return (json as readonly unknown[]).map((item) => expected(item, type.element));
    case "MAP":
      return mapped(() => type.value);
    case "STRUCT":
      return mapped((name) => type.fields.find((field) => field.name === name)!.type);
    default:
      return json;
  }
}
