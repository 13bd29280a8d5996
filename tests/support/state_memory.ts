/**
 * Makes state of one kind in a process of its own, and prints what it is estimated to take and what the process really
 * takes for it. Its one argument is the name of the kind.
 */
import { UTC } from "../../lib/base/time_zone.ts";
import type { DataType, Row, Value } from "../../lib/records/data_type.ts";
import type { AggregateCall, AggregatePlan, JoinSidePlan } from "../../lib/sql/plan.ts";
import { DeduplicateOperator } from "../../lib/stream/operators/deduplicate.ts";
import { aggregateOperator } from "../../lib/stream/operators/operators_of.ts";
import { StreamJoinOperator } from "../../lib/stream/operators/stream_join/stream_join.ts";
import { PartialAggregate } from "../../lib/stream/aggregates/partial_aggregate.ts";
import { heapBytes } from "./heap.ts";
import { packedBytes } from "./packed_memory.ts";

/** What a kind of state takes. */
export interface StateMemory {
  readonly estimate: number;
  /** Of the heap with packed memory, and of the whole process, more than before there was state. */
  readonly heap: number;
  readonly process: number;
}

/** Makes state, and gives what it is estimated to take. The state has to stay reachable. */
type Make = () => { readonly state: unknown; readonly bytes: () => number };

const NO_WATERMARK = { lateMs: undefined, evictionMs: undefined };
const HOUR_MICROS = 3_600_000_000;
const GAP_MICROS = 1_000_000;
const WINDOW: DataType = {
  kind: "STRUCT",
  fields: [{ name: "start", type: "TIMESTAMP" }, { name: "end", type: "TIMESTAMP" }],
};

function call(name: string, argTypes: readonly DataType[], type: DataType, first = 0): AggregateCall {
  return { name, args: argTypes.map((_type, index) => first + index), argTypes, type };
}

/** A string that shares no memory with others, as those do that come out of a message. */
function text(prefix: string, index: number, length: number): string {
  return structuredClone(`${prefix}${index}`.padEnd(length, "-"));
}

/**
 * Groups of one row each or of several, `batch` of them at a time: each takes its keys, and the arguments of the calls
 * for each of its rows.
 */
function groups(
  plan: AggregatePlan,
  { count, rows = 1, keys, args }: {
    readonly count: number;
    readonly rows?: number;
    readonly keys: (index: number) => Value[];
    readonly args: (index: number, row: number) => Value[];
  },
): ReturnType<Make> {
  // The stage row begins with the keys.
  const after = plan.keys.length;
  const calls = plan.calls.map((call) => ({ ...call, args: call.args.map((slot) => after + slot) }));
  const operator = aggregateOperator({ ...plan, calls }, "update");
  const partial = new PartialAggregate({ ...plan, calls });
  operator.begin(NO_WATERMARK);
  for (let index = 0; index < count; index++) {
    for (let row = 0; row < rows; row++) partial.add([...keys(index), ...args(index, row)]);
    operator.process({ kind: "partials", groups: partial.drain() }, 0);
  }
  return { state: operator, bytes: () => operator.state.memoryBytes };
}

/** Rows of a join of streams, half of them on either side, each key with one of them on each. */
function joined(count: number): ReturnType<Make> {
  const side: JoinSidePlan = {
    columns: ["STRING", "TIMESTAMP", "STRING"],
    keys: [0],
    eventTime: { slot: 1, of: "time" },
    expiry: { slot: 1, of: "time", bounds: [{ offsetMicros: 0, exclusive: false }] },
  };
  const operator = new StreamJoinOperator({ type: "LEFT", left: side, right: side }, UTC);
  operator.begin(NO_WATERMARK);
  for (const port of [0, 1]) {
    const rows = Array.from({ length: count / 2 }, (_none, index): Row => [
      text("id", index, 20),
      1.5e15 + index * GAP_MICROS,
      text("unit", index, 30),
    ]);
    operator.process({ kind: "rows", rows }, port);
  }
  let pairs = 0;
  for (const _pair of operator.finish().rows) pairs++;
  operator.begin(NO_WATERMARK);
  return { state: [operator, pairs], bytes: () => operator.state.memoryBytes };
}

const COUNT = call("count", [], "BIGINT");
const bySTRING = (...calls: readonly AggregateCall[]): AggregatePlan => ({ keys: ["STRING"], calls });
const id = (index: number): Value[] => [text("id", index, 20)];

