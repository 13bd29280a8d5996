/**
 * Messages of Protobuf as rows, and back: bytes are made by protobufjs, and rows are what the source of Spark's
 * `from_protobuf` says of them. `tests/golden/protobuf_test.ts` has those of Spark's own library.
 */
import { deepEqual, equal, throws } from "assert";
import protobuf from "protobufjs";
import { UTC } from "../../../lib/base/time_zone.ts";
import { type DataType, type Row, typeName } from "../../../lib/records/data_type.ts";
import { RowQuality } from "../../../lib/records/json/json_reader.ts";
import { protoDecoder } from "../../../lib/records/formats/protobuf/proto_decoder.ts";
import { parseProtoSchema } from "../../../lib/records/formats/protobuf/proto_schema.ts";
import { protoColumns } from "../../../lib/records/formats/protobuf/proto_types.ts";
import { messageBytes } from "../../../lib/records/formats/protobuf/proto_writer.ts";
import { messagePlaceIn, pathBytes } from "../../../lib/records/formats/schemas/wire_format.ts";
import { plainJson } from "../../support/plain_json.ts";

const NONE = new Map<string, string>();

const PROTO3 = `syntax = "proto3";
package police;
import "google/protobuf/timestamp.proto";
message Call {
  int32 i = 1; int64 l = 2; uint32 u = 3; uint64 v = 4; sint32 s = 5; fixed64 x = 6; sfixed32 y = 7;
  float f = 8; double d = 9; bool b = 10; string t = 11; bytes z = 12; Kind kind = 13;
  optional int32 maybe = 14;
  repeated int32 list = 15; repeated string texts = 16; repeated Kind kinds = 17;
  map<string, int64> counts = 18; map<int32, Place> places = 19;
  Place place = 20;
  google.protobuf.Timestamp at = 21;
  oneof either { string left = 22; Place right = 23; }
  Nothing nothing = 24;
  message Place { string name = 1; repeated Place.Point points = 2; message Point { double lat = 1; } }
}
message Nothing {}
enum Kind { UNKNOWN = 0; FIRE = 1; NOISE = 2; }`;

const PROTO2 = `syntax = "proto2";
message Old {
  required string id = 1; optional int32 n = 2 [default = 7]; optional string t = 3; optional Kind kind = 4;
  repeated int32 list = 5; optional Inner inner = 6;
  message Inner { optional Kind kind = 1; }
}
enum Kind { A = 1; B = 2; }`;

/** Columns, a decoder, and the library's own encoder. */
function of(text: string, name: string) {
  const { message } = parseProtoSchema({ text, imports: NONE });
  const columns = protoColumns(message);
  const root = protobuf.parse(text, new protobuf.Root(), { keepCase: true }).root;
  root.addJSON(protobuf.common.get("google/protobuf/timestamp.proto")!.nested!);
  const type = root.lookupType(name);
  const struct: DataType = { kind: "STRUCT", fields: columns };
  const decoder = protoDecoder(message, columns);
  const read = (bytes: Uint8Array) => {
    const row: Row = columns.map(() => "old");
    const quality = decoder.decode(Uint8Array.of(9, ...bytes, 9), 1, 1 + bytes.length, row);
    return { quality, row: plainJson(row, struct, UTC) as Readonly<Record<string, unknown>> };
  };
  const encode = (object: object) => Uint8Array.from(type.encode(type.fromObject(object)).finish());
  return { message, columns, read, encode, rowOf: (object: object) => read(encode(object)).row };
}

const call = of(PROTO3, "police.Call");
const old = of(PROTO2, "Old");
const NOTHING_SET = Object.fromEntries(
  call.columns.map(({ name, type }) => [
    name,
    typeof type === "object" && type.kind === "ARRAY"
      ? []
      : typeof type === "object" && type.kind === "MAP"
      ? {}
      : null,
  ]),
);
const LONG_MAX = "9223372036854775807";

Deno.test("Columns have the types of Spark's from_protobuf; messages without fields are none", () => {
  equal(
    typeName({ kind: "STRUCT", fields: call.columns }),
    "STRUCT<i: INT, l: BIGINT, u: INT, v: BIGINT, s: INT, x: BIGINT, y: INT, f: FLOAT, d: DOUBLE, b: BOOLEAN, " +
      "t: STRING, z: BINARY, kind: STRING, maybe: INT, list: ARRAY<INT>, texts: ARRAY<STRING>, " +
      "kinds: ARRAY<STRING>, counts: MAP<STRING, BIGINT>, " +
      "places: MAP<INT, STRUCT<name: STRING, points: ARRAY<STRUCT<lat: DOUBLE>>>>, " +
      "place: STRUCT<name: STRING, points: ARRAY<STRUCT<lat: DOUBLE>>>, at: TIMESTAMP, left: STRING, " +
      "right: STRUCT<name: STRING, points: ARRAY<STRUCT<lat: DOUBLE>>>>",
  );
});

