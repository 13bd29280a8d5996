/** The live view of `analyze`: the program on a terminal, and what is on its screen. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { formatDuration, formatSpan } from "../../lib/base/text/duration.ts";
import { sampleCalls } from "../support/calls.ts";
import { run } from "../support/program.ts";
import { succeedInProcess } from "../support/program_in_process.ts";
import { type TempDir, tempDir } from "../support/temp_dir.ts";
import { startOnTerminal, type TerminalRun } from "../support/terminal.ts";

const CALLS = 500;
const MORE_CALLS = 100;
const ENTER = "\x1b[?1049h";

/** A directory with a topic of calls. */
async function withCalls(): Promise<TempDir> {
  const directory = await tempDir();
  await succeedInProcess(["produce", "--limit", String(CALLS)], { cwd: directory.path });
  return directory;
}

/** Whether each query has read what there is. */
function isWaiting(run: TerminalRun, queries: readonly string[] = ["by_type", "with_disposition"]): boolean {
  const screen = run.screen();
  return queries.every((query) => screen.some((line) => line.startsWith(`${query}  waiting for records`)));
}

/** The lines of a query on the screen. */
function blockOf(lines: readonly string[], query: string): string[] {
  const from = lines.findIndex((line) => line.startsWith(`${query}  `));
  const to = lines.findIndex((line, index) => index > from && /^$|^\w+ {2}\S/.test(line));
  return lines.slice(from, to < 0 ? undefined : to);
}

/** The cells of the rows of a table, below its header. */
function cellsOf(lines: readonly string[]): string[][] {
  return lines.filter((line) => line.startsWith("|")).slice(1)
    .map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
}

/** How often each value is there, most frequent first. */
function countsOf(values: readonly string[]): Map<string, number> {
  const groups = [...Map.groupBy(values, (value) => value)];
  return new Map(groups.map(([value, all]) => [value, all.length]));
}

interface Progress {
  readonly name: string;
  readonly batchId: number;
  readonly batchDuration: number;
  readonly timestamp: string;
  readonly processedRowsPerSecond: number;
  readonly eventTime: { readonly watermark: string };
  readonly stateOperators: readonly { readonly numRowsTotal: number }[];
  readonly sink: { readonly numOutputRows: number };
}

async function progressOf(path: string): Promise<Progress[]> {
  return (await Deno.readTextFile(path)).trim().split("\n").map((line) => JSON.parse(line) as Progress);
}

Deno.test("Each number of the live view is that of the progress, and its rows are those of the query", async () => {
  await using directory = await withCalls();
  const path = join(directory.path, "progress.ndjson");
  const run = startOnTerminal(
    ["analyze", "--trigger", "200ms", "--progress", path],
    { cwd: directory.path, columns: 120, rows: 40 },
  );
  await run.until(() => isWaiting(run));
  // The first batch has no watermark yet.
  await succeedInProcess(["produce", "--limit", String(MORE_CALLS)], { cwd: directory.path });
  await run.until(() =>
    isWaiting(run) && run.screen().filter((line) => / {2}batch [1-9]/.test(line)).length === 2
  );
  const screen = run.screen();
  run.type("\x03");
  equal(await run.ended(), 0);
  const progress = await progressOf(path);
  for (const query of ["by_type", "with_disposition"]) {
    const own = progress.filter(({ name }) => name === query);
    const {
      batchId,
      batchDuration,
      processedRowsPerSecond,
      eventTime: { watermark },
      timestamp,
      stateOperators,
    } = own.at(-1)!;
    const [head, ...figures] = blockOf(screen, query);
    const text = figures.join("  ");
    match(head!, new RegExp(`  batch ${batchId} in ${formatDuration(batchDuration)}(,|$)`));
    const rate = processedRowsPerSecond >= 10 || processedRowsPerSecond === 0
      ? Math.round(processedRowsPerSecond).toLocaleString("en")
      : processedRowsPerSecond.toFixed(1);
    ok(text.includes(`  processing ${rate}/s  `), `${rate} in ${text}`);
    const gap = formatSpan(Date.parse(timestamp) - Date.parse(watermark));
    ok(text.includes(`  watermark ${watermark}, gap ${gap}`), text);
    match(text, /^input 0\/s ▁[▁-█]*▁ {2}processing \S+ {2}lag 0 {2}/);
    const outputRows = own.reduce((sum, { sink }) => sum + sink.numOutputRows, 0);
    ok(
      text.includes(
        query === "by_type"
          ? `  ${stateOperators[0]!.numRowsTotal} rows in state`
          : `  ${outputRows} rows out`,
      ),
      text,
    );
  }
  const sample = sampleCalls();
  const calls = [...sample.slice(0, CALLS), ...sample.slice(0, MORE_CALLS)];
  const counts = countsOf(calls.map((call) => call["original_crime_type_name"]!));
  const types = cellsOf(blockOf(screen, "by_type"));
  ok(types.length >= 10, screen.join("\n"));
  const naive = [...counts.values()].toSorted((left, right) => right - left);
  deepEqual(types.map(([, count]) => Number(count)), naive.slice(0, types.length));
  for (const [type, count] of types) equal(counts.get(type!), Number(count), type);
  const times = new Set(calls.map((call) => call["call_date_time"]!.slice(0, 16).replace("T", " ")));
  const rows = cellsOf(blockOf(screen, "with_disposition"));
  ok(rows.length >= 10, screen.join("\n"));
  for (const [time] of rows) ok(times.has(time!.slice(0, 16)), time);
});