/** The kinds, by name. */
export const STATE_KINDS: Readonly<Record<string, Make>> = {
  "rows of a join": () => joined(100_000),
  counts: () => groups(bySTRING(COUNT), { count: 100_000, keys: id, args: () => [] }),
  "long keys": () =>
    groups(bySTRING(COUNT), { count: 20_000, keys: (index) => [text("id", index, 2_000)], args: () => [] }),
  "keys of other scripts": () =>
    groups(bySTRING(COUNT), { count: 20_000, keys: (index) => [text("Ж", index, 1_000)], args: () => [] }),
  "keys of two columns": () =>
    groups({ keys: ["STRING", "BIGINT"], calls: [COUNT] }, {
      count: 100_000,
      keys: (index) => [...id(index), BigInt(index)],
      args: () => [],
    }),
  windows: () =>
    groups({ keys: [WINDOW, "STRING"], calls: [COUNT], eviction: { key: 0, of: "window end" } as never }, {
      count: 100_000,
      keys: (
        index,
      ) => [
        [Math.floor(index / 100) * HOUR_MICROS, (Math.floor(index / 100) + 1) * HOUR_MICROS],
        ...id(index),
      ],
      args: () => [],
    }),
  "lists of texts": () =>
    groups(bySTRING(call("collect_list", ["STRING"], { kind: "ARRAY", element: "STRING" })), {
      count: 1_000,
      rows: 100,
      keys: id,
      args: (index, row) => [text(`${index}-`, row, 100)],
    }),
  "sets of texts": () =>
    groups(bySTRING(call("collect_set", ["STRING"], { kind: "ARRAY", element: "STRING" })), {
      count: 1_000,
      rows: 100,
      keys: id,
      args: (index, row) => [text(`${index}-`, row, 30)],
    }),
  "least and greatest texts": () =>
    groups(bySTRING(call("min", ["STRING"], "STRING"), call("max", ["STRING"], "STRING")), {
      count: 20_000,
      rows: 2,
      keys: id,
      args: (index, row) => [text(`${row}-${index}-`, row, 500)],
    }),
  sums: () =>
    groups(bySTRING(call("sum", ["BIGINT"], "BIGINT"), call("avg", ["DOUBLE"], "DOUBLE", 1)), {
      count: 100_000,
      rows: 2,
      keys: id,
      args: (index, row) => [BigInt(index) * 1_000_000_007n + BigInt(row), index + 0.25],
    }),
  "approx_count_distinct of many": () =>
    groups(bySTRING(call("approx_count_distinct", ["BIGINT"], "BIGINT")), {
      count: 2_000,
      rows: 300,
      keys: id,
      args: (index, row) => [BigInt(index * 300 + row)],
    }),
  "approx_count_distinct of few": () =>
    groups(bySTRING(call("approx_count_distinct", ["BIGINT"], "BIGINT")), {
      count: 50_000,
      rows: 5,
      keys: id,
      args: (index, row) => [BigInt(index * 5 + row)],
    }),
  sessions: () =>
    groups({ keys: ["STRING", WINDOW], calls: [COUNT], sessionKey: 1 }, {
      count: 50_000,
      keys: (index) => [...id(index), [index * GAP_MICROS * 3, (index * 3 + 1) * GAP_MICROS]],
      args: () => [],
    }),
  "sessions of few keys": () =>
    groups({ keys: ["STRING", WINDOW], calls: [COUNT], sessionKey: 1 }, {
      count: 50_000,
      keys: (index) => [...id(index % 10), [index * GAP_MICROS * 3, (index * 3 + 1) * GAP_MICROS]],
      args: () => [],
    }),
  deduplication: () => {
    const operator = new DeduplicateOperator(["STRING"], 60_000);
    operator.begin(NO_WATERMARK);
    for (let index = 0; index < 100_000; index++) operator.classify(id(index), index * 1_000_000);
    operator.finish();
    operator.begin(NO_WATERMARK);
    return { state: operator, bytes: () => operator.state.memoryBytes };
  },
};

if (import.meta.main) {
  const make = STATE_KINDS[Deno.args[0]!]!;
  const [heap, process] = [heapBytes(), Deno.memoryUsage().rss];
  const { state, bytes } = make();
  const estimate = bytes();
  const after: StateMemory = {
    estimate,
    heap: heapBytes() - heap + packedBytes(),
    process: Deno.memoryUsage().rss - process,
  };
  // Without this nothing would keep the state until here.
  if (state === undefined) throw new Error("no state");
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(after)));
}
