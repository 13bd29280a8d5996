import { equal, rejects } from "assert";
import { TEXT_LENGTH_MAX } from "../../../lib/base/bounds.ts";
import type { Schema } from "../../../lib/records/data_type.ts";
import { planOf, RowsSink, runPlan } from "../../support/plan_run.ts";

const SCHEMA: Schema = [{ name: "s", type: "STRING" }, { name: "n", type: "INT" }];
/** Makes a text of a million characters out of the one of the record. */
const MILLION = "repeat(s, 1000000)";

async function lengthOf(expression: string): Promise<unknown> {
  const plan = planOf({
    sql: `SELECT length(${expression}) AS length FROM t`,
    schema: SCHEMA,
    outputMode: "append",
    timeZone: "UTC",
  });
  const sink = new RowsSink();
  await runPlan(plan, [['{"s":"x","n":500000000}']], sink);
  return sink.rows[0]![0];
}

/** Of each function that makes a text longer than those that it is given. */
const TOO_LONG = [
  "lpad(s, n, 'ab')",
  "lpad(s, 500000000, 'ab')",
  "rpad(s, n)",
  "repeat(s, n)",
  "repeat('ab', 2000000000)",
  `concat(${new Array(17).fill(MILLION).join(", ")})`,
  `${new Array(17).fill(MILLION).join(" || ")}`,
  `concat_ws(',', ${new Array(17).fill(MILLION).join(", ")})`,
  `array_join(split(${MILLION}, ''), repeat('-', 20))`,
  `replace(${MILLION}, s, repeat('y', 20))`,
  `regexp_replace(${MILLION}, 'x', repeat('y', 20))`,
  `regexp_replace(${MILLION}, '(x+)', repeat('$1', 20))`,
];

for (const expression of TOO_LONG) {
  Deno.test(`A text that would take all memory is an error of the query: ${expression.slice(0, 60)}`, async () => {
    await rejects(lengthOf(expression), {
      code: "QUERY_FAILED",
      message: /A string of [\d,]+ characters is too long; the limit is 16,000,000\./,
    });
  });
}

Deno.test("A text may be just as long as the bound says", async () => {
  equal(await lengthOf(`lpad(s, ${TEXT_LENGTH_MAX}, 'ab')`), TEXT_LENGTH_MAX);
  equal(await lengthOf(`repeat(s, ${TEXT_LENGTH_MAX})`), TEXT_LENGTH_MAX);
});
