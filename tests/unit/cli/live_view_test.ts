/** What the live view draws, in terminals of any size, and what it reads for that. */
import { deepEqual, equal, match, ok } from "assert";
import fc from "fast-check";
import { canBeLive } from "../../../lib/cli/analyze/live/can_be_live.ts";
import { ConsoleSink } from "../../../lib/sinks/console_sink.ts";
import { LastBatchSink } from "../../../lib/cli/analyze/live/last_batch_sink.ts";
import type { ShownQuery } from "../../../lib/cli/analyze/live/query_lines.ts";
import { rowsOrder } from "../../../lib/cli/analyze/live/rows_order.ts";
import { lastLines, runLines } from "../../../lib/cli/analyze/live/run_lines.ts";
import { WatchedRows } from "../../../lib/cli/analyze/live/watched_rows.ts";
import { cellsOf } from "../../../lib/cli/terminal/fit_line.ts";
import { UTC } from "../../../lib/base/time_zone.ts";
import type { BatchPoint } from "../../../lib/monitoring/history/batch_point.ts";
import type { RowsAnswer } from "../../../lib/monitoring/view/current_rows.ts";
import type { QueryView } from "../../../lib/monitoring/view/query_view.ts";
import type { Row, Schema } from "../../../lib/records/data_type.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { planFrom } from "../../support/plan_from.ts";
import { batchPoint, queryView } from "../../support/ui_fixture.ts";

const NOW_MS = Date.UTC(2026, 0, 1);
const SCHEMA: Schema = [{ name: "street", type: "STRING" }, { name: "calls", type: "BIGINT" }];

function answer(rows: readonly Row[]): RowsAnswer {
  return {
    batchId: 3,
    kind: "state",
    columns: SCHEMA,
    timeZone: "UTC",
    rows,
    total: rows.length,
    truncated: false,
  };
}

function shown(
  name: string,
  { view = {}, rows = [], batch = {} }: {
    readonly view?: Partial<QueryView>;
    readonly rows?: readonly Row[];
    readonly batch?: Partial<BatchPoint>;
  } = {},
): ShownQuery {
  return {
    view: { ...queryView(name), ...view },
    isIdle: false,
    batches: [batchPoint(2), { ...batchPoint(3), atMs: NOW_MS - 4_500, ...batch }],
    rows: answer(rows),
  };
}

/** A part in a colour, by its code. */
const colored = (code: number, text: string) => `\x1b[${code}m${text}\x1b[0m`;

/** A line without its colours. */
function withoutColor(line: string): string {
  return line.split("\x1b[").map((part, index) => index === 0 ? part : part.replace(/^\d+m/, "")).join("");
}

/** Text with all that may be in data: wide characters, combined ones, and those that a terminal acts on. */
const texts = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom("市場通り東京都", "\x1b[2J", "a\r\nb", "👩‍👩‍👧‍👦 e\u0301", "\u202e", ""),
);

Deno.test("The view is never larger than the terminal, and no data moves the cursor", () => {
  const sizes = fc.record({
    columns: fc.integer({ min: 1, max: 200 }),
    rows: fc.integer({ min: 1, max: 60 }),
  });
  const queries = fc.array(
    fc.array(fc.tuple(texts, fc.bigInt({ min: 0n, max: 1_000n })), { maxLength: 30 }),
    {
      minLength: 1,
      maxLength: 14,
    },
  );
  fc.assert(
    fc.property(sizes, queries, fc.array(texts, { maxLength: 10 }), (size, tables, messages) => {
      const all = tables.map((rows, index) => shown(`query${index}`, { rows }));
      const printed = messages.map((text) => text.replaceAll(/\p{Cc}|\p{Cf}/gu, ""));
      const lines = runLines(all, { ...size, messages: printed, color: false, nowMs: NOW_MS });
      ok(lines.length <= size.rows, `${lines.length} lines`);
      for (const line of lines) {
        ok(cellsOf(line) <= size.columns, line);
        ok(!/\p{Cc}/u.test(line), JSON.stringify(line));
      }
      const heads = lines.filter((line) => /^query\d+ {2}/.test(line.padEnd(9))).length;
      if (size.columns < 9) return;
      const rest = Number(/^and (\d+) mo/.exec(lines.at(-1)!)?.[1] ?? 0);
      equal(heads + rest, all.length);
      const inColor = runLines(all, { ...size, messages: printed, color: true, nowMs: NOW_MS });
      deepEqual(inColor.map(withoutColor), lines);
    }),
  );
});

