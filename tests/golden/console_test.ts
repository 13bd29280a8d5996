import { equal } from "assert";
import { timeZoneOf } from "../../lib/base/time_zone.ts";
import { ConsoleSink } from "../../lib/sinks/console_sink.ts";
import { parseColumns } from "../../lib/sql/catalog.ts";
import type { OutputMode } from "../../lib/sql/plan.ts";
import { planOf, runPlan } from "../support/plan_run.ts";
import answers from "./console/answers.json" with { type: "json" };

interface Case {
  readonly title: string;
  readonly schema: string;
  readonly sql: string;
  readonly batches: readonly (readonly string[])[];
  readonly printed: string;
  readonly mode?: string;
  readonly zone?: string;
  readonly watermark?: boolean;
  readonly rows?: number;
  readonly truncate?: boolean;
  readonly repeat?: number;
}

async function printed(each: Case): Promise<string> {
  const timeZone = each.zone ?? "UTC";
  const plan = planOf({
    sql: each.sql,
    schema: parseColumns(each.schema, "t"),
    outputMode: (each.mode ?? "append") as OutputMode,
    timeZone,
    ...(each.watermark === true ? { watermark: { column: "t", delayMs: 600_000 } } : {}),
  });
  let text = "";
  const output = {
    write(bytes: Uint8Array): Promise<void> {
      text += new TextDecoder().decode(bytes);
      return Promise.resolve();
    },
  };
  const sink = new ConsoleSink(output, plan.output, timeZoneOf(timeZone)!, {
    ...(each.rows === undefined ? {} : { rowsMax: each.rows }),
    ...(each.truncate === undefined ? {} : { truncate: each.truncate }),
  });
  const batches = each.batches.map((batch) => Array.from({ length: each.repeat ?? 1 }, () => batch).flat());
  await runPlan(plan, batches, sink);
  return text;
}

Deno.test("The console sink prints what Spark's prints, byte for byte", async (t) => {
  for (const each of answers as readonly Case[]) {
    await t.step(each.title, async () => equal(await printed(each), each.printed));
  }
});
