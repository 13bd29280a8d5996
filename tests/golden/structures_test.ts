/** Expressions over structures, held to a real Spark's answers. */
import { deepEqual, equal } from "assert";
import { SfcrimeError } from "../../lib/base/errors.ts";
import { timeZoneOf } from "../../lib/base/time_zone.ts";
import { parseColumns } from "../../lib/sql/catalog.ts";
import { simpleType } from "../support/answered_query.ts";
import { jsonRowWriter } from "../support/json_row_writer.ts";
import { planOf, RowsSink, runPlan } from "../support/plan_run.ts";
import answers from "./structures/answers.json" with { type: "json" };
import texts from "./structures/rows.json" with { type: "json" };

interface Answer {
  readonly name?: string;
  readonly type?: string;
  readonly values?: readonly (string | null)[];
  readonly refused?: string;
  readonly failed?: string;
}

const SCHEMA = parseColumns(
  await Deno.readTextFile(new URL("structures/schema.txt", import.meta.url)),
  "schema",
);
const TIME_ZONE = "America/Los_Angeles";

async function ownAnswer(sql: string, isAggregate: boolean): Promise<Answer> {
  try {
    const outputMode = isAggregate ? "complete" : "append";
    const plan = planOf({ sql: `SELECT ${sql} FROM t`, schema: SCHEMA, outputMode, timeZone: TIME_ZONE });
    const sink = new RowsSink();
    await runPlan(plan, [texts], sink);
    const [{ name, type }] = plan.output as [(typeof plan.output)[number]];
    const write = jsonRowWriter([{ name: "v", type }], timeZoneOf(TIME_ZONE)!);
    const values = sink.rows.map((row) => row[0] === null ? null : write(row).slice('{"v":'.length, -1));
    return { name, type: simpleType(type).toUpperCase(), values };
  } catch (error) {
    if (!(error instanceof SfcrimeError)) throw error;
    return error.code === "SQL" ? { refused: error.message } : { failed: `${error.code} ${error.message}` };
  }
}

for (const group of new Set(answers.map((answer) => answer.group))) {
  Deno.test(`Structures have the names, types and values that Spark gives: ${group}`, async (t) => {
    for (const { sql, group: own, ...answer } of answers) {
      if (own !== group) continue;
      await t.step(sql, async () => {
        const spark: Answer = answer;
        const ours = await ownAnswer(sql, group === "aggregates");
        equal(
          outcome(ours),
          outcome(spark),
          `Spark: ${JSON.stringify(spark)}, ours: ${JSON.stringify(ours)}`,
        );
        if (spark.values !== undefined) deepEqual(ours, spark);
      });
    }
  });
}

function outcome({ refused, failed }: Answer): "refused" | "failed" | "given" {
  return refused !== undefined ? "refused" : failed !== undefined ? "failed" : "given";
}