Deno.test("A field that is not set is NULL, as is a default of proto3, but not one that is optional", () => {
  deepEqual(call.rowOf({}), NOTHING_SET);
  deepEqual(call.rowOf({ i: 0, t: "", b: false, kind: 0, z: "", d: 0 }), NOTHING_SET);
  deepEqual(call.rowOf({ maybe: 0, left: "" }), { ...NOTHING_SET, maybe: 0, left: "" });
  // A writer may write defaults nevertheless; negative zero is none.
  deepEqual(call.read(Uint8Array.of(8, 0, 0x5a, 0)).row, NOTHING_SET);
  deepEqual(call.read(Uint8Array.of(0x45, 0, 0, 0, 0x80)).row, { ...NOTHING_SET, f: -0 });
  deepEqual(old.rowOf({ id: "" }), { id: "", n: 7, t: null, kind: null, list: [], inner: null });
});

Deno.test("Values are read as Java reads them: unsigned ones with a sign, enums by name, times with microseconds", () => {
  deepEqual(
    call.rowOf({
      ...{
        i: -1,
        l: LONG_MAX,
        u: 4294967295,
        v: "18446744073709551615",
        s: -64,
        x: 5,
        y: -5,
        f: 0.5,
        d: 0.1,
      },
      ...{ b: true, t: "Zürich", z: "AP8=", kind: "FIRE", maybe: 3, list: [1, -1], texts: ["", "x"] },
      ...{ kinds: ["NOISE", 5], counts: { a: 1, b: 0 }, places: { 7: { name: "p" }, 8: {} } },
      ...{ place: { name: "q", points: [{ lat: 1.5 }, {}] }, at: { seconds: 1546300620, nanos: 123456789 } },
      right: {},
    }),
    {
      ...{ i: -1, l: Number(LONG_MAX), u: -1, v: -1, s: -64, x: 5, y: -5, f: 0.5, d: 0.1 },
      ...{ b: true, t: "Zürich", z: "AP8=", kind: "FIRE", maybe: 3, list: [1, -1], texts: ["", "x"] },
      ...{ kinds: ["NOISE", "UNKNOWN_ENUM_VALUE_Kind_5"], counts: { a: 1, b: 0 } },
      places: { 7: { name: "p", points: [] }, 8: { name: null, points: [] } },
      place: { name: "q", points: [{ lat: 1.5 }, { lat: null }] },
      ...{ at: "2018-12-31 23:57:00.123456", left: null, right: { name: null, points: [] } },
    },
  );
});

Deno.test("Of a field that comes again the last value counts, messages are merged, and lists go on", () => {
  const twice = (first: object, second: object) =>
    call.read(Uint8Array.from([...call.encode(first), ...call.encode(second)])).row;
  deepEqual(twice({ i: 1, t: "a" }, { i: 2 }), { ...NOTHING_SET, i: 2, t: "a" });
  deepEqual(
    twice({ place: { name: "a", points: [{}] } }, { place: { points: [{ lat: 2 }] } }),
    { ...NOTHING_SET, place: { name: "a", points: [{ lat: null }, { lat: 2 }] } },
  );
  deepEqual(twice({ list: [1] }, { list: [2] }), { ...NOTHING_SET, list: [1, 2] });
  deepEqual(twice({ right: { name: "r" } }, { left: "l" }), { ...NOTHING_SET, left: "l" });
  // Not packed, although the schema says so.
  deepEqual(call.read(Uint8Array.of(0x78, 1, 0x78, 2)).row, { ...NOTHING_SET, list: [1, 2] });
});

Deno.test("What is not a message of its schema is a row of NULLs", () => {
  const allNull = Object.fromEntries(call.columns.map(({ name }) => [name, null]));
  for (
    const bytes of [
      [0x08], // no value
      [0x5a, 5, 97], // a text that ends too early
      [0x5a, 1, 0xff], // not UTF-8, in proto3
      [0x00, 0], // there is no field 0
      [0x0d, 1, 2, 3, 4], // four bytes instead of a varint
      [0xa2, 1, 3, 0x0a, 5, 97], // a message that its text exceeds
      [0x7a, 2, 0x80, 0x80], // a packed number that does not end
    ]
  ) {
    const { quality, row } = call.read(Uint8Array.from(bytes));
    equal(quality, RowQuality.malformed, String(bytes));
    deepEqual(row, allNull);
  }
  // Required, and an enum of proto2 without the number: unknown outside, which is refused, and passed over inside.
  equal(old.read(new Uint8Array()).quality, RowQuality.malformed);
  equal(old.read(Uint8Array.of(0x0a, 0, 0x20, 9)).quality, RowQuality.malformed);
  deepEqual(old.read(Uint8Array.of(0x0a, 0, 0x32, 2, 8, 9)).row["inner"], { kind: null });
  // Text of proto2 is not verified, and fields that are not known are passed over.
  equal(old.read(Uint8Array.of(0x0a, 1, 0xff, 0xf8, 6, 1)).row["id"], "\ufffd");
});

