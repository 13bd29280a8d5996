import { deepEqual, equal, match, rejects, throws } from "assert";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { typeName } from "../../../lib/records/data_type.ts";
import { parseColumns } from "../../../lib/sql/catalog.ts";
import { planFrom } from "../../support/plan_from.ts";
import { planOf, RowsSink, runPlan } from "../../support/plan_run.ts";

function refused(columns: string): string[] {
  let text = "";
  throws(() => parseColumns(columns, "columns"), (error) => {
    if (!(error instanceof SfcrimeError)) return false;
    text = `${error.message}${error.hint === undefined ? "" : `\n  ${error.hint}`}`;
    return true;
  });
  return text.split("\n");
}

/** A type that Spark has, and what to use instead. */
const TYPES: readonly (readonly [type: string, instead: RegExp])[] = [
  ["VARIANT", /as STRING/],
  ["MAP<INT, STRING>", /keys of a MAP are of type STRING/],
  ["MAP", /MAP<STRING, INT>/],
  ["VARCHAR(10)", /Use STRING/],
  ["DECIMAL(39,2)", /1 to 38/],
  ["STRIN", /Did you mean STRING\?/],
];

Deno.test("A column of a type that is not supported is refused by the name of the type, with what to use instead", () => {
  for (const [type, instead] of TYPES) {
    const [problem, hint] = refused(`a INT, m ${type}, b INT`);
    equal(problem!.startsWith("columns: column m: "), true, problem);
    equal(problem!.includes(type), true, problem);
    match(hint!, instead);
  }
});

Deno.test("All columns that are wrong are named, each once", () => {
  const lines = refused(
    "a FOO, b ARRAY<MAP<INT, VARIANT>>, c, d MAP<INT>, e INT, E INT NOT NULL, f INT COMMENT 'x, y', g INT h",
  );
  const named = lines.filter((line) => line.startsWith("columns: "));
  deepEqual(named, [
    "columns: column a: unknown data type FOO.",
    "columns: column b: data type VARIANT is not supported.",
    'columns: "c" is not a column definition.',
    "columns: column d: malformed data type MAP<INT>.",
    "columns: duplicate column E.",
    'columns: "g INT h" is not a column definition.',
  ]);
});

Deno.test("A field of a structure is no column, and the refusal says how it gets a name of its own", () => {
  deepEqual(refused("n INT, device.pos.lat DOUBLE AS lat"), [
    "columns: device.pos.lat is a field of a structure, not a column.",
    "  Declare device as a STRUCT, and name the field by a computed column: name TYPE AS (device.pos.lat).",
  ]);
});

Deno.test("Structures may have any depth, and what Spark allows after a type has no effect", () => {
  const text =
    "a STRUCT<b: ARRAY<MAP<STRING, INT>>, `c d` BINARY NOT NULL COMMENT 'x, y'> NOT NULL COMMENT 'z' AS s";
  deepEqual(parseColumns(text, "columns").map(({ name, field, type }) => [name, field, typeName(type)]), [
    ["s", "a", "STRUCT<b: ARRAY<MAP<STRING, INT>>, `c d`: BINARY>"],
  ]);
});

Deno.test("A comma inside of a type or a quoted name does not end a column", () => {
  deepEqual(
    parseColumns("`a, (b` STRING, c DECIMAL(10, 2) AS `d<e`, f INT", "columns").map(({ name }) => name),
    [
      "a, (b",
      "d<e",
      "f",
    ],
  );
});

Deno.test("A nested value has its JSON text in a column of type STRING, as the refusal says", async () => {
  const sink = new RowsSink();
  const plan = planOf({
    sql: "SELECT m, l FROM t",
    schema: [{ name: "m", type: "STRING" }, { name: "l", type: "STRING" }],
    outputMode: "append",
    timeZone: "UTC",
  });
  await runPlan(plan, [['{"m":{"a": 1},"l":[1, "x"]}']], sink);
  deepEqual(sink.rows, [['{"a":1}', '[1,"x"]']]);
});

Deno.test("A column may be Kafka's, or computed, with commas, comparisons and quoted texts in its expression", () => {
  deepEqual(
    parseColumns(
      "`at` TIMESTAMP METADATA FROM 'timestamp', Topic STRING metadata virtual, key STRING, " +
        "big BOOLEAN AS (a < 3 AND concat(b, ',  )') > '<x'), d DECIMAL(10, 2) GENERATED ALWAYS AS (round(x, (1))), e INT AS f",
      "columns",
    ),
    [
      { name: "at", field: "at", type: "TIMESTAMP", kafka: "timestamp" },
      { name: "Topic", field: "Topic", type: "STRING", kafka: "topic" },
      { name: "key", field: "key", type: "STRING" },
      { name: "big", field: "big", type: "BOOLEAN", computed: "a < 3 AND concat(b, ',  )') > '<x'" },
      {
        name: "d",
        field: "d",
        type: { kind: "DECIMAL", precision: 10, scale: 2 },
        computed: "round(x, (1))",
      },
      { name: "f", field: "e", type: "INT" },
    ],
  );
  deepEqual(refused("at TIMESTAMP METADATA FROM 'timestmp'"), [
    "columns: column at: Kafka has no field timestmp.",
    "  Did you mean timestamp? Known: key, value, topic, partition, offset, timestamp, timestampType, headers. " +
    "For another name: at TIMESTAMP METADATA FROM 'timestamp'.",
  ]);
});

/** What is wrong with the columns of a stream, whether or not a query reads them. */
const BROKEN: readonly (readonly [columns: string, message: RegExp])[] = [
  [
    "a INT, b INT AS (a + x)",
    /Column b of stream t, line 1, column 5: column x cannot be resolved.*\n.*a \+ x/,
  ],
  ["a INT, b INT AS (a +)", /Column b of stream t, line 1, column \d+: syntax error at end of input/],
  ["a INT, b INT AS (c), c INT AS (a)", /column c cannot be resolved/],
  ["a INT, b INT AS (b)", /column b cannot be resolved/],
  ["a INT, b BIGINT AS (count(*))", /aggregate functions are not allowed here/],
  ["a TIMESTAMP, b INT AS (window(a, '1 hour'))", /window is not allowed here/],
  ["a INT, b DATE AS (a)", /Column b of stream t is declared as DATE, but its value is of type INT/],
  ["a INT, b INT AS ((SELECT 1))", /Column b of stream t, line 1/],
  [
    "a INT METADATA FROM 'timestamp', b DATE METADATA FROM 'partition'",
    /Column b of stream t is declared as DATE/,
  ],
];

Deno.test("What is wrong with a computed column is told with its name, before a query reads it", async () => {
  for (const [columns, message] of BROKEN) {
    await rejects(
      planFrom({ "stream.t.columns": columns, "query.q.sql": "SELECT city FROM calls" }),
      (error: Error) => {
        match(error.message, message);
        match(error.message, /\[stream\.t\] columns/);
        return true;
      },
    );
  }
  await rejects(
    planFrom({ "table.radio_code.columns": "a INT, b INT AS (a)", "query.q.sql": "SELECT city FROM calls" }),
    /column b: a table has only columns of its file/,
  );
});
