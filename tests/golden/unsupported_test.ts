import { deepEqual, equal, ok } from "assert";
import { SfcrimeError } from "../../lib/base/errors.ts";
import { BUILT_IN_SOURCES } from "../../lib/config/built_in.ts";
import { AGGREGATE_SYNONYMS, AGGREGATES } from "../../lib/sql/functions/aggregates/aggregates.ts";
import { analyzeQuery } from "../../lib/sql/analyze.ts";
import { parseColumns } from "../../lib/sql/catalog.ts";
import { EXTRACTS } from "../../lib/sql/expressions/extract.ts";
import { FUNCTIONS, SYNONYMS } from "../../lib/sql/functions/functions.ts";
import { GENERATORS } from "../../lib/sql/functions/nested/generators.ts";
import { isTypeFunction } from "../../lib/sql/functions/calls/type_functions.ts";
import { UNSUPPORTED_FORMS, UNSUPPORTED_STATEMENTS } from "../../lib/sql/syntax/unsupported.ts";
import { UNSUPPORTED_FUNCTIONS } from "../../lib/sql/refusals/unsupported_functions.ts";
import { UNSUPPORTED_TYPES } from "../../lib/records/types/unsupported_types.ts";
import { foldConstant } from "../../lib/stream/expression.ts";
import { UNSUPPORTED_REFERENCE } from "../support/unsupported_reference.ts";
import answers from "./unsupported/answers.json" with { type: "json" };

const HERE = new URL("unsupported/", import.meta.url);
const linesOf = async (name: string) => (await Deno.readTextFile(new URL(name, HERE))).trimEnd();

/** A statement, the carets under it, the message, and perhaps a hint. */
const BLOCKS = (await linesOf("statements.txt")).split("\n\n").map((block) => block.split("\n"));
const REWRITES = (await linesOf("rewrites.sql")).split("\n");
/** What Spark says of a statement. */
const SPARK: Readonly<Record<string, string>> = answers.statements;

const CALLS = parseColumns(BUILT_IN_SOURCES["stream.calls"]!.columns!, "calls");
const RADIO_CODE = parseColumns(BUILT_IN_SOURCES["table.radio_code"]!.columns!, "radio_code");
const CATALOG = {
  streams: new Map([["calls", {
    columns: CALLS,
    watermark: { column: "call_date_time", delayMs: 600_000 },
  }]]),
  tables: new Map([["radio_code", { columns: RADIO_CODE }]]),
};

/** The error for a statement, or undefined where it is accepted. */
function refusal(sql: string): SfcrimeError | undefined {
  try {
    analyzeQuery({
      name: "q",
      sql,
      outputMode: "update",
      timeZone: "UTC",
      catalog: CATALOG,
      fold: foldConstant,
    });
    return undefined;
  } catch (error) {
    if (error instanceof SfcrimeError) return error;
    throw error;
  }
}

/** A refusal in the form of statements.txt. */
function report(sql: string): string[] {
  const error = refusal(sql);
  if (error === undefined) return [sql, "accepted"];
  const [first, line, carets] = error.message.split("\n") as [string, string, string];
  equal(line, `  ${sql}`);
  const message = first.replace(/^Query q, line 1, column \d+: /, "");
  // How many functions there are is not of a form.
  const hint = error.hint?.replace(/\(and \d+ others\)/, "(and others)");
  return [sql, carets.slice(2), message, ...(hint === undefined ? [] : [hint])];
}

Deno.test("A form that only Spark has is refused by its name, at its place, with what to use instead", async (t) => {
  for (const block of BLOCKS) {
    await t.step(block[0]!, () => deepEqual(report(block[0]!), block));
  }
});

/** Statements whose tables, functions or parameters do not exist in the Spark that was asked. */
const ONLY_PARSED = /AS OF|default\.|:x|\?/;

