/** Statements that are long, and statements that are deep: those run, these are refused at their place. */
import { deepEqual, equal, match, throws } from "assert";
import { COMMUTED_OPERANDS_MAX } from "../../../lib/base/bounds.ts";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { type Schema, typeName } from "../../../lib/records/data_type.ts";
import { explainPlan } from "../../../lib/sql/explain/explain.ts";
import type { OutputMode, QueryPlan } from "../../../lib/sql/plan.ts";
import { queryParts } from "../../../lib/sql/planning/query_parts.ts";
import { planOf, RowsSink, runPlan } from "../../support/plan_run.ts";

const SCHEMA: Schema = [
  { name: "s", type: "STRING" },
  { name: "i", type: "INT" },
  { name: "l", type: "BIGINT" },
  { name: "d", type: "DOUBLE" },
  { name: "b", type: "BOOLEAN" },
  { name: "t", type: "TIMESTAMP" },
];
const RECORD = { s: "x", i: 3, l: 4, d: 0.5, b: false, t: "2018-12-31T23:57:00Z" };
const TERMS = 10_000;

function planned(sql: string, outputMode: OutputMode = "append"): QueryPlan {
  return planOf({ sql, schema: SCHEMA, outputMode, timeZone: "UTC" });
}

/** The rows of a plan that has been where plans go: text of an explanation, of a checkpoint, and another thread. */
async function rowsOf(sql: string, outputMode: OutputMode = "append") {
  const plan = planned(sql, outputMode);
  explainPlan(plan, {});
  queryParts(plan, {});
  const text = JSON.stringify(plan);
  equal(JSON.stringify(JSON.parse(text)), text);
  const sink = new RowsSink();
  await runPlan(structuredClone(plan), [[JSON.stringify(RECORD)]], sink);
  return sink.rows;
}

const times = (text: string, count = TERMS) => new Array<string>(count).fill(text);
const numbered = (text: (index: number) => string) =>
  Array.from({ length: TERMS }, (_none, index) => text(index));

/** A chain of 10,000 terms, and what it is for the record. */
const CHAINS: readonly (readonly [name: string, expression: string, value: unknown])[] = [
  ["OR", numbered((index) => `i = ${index + 4}`).join(" OR ") + " OR i = 3", true],
  ["AND", numbered((index) => `i != ${index + 4}`).join(" AND "), true],
  ["OR of AND", times("b AND i = 3").join(" OR "), false],
  ["+ of INT", times("i").join(" + "), 3 * TERMS],
  ["+ of DOUBLE and INT", times("d + i", TERMS / 2).join(" + "), 3.5 * TERMS / 2],
  ["+ of DECIMAL", `CAST(${times("1.5").join(" + ")} AS STRING)`, `${1.5 * TERMS}.0`],
  ["+ of days", `datediff(DATE '2018-12-31' + ${times("1").join(" + ")}, DATE '2018-12-31')`, TERMS],
  ["- of BIGINT", `CAST(${times("l").join(" - ")} AS INT)`, 4 - 4 * (TERMS - 1)],
  ["* of DOUBLE", `d * ${times("1D").join(" * ")}`, 0.5],
  ["||", `length(${times("s").join(" || ")})`, TERMS],
  ["IN", `i IN (${numbered((index) => String(-index)).join(", ")}, 3)`, true],
  ["CASE", `CASE ${numbered((index) => `WHEN i = ${-index} THEN ${index}`).join(" ")} ELSE 7 END`, 7],
  ["coalesce", `coalesce(${times("NULL").join(", ")}, s)`, "x"],
  ["concat", `length(concat(${times("s").join(", ")}))`, TERMS],
  [
    "INTERVALs",
    `unix_timestamp(t + ${times("INTERVAL 1 SECOND").join(" + ")}) - unix_timestamp(t) = ${TERMS}`,
    true,
  ],
];

for (const [name, expression, value] of CHAINS) {
  Deno.test(`A chain of ${TERMS} terms is like a short one: ${name}`, async () => {
    deepEqual(await rowsOf(`SELECT ${expression} FROM t`), [[value]]);
  });
}

Deno.test("A long chain may be a condition, a key, an argument of an aggregate, and what HAVING asks", async () => {
  const sum = times("i").join(" + ");
  const condition = numbered((index) => `i != ${index + 4}`).join(" AND ");
  const sql = `SELECT ${sum} AS k, max(${sum}), count_if(${condition}) AS n FROM t WHERE ${condition} ` +
    `GROUP BY ${sum} HAVING ${numbered((index) => `count(*) != ${-index}`).join(" AND ")} ORDER BY ${sum}`;
  deepEqual(await rowsOf(sql, "complete"), [[3 * TERMS, 3 * TERMS, 1n]]);
});

Deno.test("A chain is a key in any order of its operands up to their bound, and in the order of the key beyond it", () => {
  for (const count of [COMMUTED_OPERANDS_MAX, COMMUTED_OPERANDS_MAX + 1]) {
    const most = times("i", count - 1).join(" + ");
    const grouped = (selected: string) =>
      planned(`SELECT ${selected} FROM t GROUP BY abs(i) + ${most}`, "complete").output.length;
    equal(grouped(`abs(i) + ${most}`), 1);
    if (count <= COMMUTED_OPERANDS_MAX) equal(grouped(`${most} + abs(i)`), 1);
    else throws(() => grouped(`${most} + abs(i)`), /is neither in the GROUP BY clause nor/);
  }
});

