/** Data types as text. */
import { deepEqual, equal, match, throws } from "assert";
import fc from "fast-check";
import { type DataType, SIMPLE_TYPES, typeName } from "../../../lib/records/data_type.ts";
import { parseType } from "../../../lib/records/types/type_text.ts";
import { TypeProblem } from "../../../lib/records/types/unsupported_types.ts";

const simple = fc.constantFrom(...SIMPLE_TYPES.filter((type) => type !== "VOID" && type !== "INTERVAL"));
const decimal = fc.integer({ min: 1, max: 38 }).chain((precision) =>
  fc.record({
    kind: fc.constant("DECIMAL" as const),
    precision: fc.constant(precision),
    scale: fc.nat(precision),
  })
);
const fieldName = fc.oneof(
  fc.constantFrom("id", "select", "`", "a b", "1st", "12", "é", "a.b", "a,b>"),
  fc.string({ minLength: 1, maxLength: 5 }),
);

const { type: anyType } = fc.letrec<{ type: DataType }>((tie) => ({
  type: fc.oneof(
    { depthSize: "small" },
    simple,
    decimal,
    fc.record({ kind: fc.constant("ARRAY" as const), element: tie("type") }),
    fc.record({ kind: fc.constant("MAP" as const), key: tie("type"), value: tie("type") }),
    fc.record({
      kind: fc.constant("STRUCT" as const),
      fields: fc.array(fc.record({ name: fieldName, type: tie("type") }), { maxLength: 3 }),
    }),
  ),
}));

Deno.test("The text of each type is read as this type", () => {
  fc.assert(fc.property(anyType, (type) => deepEqual(parseType(typeName(type)), structuredClone(type))));
});

/** Texts that Spark takes, and the type that it reads. */
const TEXTS: readonly (readonly [text: string, type: string])[] = [
  ["dec", "DECIMAL(10,0)"],
  ["numeric ( 5 )", "DECIMAL(5,0)"],
  ["long", "BIGINT"],
  ["timestamp_ltz", "TIMESTAMP"],
  ["struct<>", "STRUCT<>"],
  [
    "Struct<a INT NOT NULL COMMENT 'it''s > , or \\' not', b: map<string,array<int>>>",
    "STRUCT<a: INT, b: MAP<STRING, ARRAY<INT>>>",
  ],
  ["STRUCT<select: INT, `a``b` array<binary>>", "STRUCT<select: INT, `a``b`: ARRAY<BINARY>>"],
  ["ARRAY<ARRAY<INT>>", "ARRAY<ARRAY<INT>>"],
];

Deno.test("Types are read in the forms that Spark takes", () => {
  for (const [text, type] of TEXTS) equal(typeName(parseType(text)), type, text);
});

/** Texts that Spark refuses, too. */
const WRONG: readonly (readonly [text: string, problem: RegExp])[] = [
  ["", /^a data type is missing$/],
  ["ARRAY", /ARRAY is incomplete/],
  ["ARRAY<FOO>", /^unknown data type FOO$/],
  ["MAP<INT>", /MAP<INT/],
  ["STRUCT<a>", /^malformed data type >$/],
  ["STRUCT<a INT COMMENT 'x' NOT NULL>", /NOT NULL/],
  ["STRUCT<a INT", /^malformed data type STRUCT<a INT$/],
  ["DECIMAL(5,6)", /^invalid data type DECIMAL\(5,6\)$/],
  ["DECIMAL(5", /^malformed data type DECIMAL\(5$/],
  ["INT INT", /^malformed data type INT INT$/],
  ["ARRAY<VARCHAR(10)>", /^data type VARCHAR\(10\) is not supported$/],
  [`${"ARRAY<".repeat(5000)}INT${">".repeat(5000)}`, /nested too deeply/],
];

Deno.test("What is wrong with the text of a type is said of the part that is wrong", () => {
  for (const [text, problem] of WRONG) {
    throws(() => parseType(text), (error) => {
      if (!(error instanceof TypeProblem)) return false;
      match(error.message, problem);
      return true;
    }, text);
  }
});
