/** What every stateful operator does, whatever it computes: the laws of its contract, over random batches. */
import { deepEqual, ok } from "assert";
import fc from "fast-check";
import { UTC } from "../../lib/base/time_zone.ts";
import type { Row, Value } from "../../lib/records/data_type.ts";
import { WINDOW_TYPE } from "../../lib/sql/functions/time/window_types.ts";
import type { AggregatePlan, JoinSidePlan, OutputMode, StreamJoinType } from "../../lib/sql/plan.ts";
import { PartialAggregate } from "../../lib/stream/aggregates/partial_aggregate.ts";
import { DeduplicateOperator } from "../../lib/stream/operators/deduplicate.ts";
import { LimitOperator } from "../../lib/stream/operators/limit.ts";
import { metricsOf, type OperatorInput, type StatefulOperator } from "../../lib/stream/operators/operator.ts";
import { aggregateOperator } from "../../lib/stream/operators/operators_of.ts";
import { StreamJoinOperator } from "../../lib/stream/operators/stream_join/stream_join.ts";
import type { KeyedState, StateEntry } from "../../lib/stream/state/state_store.ts";
import type { BatchWatermarks } from "../../lib/stream/time/watermark.ts";
import { textOf } from "../support/state_mirror.ts";

const MINUTE_MICROS = 60_000_000;
const MINUTE_MS = 60_000;
const GAP = 5;
const SIZE = 10;
/** Of each law for each operator: others each time. */
const RUNS = 40;

interface Event {
  readonly key: string | null;
  readonly minute: number;
}

/** Batches, each with how many minutes the watermark advances before the next one. */
const runs = fc.array(
  fc.record({
    events: fc.array(
      fc.record<Event>({ key: fc.constantFrom("a", "b", "c", null), minute: fc.nat(60) }),
      { maxLength: 10 },
    ),
    advance: fc.nat(15),
  }),
  { minLength: 1, maxLength: 8 },
);

/** An operator, and events as its input. */
interface Subject {
  readonly open: () => StatefulOperator;
  /** Ways to hand over the same events. */
  readonly ways: readonly ((events: readonly Event[]) => OperatorInput)[];
  /** Whether every other event is for the second port. */
  readonly isJoin?: true;
  /** When an entry expires, in microseconds; absent if nothing does. */
  readonly expiryOf?: (entry: StateEntry) => Value;
}

const keyedRows = (events: readonly Event[]): OperatorInput => ({
  kind: "keyed rows",
  rows: {
    keys: events.map(({ key }) => [key]),
    times: events.map(({ minute }) => minute * MINUTE_MICROS),
    // The branch has dropped some of the rows, and made two of others.
    rowCounts: events.map(({ minute }) => minute % 3),
    rows: events.flatMap(({ key, minute }) => Array.from({ length: minute % 3 }, (): Row => [key, minute])),
  },
});

const plainRows = (events: readonly Event[]): OperatorInput => ({
  kind: "rows",
  rows: events.map(({ key, minute }) => [key, minute]),
});

/** Aggregates that count, add up, and collect: in place, in a number, and in a list. */
const CALLS: AggregatePlan["calls"] = [
  { name: "count", args: [], argTypes: [], type: "BIGINT" },
  { name: "sum", args: [2], argTypes: ["BIGINT"], type: "BIGINT" },
  { name: "collect_list", args: [2], argTypes: ["BIGINT"], type: { kind: "ARRAY", element: "BIGINT" } },
];

function aggregate(plan: AggregatePlan, mode: OutputMode, rowOf: (event: Event) => Row): Subject {
  const partials = (events: readonly Event[]): OperatorInput => {
    const partial = new PartialAggregate(plan);
    for (const event of events) partial.add(rowOf(event));
    return { kind: "partials", groups: partial.drain() };
  };
  return {
    open: () => aggregateOperator(plan, mode),
    ways: [partials, (events) => ({ kind: "rows", rows: events.map(rowOf) })],
  };
}

function windowed(length: number, startOf: (minute: number) => number): (event: Event) => Row {
  return ({ key, minute }) => {
    const start = startOf(minute);
    return [key, [start * MINUTE_MICROS, (start + length) * MINUTE_MICROS], BigInt(minute)];
  };
}

const WINDOWS: AggregatePlan = {
  keys: ["STRING", WINDOW_TYPE],
  calls: CALLS,
  eviction: { key: 1, of: "window end" },
};
const SESSIONS: AggregatePlan = { ...WINDOWS, sessionKey: 1 };
const EVENT_TIMES: AggregatePlan = {
  keys: ["STRING", "TIMESTAMP"],
  calls: CALLS,
  eviction: { key: 1, of: "time" },
};
const inWindow = windowed(SIZE, (minute) => minute - minute % SIZE);
const inSession = windowed(GAP, (minute) => minute);
const windowEnd = ({ key }: StateEntry): Value => (key[1] as readonly Value[])[1]!;
const timeOfEither = ({ value }: StateEntry): Value => value![2] ?? value![4]!;
const firstValue = ({ value }: StateEntry): Value => value![0]!;