Deno.test("JSON is written as the bytes of protobufjs, also with the names of Protobuf's JSON", () => {
  const bytesOf = (json: unknown) => messageBytes(call.message, json, UTC);
  for (
    const object of [
      {},
      { i: -1, u: 5, s: -7, f: 0.5, d: 0.25, b: true, t: "Zürich", kind: "FIRE", z: "AP8=" },
      { list: [1, -1, 300], texts: ["", "x"], kinds: ["NOISE"], maybe: 0, left: "" },
      { counts: { a: 1 }, places: { 7: { name: "p" } }, place: { points: [{ lat: 1.5 }, {}] } },
    ]
  ) deepEqual(bytesOf(object), call.encode(object));
  const at = call.read(bytesOf({ at: "2018-12-31T23:57:00.5Z", l: LONG_MAX })).row;
  deepEqual([at["at"], at["l"]], ["2018-12-31 23:57:00.500000", Number(LONG_MAX)]);
  const problem = (json: unknown, message: RegExp) => throws(() => bytesOf(json), message);
  problem({ i: 2 ** 31 }, /^UnfitValue: i: 2147483648 is not an integer of 32 bits$/);
  problem({ place: { points: [{ lat: "x" }] } }, /place\.points\[0\]\.lat: "x" is not a number/);
  problem({ nr: 1 }, /message police\.Call has no field nr/);
  problem({ kind: "WATER" }, /kind: "WATER" is not a value of enum Kind/);
  throws(() => messageBytes(old.message, {}, UTC), /required field id is missing/);
});

Deno.test("A Duration is an INTERVAL, and is written from its text, as Protobuf's JSON has it, and as an object", () => {
  const text =
    'syntax = "proto3"; import "google/protobuf/duration.proto"; message M { google.protobuf.Duration d = 1; }';
  const { message } = parseProtoSchema({ text, imports: NONE });
  const decoder = protoDecoder(message, protoColumns(message));
  const micros = (json: unknown) => {
    const bytes = messageBytes(message, { d: json }, UTC);
    const row: Row = ["old"];
    equal(decoder.decode(bytes, 0, bytes.length, row), RowQuality.good);
    return row[0];
  };
  equal(micros("1.5s"), 1_500_000n);
  equal(micros("-1.5s"), -1_500_000n);
  equal(micros("0s"), 0n);
  equal(micros("INTERVAL '-1 02:03:04.5' DAY TO SECOND"), -93_784_500_000n);
  equal(micros({ seconds: "-1", nanos: -500_000_000 }), -1_500_000n);
  // Both parts of a negative one are negative.
  equal(
    messageBytes(message, { d: "-1.5s" }, UTC).toHex(),
    "0a1608ffffffffffffffffff011080b6ca91feffffffff01",
  );
  throws(() => micros("soon"), /d: "soon" is not a duration/);
});

Deno.test("A schema that cannot be used says why; messages are found by name, and by their place", () => {
  const parse = (text: string, name?: string) => parseProtoSchema({ text, imports: NONE }, name);
  throws(() => parse("message {"), /it is not a schema of Protobuf: /);
  throws(() => parse('syntax = "proto3";'), /it has no message/);
  throws(() => parse(PROTO3, "Gone"), /it has no message Gone/);
  throws(() => parse('syntax = "proto3"; import "a.proto"; message M {}'), /imports a\.proto, which is not/);
  throws(
    () => protoColumns(parse('syntax = "proto3"; message M { M m = 1; }').message),
    /message M contains itself/,
  );
  const { nameAt } = parse(PROTO3);
  deepEqual([[0], [0, 0], [0, 0, 0], [1], [2]].map(nameAt), [
    "police.Call",
    "police.Call.Place",
    "police.Call.Place.Point",
    "police.Nothing",
    undefined,
  ]);
  deepEqual(parse(PROTO3, "Call.Place.Point").path, [0, 0, 0]);
  const imports = new Map([[
    "place.proto",
    'syntax = "proto3"; package p; message Place { string name = 1; }',
  ]]);
  const text = 'syntax = "proto3"; import "place.proto"; message M { p.Place place = 1; }';
  equal(typeName(protoColumns(parseProtoSchema({ text, imports }).message)[0]!.type), "STRUCT<name: STRING>");
});

Deno.test("A path is read as it was written; the first message takes one byte", () => {
  for (const path of [[0], [1], [0, 0], [3, 200, 0]]) {
    const bytes = Uint8Array.of(7, ...pathBytes(path), 8);
    deepEqual(messagePlaceIn(bytes, 1, bytes.length), { path, start: bytes.length - 1 });
  }
  equal(pathBytes([0]).length, 1);
  equal(messagePlaceIn(Uint8Array.of(4, 2), 0, 2), undefined);
  equal(messagePlaceIn(new Uint8Array(), 0, 0), undefined);
});
