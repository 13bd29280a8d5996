import { deepEqual, equal, match } from "assert";
import { SfcrimeError } from "../../lib/base/errors.ts";
import { timeZoneOf } from "../../lib/base/time_zone.ts";
import { type Schema, typeName } from "../../lib/records/data_type.ts";
import { jsonValueWriter } from "../../lib/stream/values/json_text.ts";
import { parseColumns } from "../../lib/sql/catalog.ts";
import { planOf, RowsSink, runPlan } from "../support/plan_run.ts";
import { sameTexts } from "../support/same_values.ts";
import answers from "./expressions/answers.json" with { type: "json" };
import texts from "./expressions/rows.json" with { type: "json" };

/** What Spark, or the program, makes of an expression. */
interface Answer {
  /** What the column is called without an alias. */
  readonly name?: string;
  readonly type?: string;
  readonly values?: readonly (string | null)[];
  /** The class of Spark's error, where it is found before anything runs. */
  readonly refused?: string;
  /** The same for an error while it runs. */
  readonly failed?: string;
}

/** The schema and the zone that `expressions/make.py` asked Spark with. */
const SCHEMA: Schema = parseColumns(
  "n INT, s STRING, p STRING, y TINYINT, h SMALLINT, i INT, j INT, l BIGINT, f FLOAT, d DOUBLE, b BOOLEAN, " +
    "c BOOLEAN, t TIMESTAMP, u TIMESTAMP, day DATE, w STRING, x DOUBLE",
  "rows",
);
const TIME_ZONE = "America/Los_Angeles";

async function ownAnswer(sql: string, isAggregate: boolean): Promise<Answer> {
  try {
    const plan = planOf({
      sql: `SELECT ${sql} FROM t`,
      schema: SCHEMA,
      outputMode: isAggregate ? "complete" : "append",
      timeZone: TIME_ZONE,
    });
    const sink = new RowsSink();
    await runPlan(plan, [texts], sink);
    const [{ name, type }] = plan.output as [Schema[number]];
    const write = jsonValueWriter(type, timeZoneOf(TIME_ZONE)!, { omitsNulls: true });
    const values = sink.rows.map(([value]) => value === null ? null : write(value!));
    // As Spark's simpleString has it.
    return { name, type: typeName(type).toUpperCase().replaceAll(/(?<=[:,]) |`/g, ""), values };
  } catch (error) {
    if (!(error instanceof SfcrimeError)) throw error;
    return error.code === "SQL" ? { refused: error.message } : { failed: `${error.code} ${error.message}` };
  }
}

const ONLY_HERE = "aggregates that fail in Spark on a row that FILTER leaves out";
const isSupported = (group: string) => !group.endsWith("not supported") && group !== ONLY_HERE;

for (const group of new Set(answers.map((answer) => answer.group)).values().filter(isSupported)) {
  Deno.test(`Expressions have the names, types and values that Spark gives: ${group}`, async (t) => {
    for (const { sql, group: own, ...answer } of answers) {
      if (own !== group) continue;
      await t.step(sql, async () => {
        const spark: Answer = answer;
        const ours = await ownAnswer(sql, group.startsWith("aggregates"));
        equal(
          outcome(ours),
          outcome(spark),
          `Spark: ${JSON.stringify(spark)}, ours: ${JSON.stringify(ours)}`,
        );
        if (areSame(ours, spark)) return;
        deepEqual([ours.name, ours.type, ours.values], [spark.name, spark.type, spark.values]);
      });
    }
  });
}

Deno.test("What the dialect leaves out is refused before it runs, at its place", async (t) => {
  for (const { sql, group } of answers) {
    if (isSupported(group) || group === ONLY_HERE) continue;
    await t.step(sql, async () => {
      const { refused } = await ownAnswer(sql, group.startsWith("aggregates"));
      match(refused ?? "accepted", /^Query golden, line 1, column \d+: .+\n {2}SELECT .+ FROM t\n +\^+$/);
    });
  }
});

Deno.test("A row that FILTER leaves out cannot make an aggregate fail, as it may in Spark's generated code", async (t) => {
  for (const { sql, group, ...answer } of answers) {
    if (group !== ONLY_HERE) continue;
    await t.step(sql, async () => {
      equal(outcome(answer), "failed");
      equal(outcome(await ownAnswer(sql, true)), "given");
    });
  }
});

function outcome({ refused, failed }: Answer): "refused" | "failed" | "given" {
  return refused !== undefined ? "refused" : failed !== undefined ? "failed" : "given";
}

/** Whether two answers are the same, whichever Java has written the digits of numbers. */
function areSame(ours: Answer, spark: Answer): boolean {
  const { values = [], type = "" } = spark;
  const comparison = { type: type.toLowerCase(), tolerance: 0 };
  const isSame = (own: string | null, other: string | null) =>
    own === null || other === null ? own === other : sameTexts(own, other, comparison);
  return ours.type === spark.type && ours.values?.length === spark.values?.length &&
    sameTexts(ours.name ?? "", spark.name ?? "", { type: "string", tolerance: 0 }) &&
    values.every((value, row) => isSame(ours.values![row]!, value));
}
