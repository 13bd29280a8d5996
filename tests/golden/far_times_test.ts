import { deepEqual, equal, throws } from "assert";
import { SfcrimeError } from "../../lib/base/errors.ts";
import { typeName, type Value } from "../../lib/records/data_type.ts";
import { parseColumns } from "../../lib/sql/catalog.ts";
import type { QueryPlan } from "../../lib/sql/plan.ts";
import { planOf, RowsSink, runPlan } from "../support/plan_run.ts";
import answers from "./far_times/answers.json" with { type: "json" };
import rows from "./far_times/rows.json" with { type: "json" };
import texts from "./far_times/texts.json" with { type: "json" };

/** A value as text, or the class of Spark's error. */
type Outcome = string | null | { readonly failed: string };

interface Answer {
  readonly zone: string;
  readonly group: string;
  readonly sql: string;
  /** The class of the error, where the expression is refused. */
  readonly refused?: string;
  readonly type?: string;
  readonly values?: readonly Outcome[];
}

const ANSWERS = answers as readonly Answer[];

/** How far behind a row the row is whose time is `u`; as in `far_times/make.py`. */
const STEP = 3;
const TIMES = rows.map((m, n) => `{"n":${n},"m":${m},"k":${rows[(n + STEP) % rows.length]}}`);
const TEXTS = texts.map((s, n) => JSON.stringify({ n, s }));

/** The records and the FROM clause of a group of cases. */
function sourceOf(group: string): { readonly records: readonly string[]; readonly from: string } {
  if (group === "texts") return { records: TEXTS, from: "t" };
  if (group === "constants") return { records: ["{}"], from: "t" };
  const from = "(SELECT n, m, timestamp_micros(m) AS t, timestamp_micros(k) AS u FROM t)";
  return { records: TIMES, from };
}

function planFor({ sql, group, zone }: Answer, show = (text: string) => text): QueryPlan {
  return planOf({
    sql: `SELECT ${show(sql)} AS v FROM ${sourceOf(group).from}`,
    schema: parseColumns("n INT, m BIGINT, k BIGINT, s STRING", "rows"),
    outputMode: group === "aggregates" ? "complete" : "append",
    timeZone: zone,
  });
}

/** The value of an expression for each record, as text. */
async function outcomes(plan: QueryPlan, records: readonly string[]): Promise<Outcome[]> {
  try {
    const sink = new RowsSink();
    await runPlan(plan, [records], sink);
    return sink.rows.map(([value]) => textOf(value!));
  } catch (error) {
    if (!(error instanceof SfcrimeError) || error.code !== "QUERY_FAILED") throw error;
    if (records.length === 1) return [{ failed: error.message }];
  }
  const each = [];
  for (const record of records) each.push(...await outcomes(plan, [record]));
  return each;
}

/** The windows of each record, as text. */
async function windowsOf(plan: QueryPlan): Promise<Outcome[]> {
  const each: Outcome[] = [];
  for (const record of TIMES) {
    const ofRecord = await outcomes(plan, [record]);
    const failure = ofRecord.find(isFailure);
    each.push(failure ?? ofRecord.map((window) => String(window).replace(",", "/")).sort().join(" "));
  }
  return each;
}

function textOf(value: Value): string | null {
  return value === null ? null : String(value);
}

/** Expressions are shown as text; of times, the microseconds. */
function shown(type: string): (sql: string) => string {
  return (sql) => type === "TIMESTAMP" ? `unix_micros(${sql})` : `CAST(${sql} AS STRING)`;
}

const isFailure = (outcome: Outcome | undefined) => typeof outcome === "object" && outcome !== null;

/** Errors have words of their own here, so only their places are compared. */
function compared(values: readonly Outcome[]): readonly unknown[] {
  return values.map((value) => isFailure(value) ? "failed" : value);
}

for (const zone of new Set(ANSWERS.map((answer) => answer.zone))) {
  for (const group of new Set(ANSWERS.map((answer) => answer.group))) {
    Deno.test(`Times at the ends of the range are Spark's to the microsecond: ${group}, ${zone}`, async (t) => {
      for (const answer of ANSWERS) {
        if (answer.zone !== zone || answer.group !== group) continue;
        await t.step(answer.sql, async () => {
          if (answer.refused !== undefined) {
            throws(() => planFor(answer), { code: "SQL" });
            return;
          }
          if (group === "windows") {
            deepEqual(compared(await windowsOf(planFor(answer))), compared(answer.values!));
            return;
          }
          const { type } = planFor(answer).output[0]!;
          equal(typeName(type), answer.type);
          const plan = planFor(answer, shown(typeName(type)));
          const ours = await outcomes(plan, sourceOf(group).records);
          deepEqual(compared(ours), compared(answer.values!));
        });
      }
    });
  }
}
