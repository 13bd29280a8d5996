/**
 * Measures the program beside Spark and kcat, against a real Kafka: `deno task bench`.
 *
 * - `--quick`: a fifth of the calls and few rounds, in minutes.
 * - `--only ROW,…`: some rows of the table; without a right name it says which there are.
 * - `--scaling`: the figures of the scaling page instead; with `--only executors`, those of Spark's executors alone.
 * - `--write`: write the page also after a quick run, or one of some rows, whose figures replace theirs. A whole run
 *   always does.
 */
import { parseArgs } from "node:util";
import { runTool } from "../support/cache.ts";
import { type Contenders, makeContenders, type Sizes } from "./contenders.ts";
import { EmbeddedCalls } from "./embedded_calls.ts";
import { commitNow, contenderFigures, readRuns, withRun, writeRuns } from "./figures.ts";
import { loadNow, machineFacts } from "./machine.ts";
import { profileTable } from "./profile.ts";
import { type Contender, race, Results } from "./race.ts";
import type { Line, Measurements } from "./row.ts";
import { ROWS } from "./rows.ts";
import { readFigures, writeFigures } from "./scaling/figures.ts";
import { measureExecutors } from "./scaling/measure_executors.ts";
import { measureScaling } from "./scaling/measure_scaling.ts";
import { scalingPage } from "./scaling/scaling_page.ts";
import { targetTable } from "./table.ts";
import { Workbench } from "./workbench.ts";

const FULL: Sizes = {
  large: 5_000_000,
  small: 1_000_000,
  original: 200_000,
  distinct: 3_200_000,
  joined: 1_000_000,
  produced: 1_000_000,
  embedded: 5_000_000,
  rounds: 5,
  longRounds: 3,
  sparkRounds: 2,
};
const QUICK: Sizes = {
  large: 1_000_000,
  small: 200_000,
  original: 200_000,
  distinct: 640_000,
  joined: 200_000,
  produced: 200_000,
  embedded: 1_000_000,
  rounds: 2,
  longRounds: 2,
  sparkRounds: 1,
};

/** Of the scaling page, one part can be measured by itself. */
const SCALING_PART = "executors";

const utf8 = new TextEncoder();
const flags = readFlags();
const sizes = flags.quick ? QUICK : FULL;

function readFlags() {
  try {
    return parseArgs({
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string" },
        scaling: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    say(`${(error as Error).message}; the options are --quick, --only ROW,…, --scaling and --write.`);
    Deno.exit(2);
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(utf8.encode(`${line}\n`));
}

function say(line: string): void {
  Deno.stderr.writeSync(utf8.encode(`${line}\n`));
}

function rowNames(): string[] {
  if (flags.scaling) {
    if (flags.only === undefined || flags.only === SCALING_PART) return [];
    say(`There is no part "${flags.only}" of the scaling page; --only can name ${SCALING_PART}.`);
    Deno.exit(2);
  }
  const names = flags.only?.split(",") ?? [...ROWS.keys()];
  const unknown = names.find((name) => !ROWS.has(name));
  if (unknown === undefined) return names;
  say(`There is no row "${unknown}"; there are ${[...ROWS.keys()].join(", ")}.`);
  Deno.exit(2);
}

/** Makes ready who is needed; one that cannot run here is left out. */
async function contendersFor(
  names: readonly string[],
  all: Contenders,
): Promise<Map<string, Contender>> {
  const needed = new Set(names.flatMap((name) => ROWS.get(name)!.needs));
  const ready = new Map<string, Contender>();
  for (const [name, make] of all) {
    if (!needed.has(name)) continue;
    const contender = await make();
    if (contender === undefined) say(`Left out: ${name}, for DENORT_BIN is not set`);
    else ready.set(name, contender);
  }
  return ready;
}

async function measureRows(
  bench: Workbench,
  names: readonly string[],
): Promise<{ readonly results: Results; readonly rows: Record<string, Line[]> }> {
  const embedded = new EmbeddedCalls(bench, sizes.embedded);
  say("Filling topics");
  const results = new Results();
  for (const all of makeContenders(bench, sizes, embedded)) {
    await race(await contendersFor(names, all), say, results);
  }
  await bench.spark[Symbol.asyncDispose]();
  const measured: Measurements = {
    bench,
    sizes,
    embedded,
    results,
    seconds: flags.quick ? { delay: 10, idle: 20 } : { delay: 60, idle: 60 },
    state: { keys: 100_000, touched: 10_000, rounds: flags.quick ? 1 : 3 },
  };
  const rows: Record<string, Line[]> = {};
  for (const name of names) {
    const row = ROWS.get(name)!;
    if (!row.needs.every((needed) => results.has(needed))) continue;
    rows[name] = await row.lines(measured);
    for (const { work, value, from } of rows[name]) say(`  ${name}: ${work}: ${value} (${from})`);
  }
  return { results, rows };
}

/** Makes the pages from the figures that are kept now. */
async function makePages(name: string): Promise<void> {
  const makeDocs = new URL("../support/make_docs.ts", import.meta.url).pathname;
  await runTool(Deno.execPath(), ["run", "--allow-all", makeDocs]);
  say(`docs/${name} is written`);
}

const names = rowNames();
const [facts, load, commit] = [await machineFacts(), loadNow(), await commitNow()];
await using bench = await Workbench.open();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    Deno.removeSync(bench.path, { recursive: true });
    // Kafka goes with the process.
    Deno.exit(130);
  });
}
if (flags.scaling) {
  const options = {
    facts: [...facts, `Load average at the start of the run: ${load}.`],
    isQuick: flags.quick,
    say,
  };
  const figures = flags.only === undefined
    ? await measureScaling(bench, options)
    : { ...readFigures(), executors: await measureExecutors(bench, options) };
  print(scalingPage(figures));
  if (!flags.quick || flags.write) {
    writeFigures(figures);
    await makePages("scaling.md");
  }
} else {
  const makesPage = flags.write || (flags.only === undefined && !flags.quick);
  // First, so that what may fail does so before the long part.
  const profile = makesPage && flags.only === undefined
    ? { profile: await profileTable(bench, sizes.large) }
    : {};
  const { rows, results } = await measureRows(bench, names);
  print(targetTable(Object.values(rows).flat()));
  if (makesPage) {
    const date = new Date().toISOString().slice(0, 10);
    const measured = { rows, contenders: contenderFigures(results), ...profile };
    writeRuns(withRun(readRuns(), { date, commit, load, facts, isQuick: flags.quick, ...measured }));
    await makePages("performance.md");
  }
}