function join(type: StreamJoinType): Subject {
  const side: JoinSidePlan = {
    columns: ["STRING", "TIMESTAMP"],
    keys: [0],
    eventTime: { slot: 1, of: "time" },
    expiry: { slot: 1, of: "time", bounds: [{ offsetMicros: 0, exclusive: false }] },
  };
  return {
    open: () => new StreamJoinOperator({ type, left: side, right: side }, UTC),
    ways: [
      (events) => ({ kind: "rows", rows: events.map(({ key, minute }) => [key, minute * MINUTE_MICROS]) }),
    ],
    isJoin: true,
  };
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  deduplicate: {
    open: () => new DeduplicateOperator(["STRING"], 7 * MINUTE_MS),
    ways: [keyedRows],
    expiryOf: firstValue,
  },
  "windows, append": { ...aggregate(WINDOWS, "append", inWindow), expiryOf: windowEnd },
  "windows, update": { ...aggregate(WINDOWS, "update", inWindow), expiryOf: windowEnd },
  "windows, complete": aggregate(WINDOWS, "complete", inWindow),
  "event times, append": {
    ...aggregate(EVENT_TIMES, "append", ({ key, minute }) => [key, minute * MINUTE_MICROS, BigInt(minute)]),
    expiryOf: ({ key }) => key[1]!,
  },
  "sessions, append": { ...aggregate(SESSIONS, "append", inSession), expiryOf: firstValue },
  "sessions, complete": aggregate(SESSIONS, "complete", inSession),
  "without keys": aggregate(
    { keys: [], calls: CALLS },
    "update",
    ({ minute }) => [null, null, BigInt(minute)],
  ),
  limit: { open: () => new LimitOperator(12), ways: [plainRows] },
  "join of streams, inner": { ...join("INNER"), expiryOf: timeOfEither },
  "join of streams, left": { ...join("LEFT"), expiryOf: timeOfEither },
  "join of streams, full": { ...join("FULL"), expiryOf: timeOfEither },
  "join of streams, semi": { ...join("LEFT SEMI"), expiryOf: timeOfEither },
};

/** What can be seen of a batch from outside. */
interface Seen {
  readonly output: readonly string[];
  readonly evicted: readonly string[];
  readonly metrics: Readonly<Record<string, unknown>>;
}

function runBatch(
  operator: StatefulOperator,
  inputs: readonly OperatorInput[],
  watermarks: BatchWatermarks,
): Seen {
  operator.begin(watermarks);
  const output = inputs.flatMap((input, port) => [...operator.process(input, port)]);
  const { rows, evicted = [] } = operator.finish();
  output.push(...rows);
  return {
    output: output.map(textOf).sort(),
    evicted: [...evicted].map(textOf).sort(),
    metrics: { ...metricsOf(operator) },
  };
}

/** The input of each port. */
function inputsOf(
  { isJoin }: Subject,
  way: Subject["ways"][number],
  events: readonly Event[],
): readonly OperatorInput[] {
  if (isJoin === undefined) return [way(events)];
  return [0, 1].map((port) => way(events.filter((_event, index) => index % 2 === port)));
}

/** The entries of a state by key, as a checkpoint would store them: what changes later is not theirs. */
function stored(
  entries: Iterable<StateEntry>,
  onto = new Map<string, StateEntry>(),
): Map<string, StateEntry> {
  for (const { key, value } of entries) {
    if (value === undefined) onto.delete(textOf(key));
    else onto.set(textOf(key), structuredClone({ key: [...key], value: [...value] }));
  }
  return onto;
}

function restored({ open }: Subject, entries: Iterable<StateEntry>): StatefulOperator {
  const operator = open();
  for (const { key, value } of structuredClone([...entries])) operator.state.restore(key, value!);
  return operator;
}

const contentOf = (state: KeyedState) => ({
  entries: new Map([...stored(state.entries())].sort()),
  size: state.size,
  memoryBytes: state.memoryBytes,
});

/** Calls the law after each batch of random runs. */
function afterEachBatch(
  subject: Subject,
  law: (batch: {
    readonly operator: StatefulOperator;
    readonly events: readonly Event[];
    readonly watermarks: BatchWatermarks;
    readonly before: ReadonlyMap<string, StateEntry>;
    readonly seen: Seen;
  }) => void,
): void {
  const property = fc.property(runs, (batches) => {
    const operator = subject.open();
    let watermarks: BatchWatermarks = { lateMs: undefined, evictionMs: 0 };
    for (const { events, advance } of batches) {
      const before = stored(operator.state.entries());
      const seen = runBatch(operator, inputsOf(subject, subject.ways[0]!, events), watermarks);
      law({ operator, events, watermarks, before, seen });
      const { evictionMs } = watermarks;
      watermarks = { lateMs: evictionMs, evictionMs: evictionMs! + advance * MINUTE_MS };
    }
  });
  fc.assert(property, { numRuns: RUNS });
}

for (const [name, subject] of Object.entries(SUBJECTS)) {
  Deno.test(`State that is restored from its entries is the same: ${name}`, () => {
    afterEachBatch(subject, ({ operator: { state } }) => {
      deepEqual(contentOf(restored(subject, state.entries()).state), contentOf(state));
      for (const { key, value } of state.entries()) {
        deepEqual([key.length, value!.length], [state.keyTypes.length, state.valueTypes.length]);
      }
    });
  });

  Deno.test(`The entries before a batch, with its changes, are the entries after it: ${name}`, () => {
    afterEachBatch(subject, ({ operator: { state }, before }) => {
      deepEqual(stored(state.changes(), new Map(before)), stored(state.entries()));
    });
  });

  Deno.test(`A batch that runs again on restored state has the same output and changes: ${name}`, () => {
    afterEachBatch(subject, ({ operator, events, watermarks, before, seen }) => {
      for (const way of subject.ways) {
        const again = restored(subject, before.values());
        deepEqual(runBatch(again, inputsOf(subject, way, events), watermarks), seen);
        deepEqual(stored(again.state.changes()), stored(operator.state.changes()));
      }
    });
  });

  const { expiryOf } = subject;
  if (expiryOf === undefined) continue;
  Deno.test(`No key is left that the watermark has passed: ${name}`, () => {
    afterEachBatch(subject, ({ operator: { state }, watermarks: { evictionMs } }) => {
      for (const entry of state.entries()) ok(Number(expiryOf(entry)) > evictionMs! * 1_000);
    });
  });
}