Deno.test("UNION ALL takes thousands of SELECTs", async () => {
  const selects = times("SELECT i FROM t", 3_000).join(" UNION ALL ");
  equal((await rowsOf(`${selects} UNION ALL SELECT d FROM t`)).length, 3_001);
});

Deno.test("A chain is called what a short one is called", () => {
  const nameOf = (expression: string) => planned(`SELECT ${expression} FROM t`).output[0]!.name;
  equal(nameOf("i + i + i"), "((i + i) + i)");
  equal(nameOf(times("i").join(" + ")), "(".repeat(TERMS - 1) + "i" + " + i)".repeat(TERMS - 1));
  equal(nameOf("s || s || s"), "concat(concat(s, s), s)");
});

Deno.test("A chain has the type of its last operator, and each operator the type of its own", () => {
  const { output } = planned("SELECT i + i + l + i + d + i AS x, i - l - i AS y, 1.5 + i + 2.25 AS z FROM t");
  deepEqual(output.map(({ type }) => typeName(type)), ["DOUBLE", "BIGINT", "DECIMAL(14,2)"]);
});

const nested = (open: string, close: string, depth: number, inside = "i") =>
  open.repeat(depth) + inside + close.repeat(depth);

const DEEP: readonly (readonly [name: string, expression: (depth: number) => string])[] = [
  ["parentheses", (depth) => nested("(", ")", depth)],
  ["calls", (depth) => nested("abs(", ")", depth)],
  ["calls with words", (depth) => nested("trim(", ")", depth, "s")],
  ["substring", (depth) => nested("substring(", ", 1)", depth, "s")],
  ["position", (depth) => `CAST(${nested("position('x', ", ")", depth, "s")} AS INT)`],
  ["CASE", (depth) => nested("CASE WHEN b THEN i ELSE ", " END", depth)],
  ["CAST", (depth) => nested("CAST(", " AS INT)", depth)],
  ["NOT", (depth) => "NOT ".repeat(depth) + "b"],
  ["signs", (depth) => "- ".repeat(depth) + "i"],
  ["brackets", (depth) => nested("array(", ")[0]", depth)],
  ["subqueries", (depth) => `i FROM ${nested("(SELECT i FROM ", ")", depth, "t")} UNION ALL SELECT i`],
  ["casts one behind the other", (depth) => `i${"::INT".repeat(depth)}`],
  ["IS NULL", (depth) => nested("(", ") IS NULL", depth)],
];

for (const [name, expression] of DEEP) {
  Deno.test(`What is nested a hundred times runs, and a thousand times is refused in a few words: ${name}`, async () => {
    equal((await rowsOf(`SELECT ${expression(100)} FROM t`)).length > 0, true);
    for (const depth of [1_000, 10_000, 50_000]) {
      throws(() => planned(`SELECT ${expression(depth)} FROM t`), (error) => {
        match(String(error), /line 1, column \d+: .*(nested|deep)/);
        equal(error instanceof SfcrimeError && error.code === "SQL" && error.message.length < 600, true);
        return true;
      });
    }
  });
}

Deno.test("Columns of subqueries that double each other are refused before they take all memory", () => {
  const doubled = (levels: number) => {
    let from = "t";
    for (let level = 0; level < levels; level++) from = `(SELECT pmod(i, i) AS i FROM ${from})`;
    return `SELECT i FROM ${from}`;
  };
  equal(planned(doubled(10)).output.length, 1);
  throws(() => planned(doubled(60)), /the expressions have more than 1,000,000 parts/);
});

Deno.test("Names of WITH that stand on each other thousands of times are refused", () => {
  const parts = Array.from(
    { length: 3_000 },
    (_none, index) => `q${index + 1} AS (SELECT -i AS i FROM q${index})`,
  );
  const sql = `WITH q0 AS (SELECT i FROM t), ${parts.join(", ")} SELECT i FROM q3000`;
  throws(() => planned(sql), /nested too deeply|levels deep/);
});

Deno.test("A syntax error inside of many calls is found as fast as one outside", () => {
  throws(
    () => planned(`SELECT ${nested("substring(", ", 1)", 100, "s,,")} FROM t`),
    /syntax error at or near ,/,
  );
  throws(() => planned(`SELECT ${nested("trim(", ")", 100, "s s s")} FROM t`), /syntax error at or near s/);
});

Deno.test("Of a long line an error shows the part around its place", () => {
  throws(
    () => planned(`SELECT ${times("i").join(" + ")} + nope + ${times("i").join(" + ")} FROM t`),
    (error) => {
      const [, shown, carets] = (error as Error).message.split("\n") as [string, string, string];
      equal(shown.length < 200, true);
      equal(shown.slice(carets.indexOf("^"), carets.length), "nope");
      return true;
    },
  );
});
