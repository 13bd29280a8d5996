/**
 * Times and numbers that the kernel reads from their bytes, against the exact reader, which is held to a real
 * Spark's answers.
 */
import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { type TimeZone, timeZoneOf } from "../../lib/base/time_zone.ts";
import { type DataType, typeName, type Value } from "../../lib/records/data_type.ts";
import { FastReader, UNSURE } from "../../lib/records/json/fast_reader.ts";
import { fieldTargets } from "../../lib/records/json/field_targets.ts";
import { type FieldTarget, readJsonRow } from "../../lib/records/json/json_reader.ts";

const ZONES = ["UTC", "America/Los_Angeles", "+05:30"].map((id) => timeZoneOf(id)!);
const TYPES: readonly DataType[] = [
  "TIMESTAMP",
  "DATE",
  "TINYINT",
  "SMALLINT",
  "INT",
  "BIGINT",
  "FLOAT",
  "DOUBLE",
  { kind: "DECIMAL", precision: 5, scale: 2 },
  { kind: "DECIMAL", precision: 18, scale: 0 },
  { kind: "DECIMAL", precision: 38, scale: 18 },
  "BOOLEAN",
];

/** Reads the value of the only member of a record both ways; returns what both found. */
class BothReaders {
  readonly #targets: ReadonlyMap<string, readonly FieldTarget[]>;
  readonly #fast: FastReader;

  constructor(type: DataType, zone: TimeZone) {
    this.#targets = fieldTargets([{ name: "v", type }], zone);
    this.#fast = new FastReader(this.#targets, zone);
  }

  check(json: string): void {
    const record = `{"v":${json}}`;
    const bytes = new TextEncoder().encode(record);
    const [fast, exact]: [Value[], Value[]] = [[null], [null]];
    const quality = this.#fast.read(bytes, 0, bytes.length, fast);
    if (quality === UNSURE) return;
    const fields = { targets: this.#targets, declared: new Map() };
    equal(quality, readJsonRow(record, fields, exact), record);
    deepEqual(fast, exact, record);
  }
}

/** Holds both readers equal for all types and zones. */
function agree(jsons: fc.Arbitrary<string>, types = TYPES): void {
  for (const type of types) {
    for (const zone of ZONES) {
      const readers = new BothReaders(type, zone);
      fc.assert(fc.property(jsons, (json) => readers.check(json)), { numRuns: 1_500 });
    }
  }
}

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength, maxLength });
/** A number in one or two digits, which may be out of range. */
const field = (max: number) =>
  fc.tuple(fc.nat(max), fc.boolean()).map(([value, isPadded]) =>
    String(value).padStart(isPadded ? 2 : 1, "0")
  );
