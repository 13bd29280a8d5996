import { equal, match, ok } from "assert";
import { SfcrimeError } from "../../lib/base/errors.ts";
import { BUILT_IN_SOURCES } from "../../lib/config/built_in.ts";
import { analyzeQuery } from "../../lib/sql/analyze.ts";
import { parseColumns, type SourceColumn } from "../../lib/sql/catalog.ts";
import type { OutputMode } from "../../lib/sql/plan.ts";
import { foldConstant } from "../../lib/stream/expression.ts";
import answers from "./refusals/answers.json" with { type: "json" };
import operations from "./refusals/operations.json" with { type: "json" };

interface Case {
  readonly sql: string;
  readonly mode: string;
  /** False where the stream has no watermark. */
  readonly watermark?: boolean;
  /** False where the program refuses what it does not know, whatever Spark says. */
  readonly supported?: boolean;
  /** What the refusal must name. */
  readonly hint?: string;
  /** The class of Spark's error, or null where the query ran. */
  readonly spark: string | null;
}

/** What Spark says of a statement, by output mode, and by the streams that have a watermark. */
type Verdicts = Readonly<Record<string, Readonly<Record<string, string | null>>>>;

interface Operation {
  /** Of what kind the statement is. */
  readonly operation: string;
  readonly sql: string;
  readonly spark: Verdicts;
}

const CALLS = parseColumns(BUILT_IN_SOURCES["stream.calls"]!.columns!, "calls");
const RADIO_CODE = parseColumns(BUILT_IN_SOURCES["table.radio_code"]!.columns!, "radio_code");

const DISPATCHES = parseColumns("crime_id STRING, unit STRING, dispatched_at TIMESTAMP", "dispatches");

const BOTH = "calls dispatches";

/** The error of the analysis, or undefined where the query is accepted. */
function refusal(
  { sql, mode, watermark }: Pick<Case, "sql" | "mode" | "watermark">,
  watermarked = watermark === false ? "" : BOTH,
): SfcrimeError | undefined {
  const stream = (name: string, columns: readonly SourceColumn[], column: string) =>
    [name, {
      columns,
      watermark: watermarked.split(" ").includes(name) ? { column, delayMs: 600_000 } : undefined,
    }] as const;
  const catalog = {
    streams: new Map([
      stream("calls", CALLS, "call_date_time"),
      stream("dispatches", DISPATCHES, "dispatched_at"),
    ]),
    tables: new Map([["radio_code", { columns: RADIO_CODE }]]),
  };
  try {
    analyzeQuery({
      name: "q",
      sql,
      outputMode: mode as OutputMode,
      timeZone: "UTC",
      catalog,
      fold: foldConstant,
    });
    return undefined;
  } catch (error) {
    if (error instanceof SfcrimeError) return error;
    throw error;
  }
}

const cases: readonly Case[] = answers;

Deno.test("A streaming query is accepted if Spark runs it, and rejected if Spark rejects it", async (t) => {
  for (const each of cases.filter(({ supported }) => supported !== false)) {
    await t.step(`${each.mode}: ${each.sql}`, () => {
      const error = refusal(each);
      equal(error === undefined, each.spark === null, `Spark: ${each.spark}; ours: ${error?.message}`);
    });
  }
});

/** Why an answer is another one than Spark's: the reasons are in `docs/sql.md` and `docs/semantics.md`. */
const DIFFERENT: Readonly<Record<string, RegExp>> = {
  "DISTINCT aggregates of tables": /count\(DISTINCT description\)/,
  "EXCEPT ALL of a stream": /FROM calls EXCEPT ALL SELECT disposition FROM radio_code/,
  "EXCEPT of groups, and groups of EXCEPT, in update and complete mode": /GROUP BY .* EXCEPT|count.*EXCEPT/,
  "OFFSET in a query over tables": /radio_code OFFSET/,
  "TABLESAMPLE of a table": /radio_code TABLESAMPLE/,
  "OVER of a table": /OVER .* FROM radio_code/,
};

for (
  const [operation, statements] of Map.groupBy(
    operations as readonly Operation[],
    ({ operation }) => operation,
  )
) {
  Deno.test(`In each output mode, with each watermark, as Spark: ${operation}`, async (t) => {
    for (const { sql, spark } of statements) {
      await t.step(sql, () => {
        const different = Object.entries(spark).flatMap(([mode, verdicts]) =>
          Object.entries(verdicts).flatMap(([watermarked, verdict]) => {
            const error = refusal({ sql, mode }, watermarked);
            if ((error === undefined) === (verdict === null)) return [];
            return [`${mode}, watermarks: ${watermarked}: Spark: ${verdict}; ours: ${error?.message}`];
          })
        );
        const isKnown = Object.values(DIFFERENT).some((form) => form.test(sql));
        equal(different.length > 0, isKnown, different.join("\n"));
      });
    }
  });
}

Deno.test("What is not supported is refused with what is possible instead", async (t) => {
  for (const each of cases.filter(({ supported }) => supported === false)) {
    await t.step(`${each.mode}: ${each.sql}`, () => {
      const error = refusal(each);
      const text = `${error?.message} ${error?.hint}`;
      ok(text.includes(each.hint ?? "syntax error at or near"), text);
    });
  }
});

Deno.test("Every refusal says line and column, and has carets under the place", () => {
  for (const each of cases) {
    const error = refusal(each);
    if (error === undefined) continue;
    equal(error.code, "SQL");
    match(error.message, /^Query q, line \d+, column \d+: [^\n]+\n {2}[^\n]*\n {2} *\^+$/);
    const [, column] = /column (\d+):/.exec(error.message)!;
    const lines = error.message.split("\n");
    equal(lines.at(-1)!.indexOf("^"), Number(column) + 1, error.message);
    equal(lines.at(-2), `  ${each.sql}`);
  }
});
