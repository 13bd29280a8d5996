import { equal, match, ok } from "assert";
import { SfcrimeError } from "../../lib/base/errors.ts";
import { BUILT_IN_SOURCES } from "../../lib/config/built_in.ts";
import { analyzeQuery } from "../../lib/sql/analyze.ts";
import { parseColumns } from "../../lib/sql/catalog.ts";
import type { OutputMode } from "../../lib/sql/plan.ts";
import answers from "./refusals/answers.json" with { type: "json" };

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

const CALLS = parseColumns(BUILT_IN_SOURCES["stream.calls"]!.columns!, "calls");
const RADIO_CODE = parseColumns(BUILT_IN_SOURCES["table.radio_code"]!.columns!, "radio_code");

/** The error of the analysis, or undefined where the query is accepted. */
function refusal({ sql, mode, watermark }: Case): SfcrimeError | undefined {
  const delay = { column: "call_date_time", delayMs: 600_000 };
  const calls = { columns: CALLS, watermark: watermark === false ? undefined : delay };
  const catalog = {
    streams: new Map([["calls", calls]]),
    tables: new Map([["radio_code", { columns: RADIO_CODE }]]),
  };
  try {
    analyzeQuery({ name: "q", sql, outputMode: mode as OutputMode, timeZone: "UTC", catalog });
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
