import { deepEqual } from "assert";
import fc from "fast-check";
import type { Row, Value } from "../../lib/records/data_type.ts";
import { type Micros, microsOf } from "../../lib/records/values/micros.ts";
import { WINDOW_TYPE } from "../../lib/sql/functions/time/window_types.ts";
import type { AggregatePlan, OutputMode } from "../../lib/sql/plan.ts";
import { DeduplicateOperator, type Verdict } from "../../lib/stream/operators/deduplicate.ts";
import { aggregateOperator } from "../../lib/stream/operators/operators_of.ts";
import { PartialAggregate } from "../../lib/stream/aggregates/partial_aggregate.ts";
import type { StatefulOperator } from "../../lib/stream/operators/operator.ts";
import { StateMirror, textOf } from "../support/state_mirror.ts";

const MINUTE_MS = 60_000;
const GAP = 5;
const SIZE = 10;

interface Event {
  readonly key: string | null;
  readonly minute: number;
  /** Which of two workers reads it. */
  readonly worker: number;
}

const events = fc.array(
  fc.record<Event>({
    key: fc.constantFrom("a", "b", null),
    minute: fc.nat(60),
    worker: fc.nat(1),
  }),
  { maxLength: 12 },
);

/** The minute that a run begins with: 1970, where times become bigints, or the year 10000. */
const origins = fc.constantFrom(0, Math.floor(2 ** 53 / 60_000_000) - 30, Date.UTC(10_000, 0, 1) / MINUTE_MS);

function timeAt(origin: number, minute: number): Micros {
  return microsOf(BigInt(origin + minute) * 60_000_000n);
}

/** Batches, each with how far the watermark has come in minutes, and whether the process dies behind it. */
const runs = fc.array(
  fc.record({ events, advance: fc.nat(12), dies: fc.boolean(), isReversed: fc.boolean() }),
  { minLength: 1, maxLength: 8 },
);

const CALLS: AggregatePlan["calls"] = [
  { name: "count", args: [], argTypes: [], type: "BIGINT" },
  { name: "sum", args: [2], argTypes: ["BIGINT"], type: "BIGINT" },
  { name: "collect_list", args: [2], argTypes: ["BIGINT"], type: { kind: "ARRAY", element: "BIGINT" } },
];
const WINDOWS: AggregatePlan = {
  keys: ["STRING", WINDOW_TYPE],
  calls: CALLS,
  eviction: { key: 1, of: "window end" },
};
const SESSIONS: AggregatePlan = { ...WINDOWS, sessionKey: 1 };

/** What a naive engine keeps of an event: its group, by start and end in minutes. */
interface Kept {
  readonly key: string | null;
  start: number;
  end: number;
  readonly minutes: readonly number[];
}

/** A naive engine: how an event becomes a group, and which of them are one. */
type Join = (groups: readonly Kept[]) => Kept[];

const windowOf = ({ key, minute }: Event): Kept => {
  const start = minute - minute % SIZE;
  return { key, start, end: start + SIZE, minutes: [minute] };
};
const sessionOf = ({ key, minute }: Event): Kept => ({
  key,
  start: minute,
  end: minute + GAP,
  minutes: [minute],
});

/** Joins groups as long as two of a key are to be one. */
function joining(areOne: (left: Kept, right: Kept) => boolean): Join {
  return (groups) => {
    const joined: Kept[] = [];
    for (let rest = [...groups]; rest.length > 0;) {
      const first = rest.shift()!;
      const other = rest.findIndex((group) => group.key === first.key && areOne(first, group));
      if (other < 0) {
        joined.push(first);
        continue;
      }
      const second = rest[other]!;
      const minutes = [...first.minutes, ...second.minutes];
      const [start, end] = [Math.min(first.start, second.start), Math.max(first.end, second.end)];
      rest = [{ key: first.key, start, end, minutes }, ...rest.toSpliced(other, 1), ...joined.splice(0)];
    }
    return joined;
  };
}

const sameWindow = joining((left, right) => left.start === right.start);
const meeting = joining((left, right) => left.start <= right.end && right.start <= left.end);

/** The row of a group, its list in order. */
function rowText([key, window, count, sum, list]: readonly Value[]): string {
  const sorted = [...list as readonly bigint[]].sort((left, right) => Number(left - right));
  return textOf([key!, window!, count!, sum!, sorted]);
}

function keptText({ key, start, end, minutes }: Kept, origin: number): string {
  const sum = minutes.reduce((left, right) => left + right, 0);
  const window = [timeAt(origin, start), timeAt(origin, end)];
  return rowText([key, window, BigInt(minutes.length), BigInt(sum), minutes.map(BigInt)]);
}

/** What two workers read in a batch. */
interface Reading {
  readonly plan: AggregatePlan;
  readonly batch: readonly Event[];
  readonly origin: number;
}

