import { deepEqual, equal } from "assert";
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
  /** Whether there are characters that Spark hands to the terminal as they are. */
  readonly terminal?: boolean;
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

const cases = answers as readonly Case[];

Deno.test("The console sink prints what Spark's prints, byte for byte", async (t) => {
  for (const each of cases.filter(({ terminal }) => terminal !== true)) {
    await t.step(each.title, async () => equal(await printed(each), each.printed));
  }
});

Deno.test("The console sink escapes what would control the terminal, and prints all else as Spark does", async () => {
  const [each] = cases.filter(({ terminal }) => terminal === true);
  const rows = (text: string) => text.split("\n").filter((line) => line.startsWith("|"));
  const cells = (text: string) => rows(text).map((line) => line.slice(1, -1).replace(/ +$/, ""));
  const shown = (cell: string) =>
    // deno-lint-ignore no-control-regex
    cell.replace(/[\x00-\x1f\x7f-\x9f\u200b\u2028\u202e\u2066\ufeff]/g, (found) =>
      `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const ours = await printed(each!);
  equal(rows(each!.printed).length, 6);
  deepEqual(cells(ours), cells(each!.printed).map(shown));
  equal(new Set(rows(ours).slice(0, -1).map((line) => line.length)).size, 1, ours);
});
