/** From rows to the figures of a chart. */
import type { Cell } from "../data/model.ts";
import { cellText, numberOf, timeOf } from "./columns.ts";

type Row = readonly Cell[];

/** A line over event time. */
export interface NamedValues {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** Lines that share their times. */
export interface Pivot {
  readonly timesMs: readonly number[];
  /** The largest first; the last one is what is left, if there is more. */
  readonly lines: readonly NamedValues[];
}

/** The name of what is not among the largest. */
export const OTHERS = "Others";

/**
 * Lines over time, one for each of the largest names; the others are summed. `missing` stands where a name has no
 * row at a time: zero for counts, null for what cannot be added.
 */
export function pivot(
  rows: readonly Row[],
  { time, name, value, missing, linesMax }: {
    readonly time: number;
    readonly name: number | null;
    readonly value: number;
    readonly missing: 0 | null;
    readonly linesMax: number;
  },
): Pivot {
  const sums = new Map<string, number>();
  const byTime = new Map<number, Map<string, number>>();
  for (const row of rows) {
    const [ms, amount] = [timeOf(row[time]), numberOf(row[value])];
    if (ms === null || amount === null) continue;
    const key = name === null ? "" : cellText(row[name]);
    sums.set(key, (sums.get(key) ?? 0) + amount);
    if (!byTime.has(ms)) byTime.set(ms, new Map());
    const at = byTime.get(ms)!;
    at.set(key, (at.get(key) ?? 0) + amount);
  }
  const timesMs = [...byTime.keys()].toSorted((one, other) => one - other);
  const names = [...sums].toSorted(([, one], [, other]) => other - one).map(([key]) => key);
  const shown = names.slice(0, linesMax);
  const lines = shown.map((key) => ({
    name: key,
    values: timesMs.map((ms) => byTime.get(ms)!.get(key) ?? missing),
  }));
  const others = new Set(names.slice(linesMax));
  // What cannot be added, such as an average, has no sum of others.
  if (others.size === 0 || missing === null) return { timesMs, lines };
  const rest = timesMs.map((ms) => {
    let sum = 0;
    for (const [key, amount] of byTime.get(ms)!) if (others.has(key)) sum += amount;
    return sum;
  });
  return { timesMs, lines: [...lines, { name: OTHERS, values: rest }] };
}

/** The same lines without their first time, as a limit may have cut off rows of it. */
export function withoutCutTime({ timesMs, lines }: Pivot): Pivot {
  return {
    timesMs: timesMs.slice(1),
    lines: lines.map(({ name, values }) => ({ name, values: values.slice(1) })),
  };
}

/** A step that is this many times the shortest one is a gap. */
const GAP_STEPS = 3;

/** The same lines, interrupted where there is nothing for a while, so that none is drawn across. */
export function interrupted({ timesMs, lines }: Pivot): Pivot {
  const steps = timesMs.slice(1).map((ms, index) => ms - timesMs[index]!);
  const shortest = Math.min(...steps);
  const gaps = new Set(steps.flatMap((step, index) => step > GAP_STEPS * shortest ? [index] : []));
  const widened = <T>(values: readonly T[], between: (before: T) => T) =>
    values.flatMap((value, index) => gaps.has(index) ? [value, between(value)] : [value]);
  return {
    timesMs: widened(timesMs, (before) => before + shortest),
    lines: lines.map(({ name, values }) => ({ name, values: widened(values, () => null) })),
  };
}

/** A bar. */
export interface Bar {
  readonly name: string;
  readonly value: number;
}

/** The bars of rows, in their order. */
export function barsOf(
  rows: readonly Row[],
  { name, value }: { readonly name: number; readonly value: number },
): Bar[] {
  return rows.flatMap((row) => {
    const amount = numberOf(row[value]);
    return amount === null ? [] : [{ name: cellText(row[name]), value: amount }];
  });
}

/** How often each value of a column occurs, the most frequent first. */
export function countsOf(rows: readonly Row[], column: number): Bar[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const name = cellText(row[column]);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, value]) => ({ name, value })).toSorted((one, other) =>
    other.value - one.value
  );
}

/** The days of a heat map, in its order. */
export const WEEKDAYS = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;

/** Values by day (from Monday) and hour; null where there is no row. */
export type HeatMap = readonly (readonly (number | null)[])[];

/**
 * The cells of a heat map. Days are names, or numbers as Spark's `dayofweek` has them (1 is Sunday) or as its
 * `weekday` has them (0 is Monday): `firstDay` says which.
 */
export function heatMapOf(
  rows: readonly Row[],
  { hour, weekday, value, firstDay }: {
    readonly hour: number;
    readonly weekday: number;
    readonly value: number;
    readonly firstDay: "sunday is 1" | "monday is 0";
  },
): HeatMap {
  const map = WEEKDAYS.map(() => new Array<number | null>(24).fill(null));
  for (const row of rows) {
    const at = numberOf(row[hour]);
    const day = dayOf(row[weekday], firstDay);
    const amount = numberOf(row[value]);
    if (at === null || day === null || amount === null || map[day]?.[at] === undefined) continue;
    map[day]![at] = (map[day]![at] ?? 0) + amount;
  }
  return map;
}

function dayOf(cell: Cell | undefined, firstDay: "sunday is 1" | "monday is 0"): number | null {
  const number = numberOf(cell);
  if (number !== null) return firstDay === "monday is 0" ? number : (number + 5) % 7;
  if (typeof cell !== "string" || cell.length < 3) return null;
  const index = WEEKDAYS.findIndex((day) => day.toLowerCase().startsWith(cell.slice(0, 3).toLowerCase()));
  return index === -1 ? null : index;
}