const sign = fc.constantFrom("", "", "", "", "+", "-");
const blank = fc.constantFrom("", "", "", "", "", " ", "\u007f", "  ", "\u00a0");
const year = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1900, max: 2100 }).map(String) },
  fc.constantFrom("0000", "0001", "0400", "1582", "1684", "1685", "2255", "2256", "9999", "10000", "294247"),
  digits(1, 7),
);
const date = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(sign, year, field(13), field(32)).map(([s, y, m, d]) => `${s}${y}-${m}-${d}`),
  },
  fc.constantFrom("2016-02-29", "2018-02-29", "1900-02-29", "2000-02-29", "1684-01-01", "2255-06-05"),
  fc.constantFrom("1970-01-01", "1969-12-31", "2018-03-11", "2018-11-04", "1883-11-18"),
  fc.tuple(year, field(13)).map(([y, m]) => `${y}-${m}`),
  year,
);
const fraction = fc.oneof(fc.constant(""), digits(0, 20).map((text) => `.${text}`));
const zone = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "",
      "",
      "Z",
      "z",
      "UTC",
      "GMT+1",
      "+",
      "-",
      " Z",
      "Z ",
      " +01:00",
      "Europe/Paris",
    ),
  },
  fc.tuple(fc.constantFrom("+", "-"), field(19), fc.constantFrom(":", "", ":"), field(60))
    .map(([s, h, colon, m]) => `${s}${h}${colon}${m}`),
  fc.tuple(fc.constantFrom("+", "-"), field(19)).map(([s, h]) => `${s}${h}`),
  fc.constantFrom(
    "+18:00",
    "-18:00",
    "+18:01",
    "-00:00",
    "+01:02:03",
    "+010203",
    "+1:5",
    "+01:60",
    "-0560",
    "\u2212" + "01:00",
  ),
);
const time = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(field(24), field(60), field(60), fraction, zone).map(([h, m, s, f, z]) =>
      `${h}:${m}:${s}${f}${z}`
    ),
  },
  fc.tuple(field(24), field(60), zone).map(([h, m, z]) => `${h}:${m}${z}`),
  fc.tuple(field(25), zone).map(([h, z]) => `${h}${z}`),
  fc.constantFrom("", ":", "12:", "12:30:", "123", "1:2:3.4.5", "2:30:00", "02:30", "01:30:00"),
);
const written = fc.tuple(blank, date, fc.constantFrom("T", "T", " ", " ", "t", "", "  "), time, blank).map((
  parts,
) => parts.join(""));
/** The last and the first time in microseconds that are safe integers, and their neighbours. */
const limitsOfSafety = fc.constantFrom(
  "2255-06-05T23:47:34.740991Z",
  "2255-06-05T23:47:34.740992Z",
  "1684-01-28 00:12:25.259009",
  "1684-01-28 00:12:25.259008",
  "1684-01-27T16:12:25.259008-08:00",
);
const dateTime = fc.oneof(
  { weight: 6, arbitrary: written },
  { weight: 6, arbitrary: fc.tuple(blank, date, blank).map((parts) => parts.join("")) },
  limitsOfSafety,
);
const ANY_CHARACTER = fc.constantFrom(..."0123456789-+:.TZ eE/");
/** The same with a character replaced, inserted or left out. */
const nearly = (texts: fc.Arbitrary<string>) =>
  fc.tuple(texts, fc.nat(40), ANY_CHARACTER, fc.nat(1), fc.nat(1)).map(([text, at, other, cut, added]) => {
    const position = Math.min(at, text.length);
    return text.slice(0, position) + (added === 0 ? "" : other) + text.slice(position + cut);
  });

Deno.test("A time in any shape is the same in the kernel as to the exact reader, in each zone", () => {
  agree(dateTime.map((text) => JSON.stringify(text)), ["TIMESTAMP", "DATE"]);
});

Deno.test("What is nearly a time is the same in the kernel as to the exact reader", () => {
  agree(nearly(dateTime).map((text) => JSON.stringify(text)), ["TIMESTAMP", "DATE"]);
});

const limits = fc.tuple(
  fc.constantFrom(7n, 8n, 15n, 16n, 24n, 31n, 32n, 52n, 53n, 54n, 63n, 64n, 65n).map((bits) => 1n << bits),
  fc.bigInt({ min: -2n, max: 2n }),
).map(([power, more]) => String(power + more));
const tens = fc.tuple(fc.nat(21), fc.bigInt({ min: -1n, max: 1n }))
  .map(([power, more]) => String(10n ** BigInt(power) + more));
const whole = fc.oneof(
  limits,
  tens,
  digits(1, 22),
  fc.nat(400).map(String),
  fc.constantFrom("0", "00", "9223372036", "9007199254", "9007199255"),
);
const exponent = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  fc.tuple(fc.constantFrom("e", "E"), sign, digits(0, 4)).map((parts) => parts.join("")),
);
const number = fc.tuple(
  fc.constantFrom("", "", "-", "+"),
  whole,
  fc.oneof(fraction, fc.constant("")),
  exponent,
)
  .map((parts) => parts.join(""));