Deno.test("Queries share the rows that there is room for, and one without rows leaves them to the others", () => {
  const rows = Array.from({ length: 20 }, (_, index): Row => [`street ${index}`, BigInt(index)]);
  const counts = (height: number, names: readonly (readonly Row[])[]) => {
    const queries = names.map((rows, index) => shown(`query${index}`, { rows }));
    const lines = runLines(queries, {
      columns: 200,
      rows: height,
      messages: [],
      color: false,
      nowMs: NOW_MS,
    });
    const blocks = lines.join("\n").split(/^query\d /m).slice(1);
    return blocks.map((block) => block.split("\n").filter((line) => /^\|street \d/.test(line)).length);
  };
  deepEqual(counts(40, [rows, rows]), [14, 13]);
  deepEqual(counts(40, [rows, []]), [20, 0]);
  deepEqual(counts(40, [rows.slice(0, 3), rows]), [3, 20]);
  deepEqual(counts(13, [rows, rows]), [4, 0]);
  deepEqual(counts(4, [rows, rows]), [0, 0]);
});

Deno.test("Each figure is there, and what is wrong stands out", () => {
  const query = shown("by_street", {
    view: {
      lagRecords: 1_234,
      lagMs: 5_000,
      health: "behind",
      watermarkMs: Date.UTC(2018, 11, 31),
      watermarkGapMs: 600_000,
      totals: { batches: 4, inputRecords: 9, malformedRecords: 2, outputRows: 1, lateRows: 3, rowsAhead: 0 },
    },
    batch: { durationMs: 120, inputRowsPerSecond: 20, processedRowsPerSecond: 1_500, stateRows: 42 },
  });
  const options = { columns: 300, rows: 10, messages: ["warning: disk"], nowMs: NOW_MS };
  deepEqual(runLines([query], { ...options, color: false }), [
    "by_street  behind  batch 3 in 120 ms, 4 s ago",
    "input 20/s ▁█  processing 1,500/s  lag 1,234 (5 s)  1 row out  42 rows in state  " +
    "watermark 2018-12-31T00:00:00.000Z, gap 10 min  3 late  2 malformed",
    "warning: disk",
  ]);
  const [head, figures, message] = runLines([query], { ...options, color: true });
  ok(head!.includes(colored(33, "behind")));
  ok(figures!.includes(colored(33, "lag 1,234 (5 s)")));
  ok(figures!.endsWith(`${colored(33, "3 late")}  ${colored(33, "2 malformed")}`));
  equal(message, colored(33, "warning: disk"));
});

Deno.test("Before its first batch a query has its status; after the last one it has no age", () => {
  const starting = { ...shown("q", { view: { health: "starting" } }), batches: [], rows: undefined };
  const options = { columns: 80, color: false, nowMs: NOW_MS };
  deepEqual(runLines([starting], { ...options, rows: 9, messages: [] }), [
    "q  starting: Waiting for next trigger",
  ]);
  const ended = { ...shown("q", { view: { health: "ended", isRunning: false } }), table: "printed\n" };
  match(lastLines([ended], options), /^q {2}ended {2}batch 3 in 1 ms\n[^|]*\nprinted\n$/);
});

