/**
 * What the performance page is made of: figures that `deno task bench` has measured, in `figures.json`. The figures of
 * one row, and of those that are compared in it, are always of one run; rows may be of several.
 */
import { runTool } from "../support/cache.ts";
import { median } from "./measure.ts";
import type { Results } from "./race.ts";
import type { Line } from "./row.ts";

/** A run of the benchmark. */
export interface BenchRun {
  /** The day, as `2026-11-27`. */
  readonly date: string;
  /** The commit that was measured, with a `+` if it was changed since. */
  readonly commit: string;
  /** The load of the machine when the run began. */
  readonly load: string;
  /** The machine, and the programs. */
  readonly facts: readonly string[];
  /** Whether it measured a fifth of the calls, in few rounds. */
  readonly isQuick: boolean;
  /** The lines of the table, by the names of their rows. */
  readonly rows: Readonly<Record<string, readonly Line[]>>;
  readonly contenders: Readonly<Record<string, ContenderFigures>>;
  /** Where the time goes, as a table. */
  readonly profile?: string;
}

/** All runs of one contender, from start to exit. */
export interface ContenderFigures {
  readonly runs: number;
  readonly medianMs: number;
  readonly fastestMs: number;
  readonly slowestMs: number;
  /** Medians. */
  readonly cpuMs: number;
  readonly peakMiB: number;
}

const FILE = new URL("figures.json", import.meta.url);

/** The runs that have figures which were not measured again since, the newest first. */
export function readRuns(): readonly BenchRun[] {
  return JSON.parse(Deno.readTextFileSync(FILE)) as BenchRun[];
}

/** Keeps a new run; the page is made from them by `make_docs.ts`. */
export function writeRuns(runs: readonly BenchRun[]): void {
  Deno.writeTextFileSync(FILE, `${JSON.stringify(runs, undefined, 2)}\n`);
}

/** The runs with a new one, whose figures take the place of older ones. */
export function withRun(runs: readonly BenchRun[], run: BenchRun): readonly BenchRun[] {
  const older = runs.map(({ profile, ...each }): BenchRun => ({
    ...each,
    rows: without(each.rows, run.rows),
    contenders: without(each.contenders, run.contenders),
    ...profile === undefined || run.profile !== undefined ? {} : { profile },
  }));
  return [run, ...older.filter(({ rows }) => Object.keys(rows).length > 0)];
}

function without<T>(figures: Readonly<Record<string, T>>, others: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(figures).filter(([name]) => !Object.hasOwn(others, name)));
}

/** The figures of all who ran. */
export function contenderFigures(results: Results): Record<string, ContenderFigures> {
  return Object.fromEntries(
    results.names().map((name) => {
      const wallMs = results.samples(name).map((sample) => sample.wallMs);
      return [name, {
        runs: wallMs.length,
        medianMs: median(wallMs),
        fastestMs: Math.min(...wallMs),
        slowestMs: Math.max(...wallMs),
        cpuMs: results.median(name, "cpuMs"),
        peakMiB: results.median(name, "peakMiB"),
      }];
    }),
  );
}

/** The commit that stands in the checkout. */
export async function commitNow(): Promise<string> {
  const git = async (...args: string[]) => (await runTool("git", args)).trim();
  const isChanged = await git("status", "--porcelain") !== "";
  return `${await git("rev-parse", "--short", "HEAD")}${isChanged ? "+" : ""}`;
}