function merge(operator: StatefulOperator, { plan, batch, origin }: Reading): void {
  for (const worker of [0, 1]) {
    const partial = new PartialAggregate(plan);
    for (const event of batch.filter((each) => each.worker === worker)) {
      const { key, start, end } = plan.sessionKey === undefined ? windowOf(event) : sessionOf(event);
      const row: Row = [key, [timeAt(origin, start), timeAt(origin, end)], BigInt(event.minute)];
      partial.add(row);
    }
    operator.process({ kind: "partials", groups: partial.drain() }, 0);
  }
}

/** Runs the batches through the state, which dies and comes back, and through the naive engine. */
function compareGroups(plan: AggregatePlan, mode: OutputMode, join: Join): void {
  const isSession = plan.sessionKey !== undefined;
  fc.assert(fc.property(runs, origins, (batches, origin) => {
    let operator = aggregateOperator(plan, mode);
    const mirror = new StateMirror();
    let kept: Kept[] = [];
    let [late, watermark] = [-Infinity, 0];
    for (const { events, advance, dies, isReversed } of batches) {
      const watermarks = {
        lateMs: late === -Infinity ? undefined : (origin + late) * MINUTE_MS,
        evictionMs: (origin + watermark) * MINUTE_MS,
      };
      const { state } = operator;
      operator.begin(watermarks);
      merge(operator, { plan, batch: events, origin });
      const given = [...operator.finish().rows].map(rowText).sort();
      mirror.apply(state);

      const groups = events.map(isSession ? sessionOf : windowOf);
      const accepted = groups.filter(({ end }) => mode === "complete" && !isSession || end > late);
      kept = join([...kept, ...accepted]);
      const passed = mode === "complete" ? [] : kept.filter(({ end }) => end <= watermark);
      const changed = kept.filter((group) => accepted.some((each) => isPartOf(each, group)));
      const expected = mode === "append" ? passed : mode === "update" ? changed : kept;
      deepEqual(given, expected.map((group) => keptText(group, origin)).sort());
      kept = kept.filter((group) => !passed.includes(group));
      deepEqual(state.size, kept.length);
      const same = aggregateOperator(plan, mode).state;
      for (const { key, value } of state.entries()) same.restore(key, structuredClone([...value!]));
      deepEqual(state.memoryBytes, same.memoryBytes, "what it takes follows from what it holds");

      late = watermark;
      watermark += advance;
      if (!dies) continue;
      operator = aggregateOperator(plan, mode);
      mirror.restore(operator.state, isReversed);
    }
  }));
}

function isPartOf(part: Kept, whole: Kept): boolean {
  return part.key === whole.key && part.start >= whole.start && part.end <= whole.end;
}

for (const mode of ["append", "update", "complete"] as const) {
  Deno.test(`Groups of ${mode} mode are those of a naive engine, whenever the process dies`, () => {
    compareGroups(WINDOWS, mode, sameWindow);
  });
}

for (const mode of ["append", "complete"] as const) {
  Deno.test(`Sessions of ${mode} mode are those of a naive engine, whenever the process dies`, () => {
    compareGroups(SESSIONS, mode, meeting);
  });
}

Deno.test("A key is a duplicate as long as a naive engine remembers it, whenever the process dies", () => {
  const DELAY = 7;
  const open = () => new DeduplicateOperator(["STRING"], DELAY * MINUTE_MS);
  fc.assert(fc.property(runs, origins, (batches, origin) => {
    let operator = open();
    const mirror = new StateMirror();
    let kept: { readonly key: string | null; readonly expiry: number }[] = [];
    let [late, watermark] = [-Infinity, 0];
    for (const { events, advance, dies, isReversed } of batches) {
      const watermarks = {
        lateMs: late === -Infinity ? undefined : (origin + late) * MINUTE_MS,
        evictionMs: (origin + watermark) * MINUTE_MS,
      };
      const { state } = operator;
      operator.begin(watermarks);
      for (const { key, minute } of events) {
        const isKnown = kept.some((other) => other.key === key);
        const expected: Verdict = minute <= late ? "late" : isKnown ? "duplicate" : "first";
        deepEqual(operator.classify([key], timeAt(origin, minute)), expected);
        if (expected === "first") kept.push({ key, expiry: minute + DELAY });
      }
      operator.finish();
      mirror.apply(state);
      const same = open().state;
      for (const { key, value } of state.entries()) same.restore(key, value!);
      deepEqual(state.memoryBytes, same.memoryBytes);
      kept = kept.filter(({ expiry }) => expiry > watermark);
      deepEqual(state.size, kept.length);

      late = watermark;
      watermark += advance;
      if (!dies) continue;
      operator = open();
      mirror.restore(operator.state, isReversed);
    }
  }));
});
