/** A row of the table: what it needs to run, how its figures come about, and what they should be. */
import type { Sizes } from "./contenders.ts";
import type { EmbeddedCalls } from "./embedded_calls.ts";
import type { Results } from "./race.ts";
import { figure } from "./table.ts";
import type { Workbench } from "./workbench.ts";

/** A line of the table. */
export interface Line {
  readonly work: string;
  readonly value: number;
  readonly unit: string;
  /** The figures that the value comes from. */
  readonly from: string;
  /** What was set out to reach; lines without it are there to compare. */
  readonly target?: Target;
}

/** A bound that has to be reached, and one that would be better. */
export interface Target {
  readonly atLeast: number;
  readonly aim: number;
  /** Whether less is better. */
  readonly isMost: boolean;
}

/** What a row's figures come from. */
export interface Measurements {
  readonly bench: Workbench;
  readonly sizes: Sizes;
  readonly results: Results;
  readonly embedded: EmbeddedCalls;
  /** How long to look at what goes on by itself. */
  readonly seconds: { readonly delay: number; readonly idle: number };
  readonly state: { readonly keys: number; readonly touched: number; readonly rounds: number };
}

/** A row, by which `--only` names it. */
export interface Row {
  /** Who has to run in the race for it. */
  readonly needs: readonly string[];
  /** The lines; none of them where one that it needs cannot run here. */
  lines(measured: Measurements): Line[] | Promise<Line[]>;
}

/** A target that is met by so much, or more. */
export const least = (atLeast: number, aim: number): Target => ({ atLeast, aim, isMost: false });

/** A target that is met by so much, or less. */
export const most = (atMost: number, aim: number): Target => ({ atLeast: atMost, aim, isMost: true });

/** A time, as the table has it. */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

/** Two contenders that do the same work. */
export interface Pair {
  readonly long: string;
  readonly short: string;
}

/** A value with its unit, and the figures that it comes from. */
type Figure = Pick<Line, "value" | "unit" | "from">;

/** How many times as long one takes as the other. */
export function ratio(results: Results, { long, short }: Pair): Figure {
  const [longMs, shortMs] = [results.median(long), results.median(short)];
  return { value: longMs / shortMs, unit: "×", from: `${seconds(longMs)} / ${seconds(shortMs)}` };
}

/** A row of two that do the same. */
export function race(
  { work, ...pair }: Pair & { readonly work: string | ((sizes: Sizes) => string) },
  target?: Target,
): Row {
  return {
    needs: [pair.long, pair.short],
    lines: ({ results, sizes }) => [{
      work: typeof work === "string" ? work : work(sizes),
      ...ratio(results, pair),
      ...(target === undefined ? {} : { target }),
    }],
  };
}

/** Records a second that so many more records add, start-up taken out. */
export function marginal(results: Results, { more, long, short }: Pair & { readonly more: number }): number {
  return more * 1_000 / (results.median(long) - results.median(short));
}

/** How many times as many records a second one does as the other. */
export function rateRatio(fast: number, slow: number): Figure {
  const perSecond = (rate: number) => `${figure(Math.round(rate))}/s`;
  return { value: fast / slow, unit: "×", from: `${perSecond(fast)} / ${perSecond(slow)}` };
}

/** A row of the most memory that ours takes, beside Spark's. */
export function memory(
  { work, ours, spark }: { readonly work: string; readonly ours: string; readonly spark: string },
  target: Target,
): Row {
  return {
    needs: [ours, spark],
    lines: ({ results }) => [{
      work,
      value: results.median(ours, "peakMiB"),
      unit: " MiB",
      from: `Spark ${figure(Math.round(results.median(spark, "peakMiB")))} MiB`,
      target,
    }],
  };
}