Deno.test("When the run ends, its last state stays, with the table that the console sink would print", async () => {
  await using directory = await withCalls();
  const options = { cwd: directory.path };
  const printed = await run(["analyze", "by_type", "--trigger", "available-now"], options);
  ok(!printed.stdout.includes("\x1b"));
  const live = startOnTerminal(
    ["analyze", "by_type", "--trigger", "200ms"],
    { ...options, columns: 100, rows: 24 },
  );
  // A screen may be seen while it is drawn, from its top on.
  const hasMessage = () => live.screen().some((line) => line.startsWith("Analysing sf-police-calls"));
  await live.until(() => isWaiting(live, ["by_type"]) && hasMessage());
  live.type("\x03");
  equal(await live.ended(), 0);
  const left = live.everything().join("\n");
  match(left, /^Stopping after the current batch\.[^\n]*\nby_type {2}ended {2}batch \d+ in /m);
  match(left, /^by_type {2}batch \d+, the first 20 rows of \d+$/m);
  const cells = (text: string) =>
    [...text.matchAll(/^\|.*\|$/gm)].map(([row]) => row.replaceAll(/ *\| */g, "|"));
  deepEqual(cells(left), cells(printed.stdout));
  equal(left.split("Passing Call").length, 2, left);
});

Deno.test("The live view fits each size of the terminal, and has each query once", async () => {
  await using directory = await withCalls();
  const run = startOnTerminal(
    ["analyze", "--trigger", "200ms"],
    { cwd: directory.path, columns: 100, rows: 30 },
  );
  await run.until(() => isWaiting(run));
  for (const [columns, rows] of [[40, 30], [40, 10], [100, 10], [200, 60], [20, 2], [80, 24]] as const) {
    const before = run.raw.length;
    run.resize({ columns, rows });
    // A view is drawn for a size as a whole; one for the size before may be on its way.
    await run.until(() => {
      const drawn = run.raw.slice(before);
      const screen = run.screen();
      const rules = screen.filter((line) => line.startsWith("+-"));
      return drawn.endsWith("\r") && drawn.includes("\x1b[?7h") && run.wrapped().length === 0 &&
        ["by_type", "with_disposition"].every((query) =>
          screen.filter((line) => line.startsWith(query)).length === 1
        ) &&
        rules.every((line) => line.endsWith("+")) && (rules.length > 0) === (rows >= 24);
    });
  }
  run.type("\x03");
  equal(await run.ended(), 0);
});

const PLAIN: readonly { readonly args: readonly string[]; readonly env?: Record<string, string> }[] = [
  { args: ["--no-live"] },
  { args: [], env: { TERM: "dumb" } },
];

for (const { args, env = {} } of PLAIN) {
  Deno.test(`Each batch is printed, and nothing is drawn: ${[...args, ...Object.keys(env)].join(" ")}`, async () => {
    await using directory = await withCalls();
    const run = startOnTerminal(
      ["analyze", "by_type", "--trigger", "200ms", ...args],
      { cwd: directory.path, env, columns: 100, rows: 60 },
    );
    await run.until(() =>
      /by_type\S* {2}batch 0, the first 20 rows of /.test(run.raw) && /by_type batch 0: 500 rec/.test(run.raw)
    );
    run.type("\x03");
    equal(await run.ended(), 0);
    // The name of a query is bold, where the terminal can show that.
    equal(run.raw.replaceAll("\x1b[1m", "").replaceAll("\x1b[0m", "").includes("\x1b"), false, run.raw);
    equal(run.raw.includes("\x1b"), env.TERM === undefined);
  });
}

Deno.test("The live view has colour, and none with NO_COLOR", async () => {
  await using directory = await withCalls();
  for (const [env, hasColor] of [[{}, true], [{ NO_COLOR: "1" }, false]] as const) {
    const run = startOnTerminal(
      ["analyze", "by_type", "--trigger", "200ms"],
      { cwd: directory.path, env, columns: 100, rows: 24 },
    );
    await run.until(() => isWaiting(run, ["by_type"]));
    run.type("\x03");
    equal(await run.ended(), 0);
    ok(run.raw.includes(ENTER));
    equal(run.raw.includes("\x1b[1mby_type\x1b[0m"), hasColor);
  }
});

Deno.test("A query that fails ends the view, and its error stands below the last state", async () => {
  await using directory = await withCalls();
  const sql = "query.broken.sql=SELECT crime_id, CAST(original_crime_type_name AS INT) AS number FROM calls";
  const run = startOnTerminal(
    ["analyze", "broken", "--trigger", "200ms", "-X", sql],
    { cwd: directory.path, columns: 100, rows: 24 },
  );
  equal(await run.ended(), 1);
  ok(run.raw.includes(ENTER), run.raw);
  const left = run.everything().filter((line) => line !== "");
  const error = left.findIndex((line) => line.startsWith("sfcrime: "));
  const state = left.findIndex((line) => line.startsWith("broken  failed"));
  ok(state >= 0 && state < error, left.join("\n"));
});