Deno.test("A number in any shape is the same in the kernel as to the exact reader, for each type", () => {
  agree(number);
});

Deno.test("A number in a string is the same in the kernel as to the exact reader, for each type", () => {
  agree(fc.tuple(blank, number, blank).map((parts) => JSON.stringify(parts.join(""))));
});

Deno.test("What is nearly a number is the same in the kernel as to the exact reader", () => {
  agree(nearly(number));
});

Deno.test("A fraction between two floats is rounded as by the exact reader", () => {
  const bits = new DataView(new ArrayBuffer(4));
  const middle = fc.tuple(
    fc.float({ noNaN: true, min: Math.fround(1e-6), max: Math.fround(1e7) }),
    // So many digits are near the middle, but rarely at it.
    fc.integer({ min: 14, max: 18 }),
  ).map(([float, digits]) => {
    bits.setFloat32(0, float);
    bits.setUint32(0, bits.getUint32(0) + 1);
    return ((float + bits.getFloat32(0)) / 2).toPrecision(digits);
  });
  agree(middle, ["FLOAT", "DOUBLE"]);
});

/** Reads a value without the exact reader; fails if the kernel leaves it to that. */
function readByKernel(type: DataType, json: string, zone = ZONES[0]!): Value {
  const read = () => {
    throw new Error(`${json} as ${typeName(type)} was left to the exact reader`);
  };
  const targets = new Map([["v", [{ slot: 0, type, read, readScalar: read }]]]);
  const bytes = new TextEncoder().encode(`{"v":${json}}`);
  const row: Value[] = [null];
  equal(new FastReader(targets, zone).read(bytes, 0, bytes.length, row), 0);
  return row[0]!;
}

Deno.test("The usual forms of times and numbers are read by the kernel alone", () => {
  const midnight = Date.UTC(2018, 11, 31) * 1_000;
  for (
    const [text, seconds] of [
      ["2018-12-31", 0],
      ["2018-12-31 23:57", 86_220],
      ["2018-12-31T23:57:00", 86_220],
      ["2018-12-31T23:57:00.000", 86_220],
      ["2018-12-31 23:57:00.250Z", 86_220.25],
      ["2018-12-31T23:57:00.123456789+02:00", 79_020.123456],
      ["2018-12-31 3:5:7-0800", 39_907],
    ] as const
  ) equal(readByKernel("TIMESTAMP", `"${text}"`), midnight + seconds * 1e6, text);
  const inLosAngeles = readByKernel("TIMESTAMP", '"2018-12-31T23:57:00.5"', ZONES[1]!);
  equal(inLosAngeles, midnight + (86_220.5 + 8 * 3_600) * 1e6);
  equal(readByKernel("TIMESTAMP", "1546300620"), 1_546_300_620_000_000);
  equal(readByKernel("DATE", '"2018-12-31"'), midnight / 86_400e6);
  equal(readByKernel("TINYINT", "200"), -56);
  equal(readByKernel("SMALLINT", "-32768"), -32_768);
  equal(readByKernel("INT", "2147483647"), 2_147_483_647);
  equal(readByKernel("BIGINT", "-9223372036854775808"), -(2n ** 63n));
  equal(readByKernel("DOUBLE", "37.7749295"), 37.7749295);
  equal(readByKernel("DOUBLE", "-1.5e-7"), -1.5e-7);
  ok(Object.is(readByKernel("DOUBLE", "-0.0"), -0));
  ok(Object.is(readByKernel("DOUBLE", "-0"), 0));
  equal(readByKernel("FLOAT", "0.1"), Math.fround(0.1));
  equal(readByKernel({ kind: "DECIMAL", precision: 10, scale: 2 }, "-1234.565"), -123_457n);
  equal(readByKernel({ kind: "DECIMAL", precision: 10, scale: 2 }, '"12.5"'), 1_250n);
});
