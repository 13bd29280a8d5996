/** Values of all types, those among them where texts of JSON are hard to write. */
import fc from "fast-check";
import type { DataType, Value } from "../../lib/records/data_type.ts";
import { microsOf } from "../../lib/records/values/micros.ts";

/** With daylight saving time, with offsets of minutes, and with local mean times, which have seconds. */
export const ZONES = [
  "UTC",
  "+05:30",
  "-11:15",
  "America/Los_Angeles",
  "Australia/Lord_Howe",
  "Africa/Monrovia",
];

/** Seconds near which dates, years or offsets of these zones change. */
export const CHANGES = [0, 1_520_755_200, 1_541_322_000, 63_593_070, 951_782_400, -2_000_000_000];

/** Far more often close to each other than any two times are. */
export const anyTime = fc.oneof(
  fc.tuple(
    fc.constantFrom(...CHANGES),
    fc.integer({ min: -100_000, max: 100_000 }),
    fc.constantFrom(0, 1, 999, 1_000, 120_000, 999_999),
  ).map(([seconds, more, micros]) => (seconds + more) * 1_000_000 + micros),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(microsOf),
  fc.maxSafeInteger(),
);

export const anyText = fc.oneof(
  fc.stringMatching(/^[ -~]{0,100}$/),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
  fc.constantFrom(
    '"',
    "\\",
    "\n",
    "\u001f",
    "\u007f",
    "é",
    "\u07ff\u0800",
    "\uffff",
    "😀",
    "\ud800",
    "x".repeat(70_000),
  ),
);

export const TIMES: DataType = {
  kind: "STRUCT",
  fields: [{ name: "start", type: "TIMESTAMP" }, { name: 'the "end"', type: "TIMESTAMP" }],
};

const anyLong = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

export const VALUES: readonly (readonly [DataType, fc.Arbitrary<Value>])[] = [
  ["STRING", anyText],
  ["BOOLEAN", fc.boolean()],
  ["TINYINT", fc.integer({ min: -128, max: 127 })],
  ["SMALLINT", fc.integer({ min: -32_768, max: 32_767 })],
  ["INT", fc.integer()],
  [
    "BIGINT",
    fc.oneof(
      anyLong,
      fc.maxSafeInteger().map(BigInt),
      fc.integer({ min: 0, max: 62 }).chain((bits) =>
        fc.constantFrom(-1n, 0n, 1n).map((more) => (1n << BigInt(bits)) + more)
      ),
      fc.integer({ min: 0, max: 18 }).chain((power) =>
        fc.constantFrom(-1n, 0n, 1n).map((more) => -(10n ** BigInt(power)) + more)
      ),
    ),
  ],
  ["FLOAT", fc.float()],
  ["DOUBLE", fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN, Infinity))],
  [
    { kind: "DECIMAL", precision: 38, scale: 9 },
    fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
  ],
  ["DATE", fc.oneof(fc.integer({ min: 17_000, max: 17_003 }), fc.integer())],
  ["TIMESTAMP", anyTime],
  ["TIMESTAMP_NTZ", anyTime],
  ["INTERVAL YEAR TO MONTH", fc.integer()],
  ["INTERVAL DAY TO SECOND", anyLong],
  // Without the seconds that no text of it has.
  ["INTERVAL MINUTE", anyLong.map((micros) => micros - micros % 60_000_000n)],
  [{ kind: "ARRAY", element: "STRING" }, fc.array(orNull(anyText), { maxLength: 3 })],
  [{ kind: "ARRAY", element: TIMES }, fc.array(fc.tuple(anyTime, orNull(anyTime)), { maxLength: 3 })],
  [TIMES, fc.tuple(anyTime, orNull(anyTime))],
  ["VOID", fc.constant(null)],
];

/** MAPs, and intervals of the calendar, which are no keys. Keys that look like integers would be sorted as members of a JavaScript object. */
export const MAPS: readonly (readonly [DataType, fc.Arbitrary<Value>])[] = [
  ["INTERVAL", fc.tuple(fc.integer(), fc.integer(), anyLong)],
  [
    { kind: "MAP", key: "STRING", value: "INT" },
    fc.uniqueArray(fc.tuple(fc.oneof(anyText, fc.nat(20).map(String)), orNull(fc.integer())), {
      maxLength: 4,
      selector: ([key]) => key,
    }),
  ],
  [
    { kind: "MAP", key: "BIGINT", value: { kind: "ARRAY", element: "DOUBLE" } },
    fc.uniqueArray(fc.tuple(fc.bigInt({ min: -9n, max: 99n }), fc.array(fc.double(), { maxLength: 2 })), {
      maxLength: 4,
      selector: ([key]) => key,
    }),
  ],
];

export function orNull(values: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.option(values, { nil: null, freq: 10 });
}