Deno.test("Each of these forms is one that Spark has", () => {
  deepEqual(Object.keys(SPARK).sort(), [...BLOCKS.map(([sql]) => sql!), ...REWRITES].sort());
  for (const [sql, answer] of Object.entries(SPARK)) {
    const isQuery = /^(SELECT|WITH|FROM|VALUES|TABLE)\b/.test(sql) && !sql.includes("INSERT");
    equal(answer, isQuery && !ONLY_PARSED.test(sql) ? "resolved" : "parsed", sql);
  }
});

Deno.test("What a refusal proposes instead is accepted, by Spark as well", () => {
  for (const sql of REWRITES) {
    deepEqual(report(sql), [sql, "accepted"]);
    equal(SPARK[sql], "resolved", sql);
  }
});

Deno.test("Each form, statement and type of docs/sql.md is refused in these words, and none is accepted", () => {
  const said = BLOCKS.map(([, , message]) => message!);
  const plain = (text: string) => text.replaceAll("`", "");
  for (const { form } of Object.values(UNSUPPORTED_FORMS)) {
    ok(said.includes(`${plain(form)} is not supported.`), form);
  }
  for (const { words } of UNSUPPORTED_STATEMENTS) {
    for (const word of words) equal(report(`${word} x`)[2], `${word} is not supported.`);
  }
  for (const [type, instead] of Object.entries(UNSUPPORTED_TYPES)) {
    deepEqual(report(`SELECT CAST(city AS ${type}) FROM calls`).slice(2), [
      `data type ${type} is not supported.`,
      instead,
    ]);
  }
  for (const { sql, says } of UNSUPPORTED_REFERENCE) {
    ok(report(sql)[2]!.includes(says), `${sql}: ${report(sql)[2]}`);
  }
});

/** The functions of Spark that are called by their names, not by operators or other syntax. */
const SPARK_FUNCTIONS = answers.functions.filter((name) =>
  /^[a-z_]\w*$/.test(name) && !/^(and|between|case|cast|in|not|or|when)$/.test(name)
);
const SUPPORTED: readonly string[] = [
  ...[FUNCTIONS, SYNONYMS, AGGREGATES, AGGREGATE_SYNONYMS].flatMap((names) => Object.keys(names)),
  ...[
    "window",
    "session_window",
    "grouping",
    "grouping_id",
    "current_timezone",
    ...EXTRACTS,
    ...Object.keys(GENERATORS),
  ],
  ...SPARK_FUNCTIONS.filter(isTypeFunction),
];

Deno.test("Every function of Spark is supported, or refused as one of Spark's; no other is", () => {
  const named = [...SUPPORTED, ...UNSUPPORTED_FUNCTIONS.keys()];
  // What stands in GROUP BY only, or with a unit.
  const others = ["cube", "rollup", "timestampadd", "timestampdiff"];
  deepEqual(named.filter((name) => !others.includes(name)).sort(), SPARK_FUNCTIONS);
  for (const name of UNSUPPORTED_FUNCTIONS.keys()) {
    equal(report(`SELECT ${name}(city) FROM calls`)[2], `Spark's function ${name} is not supported.`);
  }
});

Deno.test("A function that Spark does not have either is said to be unknown, with the nearest names", () => {
  deepEqual(report("SELECT countt(city) FROM calls").slice(1, 3), [
    "       ^^^^^^^^^^^^",
    "neither Spark nor sfcrime has a function countt.",
  ]);
  ok(report("SELECT countt(city) FROM calls")[3]!.startsWith("Did you mean count?"));
});

Deno.test("A form is an error only where it stands: its words are names elsewhere", () => {
  for (
    const word of "pivot lateral values window offset exists sample identifier version map table".split(" ")
  ) {
    const sql = `SELECT ${word}.city AS ${word} FROM calls ${word} WHERE ${word}.city = 'x'`;
    deepEqual(report(sql), [sql, "accepted"]);
  }
});

Deno.test("A syntax error inside of a subquery is not taken for another form", () => {
  for (
    const sql of [
      "SELECT a FROM (SELECT city FRM calls) c",
      "SELECT a FROM (WITH b AS (SELECT 1 FRM c) SELECT 1)",
    ]
  ) {
    ok(/syntax error/.test(report(sql)[2]!), report(sql).join("\n"));
  }
});