Deno.test("The view takes the place of batches on a terminal where somebody looks on, and nowhere else", async () => {
  const log = { level: "info", format: "text" } as const;
  const io = { canShow: () => true, isSet: () => false };
  const planOf = (settings: Readonly<Record<string, string>> = {}) => planFrom(settings);
  const plan = await planOf();
  equal(canBeLive({ plan, log, io }), true);
  equal(canBeLive({ plan, log, io: { ...io, canShow: () => false } }), false);
  equal(canBeLive({ plan, log, io: { ...io, isSet: (name: string) => name === "CI" } }), false);
  equal(canBeLive({ plan, log: { ...log, format: "json" }, io }), false);
  equal(canBeLive({ plan, log: { ...log, level: "warning" }, io }), false);
  equal(canBeLive({ plan, log: { ...log, level: "debug" }, io }), false);
  equal(canBeLive({ plan: await planOf({ "analyze.sink": "ndjson" }), log, io }), false);
  equal(canBeLive({ plan: await planOf({ "analyze.sink": "none" }), log, io }), true);
  equal(
    canBeLive({ plan: await planOf({ "analyze.sink": "none", "analyze.progress": "-" }), log, io }),
    false,
  );
  equal(canBeLive({ plan: await planOf({ "analyze.trigger": "available-now" }), log, io }), false);
  equal(canBeLive({ plan: await planOf({ "analyze.trigger": "once" }), log, io }), false);
});

Deno.test("Groups in state are shown latest and largest first; a result keeps its own order", async () => {
  const orderOf = async (sql: string, mode: string) => {
    const plan = await planFrom({ "query.q.sql": sql, "query.q.output_mode": mode }, { names: ["q"] });
    return rowsOrder(plan.queries[0]!.plan);
  };
  const windows = "SELECT count(*) AS calls, window(call_date_time, '1 hour') AS hour FROM calls GROUP BY 2";
  equal(await orderOf(windows, "update"), "2 DESC, 1 DESC");
  equal(await orderOf(windows, "complete"), undefined);
  equal(await orderOf(windows, "append"), undefined);
  equal(await orderOf("SELECT int(crime_id) AS id, count(*) AS n FROM calls GROUP BY 1", "update"), "2 DESC");
  equal(await orderOf("SELECT city FROM calls", "append"), undefined);
});

Deno.test("Of a console whose batches are shown, the last table with rows is kept, as it would be printed", async () => {
  const sink = new LastBatchSink((output) => new ConsoleSink(output, [{ name: "n", type: "INT" }], UTC));
  equal(sink.table, undefined);
  for (const [batchId, rows] of [[[1]], [[2], [3]], []].entries()) {
    sink.begin({ batchId });
    await sink.write({ rowCount: rows.length, rows });
    await sink.commit();
  }
  const rule = "-".repeat(43);
  equal(sink.table, `${rule}\nBatch: 1\n${rule}\n+---+\n|  n|\n+---+\n|  2|\n|  3|\n+---+\n\n`);
});

Deno.test("Rows are read again only as often as anybody can see, and the last batch is always read", async () => {
  const clock = new FakeClock(0);
  const readAtMs: number[] = [];
  let batch = 0;
  const watched = new WatchedRows({
    rows: {
      read: () => {
        readAtMs.push(clock.monotonicMs());
        return Promise.resolve({ ...answer([]), batchId: batch });
      },
    },
    request: () => ({ limit: 20 }),
    clock,
    onChange: () => {},
  });
  while (batch < 100) {
    batch++;
    watched.changed();
    clock.pass(10);
    // Whatever can be done without waiting is done.
    await new Promise((resolve) => setTimeout(resolve));
  }
  equal(watched.answer!.batchId, 100);
  ok(readAtMs.length >= 4, String(readAtMs));
  const pauses = readAtMs.slice(1).map((atMs, index) => atMs - readAtMs[index]!);
  ok(pauses.every((ms) => ms >= 250), String(pauses));
});

Deno.test("Rows that are due when the run is about to end are read at once", async () => {
  let batch = 1;
  const watched = new WatchedRows({
    rows: { read: () => Promise.resolve({ ...answer([]), batchId: batch }) },
    request: () => ({ limit: 20 }),
    clock: { nowMs: () => 0, monotonicMs: () => 0, sleep: () => new Promise(() => {}) },
    onChange: () => {},
  });
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  watched.changed();
  await turn();
  batch = 2;
  watched.changed();
  await turn();
  equal(watched.answer!.batchId, 1);
  watched.hurry();
  await turn();
  equal(watched.answer!.batchId, 2);
});
