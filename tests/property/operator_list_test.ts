/** Lists of operators that no plan makes yet, against naive engines: what a chain and a join will rest on. */
// In an isolate of its own: it measures the heap.
import { deepEqual, ok } from "assert";
import fc from "fast-check";
import type { Row, Value } from "../../lib/records/data_type.ts";
import { WINDOW_TYPE } from "../../lib/sql/functions/time/window_types.ts";
import type { AggregatePlan } from "../../lib/sql/plan.ts";
import { DeduplicateOperator } from "../../lib/stream/operators/deduplicate.ts";
import type { KeyedRows } from "../../lib/stream/operators/exchange.ts";
import { LimitOperator } from "../../lib/stream/operators/limit.ts";
import type { Operator, OperatorInput } from "../../lib/stream/operators/operator.ts";
import { type OperatorGraph, OperatorList } from "../../lib/stream/operators/operator_list.ts";
import { aggregateOperator } from "../../lib/stream/operators/operators_of.ts";
import type { BatchWatermarks } from "../../lib/stream/time/watermark.ts";
import { heapBytes } from "../support/heap.ts";
import { textOf } from "../support/state_mirror.ts";

const MINUTE_MICROS = 60_000_000;
const MINUTE_MS = 60_000;
const DELAY = 7;
const ROWS_MAX = 9;

interface Event {
  readonly id: string;
  readonly minute: number;
}

const runs = fc.array(
  fc.record({
    events: fc.array(
      fc.record<Event>({ id: fc.constantFrom("a", "b", "c", "d"), minute: fc.nat(80) }),
      { maxLength: 10 },
    ),
    advance: fc.nat(15),
  }),
  { minLength: 1, maxLength: 8 },
);

const COUNT: AggregatePlan["calls"][number] = { name: "count", args: [], argTypes: [], type: "BIGINT" };
const WINDOWS: AggregatePlan = {
  keys: [WINDOW_TYPE],
  calls: [COUNT],
  eviction: { key: 0, of: "window end" },
};

function windowOf(minute: number, size: number): Value {
  const start = minute - minute % size;
  return [start * MINUTE_MICROS, (start + size) * MINUTE_MICROS];
}

/** A list in which the output of each operator goes to the next one, behind one branch with keys. */
function chain(...operators: readonly Operator[]): OperatorList {
  const to = (operator: number) => operator < operators.length ? { operator, port: 0 } : undefined;
  return new OperatorList({
    nodes: operators.map((operator, index) => ({ operator, to: to(index + 1) })),
    branches: [{ exchange: "keyed rows", to: to(0) }],
  }, () => 0);
}

function keyedRows(events: readonly Event[], rowOf: (event: Event) => Row): KeyedRows {
  return {
    keys: events.map(({ id }) => [id]),
    times: events.map(({ minute }) => minute * MINUTE_MICROS),
    rowCounts: events.map(() => 1),
    rows: events.map(rowOf),
  };
}

/** A batch whose events two tasks have read, of which the later one is handed over first. */
function runBatch(
  list: OperatorList,
  events: readonly Event[],
  { watermarks, rowOf }: { readonly watermarks: BatchWatermarks; readonly rowOf: (event: Event) => Row },
): string[] {
  const half = events.length >> 1;
  list.begin(watermarks);
  for (const [task, part] of [[1, events.slice(half)], [0, events.slice(0, half)]] as const) {
    list.add({ kind: "keyed rows", branch: 0, task, rows: keyedRows(part, rowOf) });
  }
  return [...list.complete()].map(textOf);
}

/** The first event of each id, as long as a naive engine remembers it. */
class NaiveFirsts {
  #known: { readonly id: string; readonly expiry: number }[] = [];

  of(events: readonly Event[], late: number): Event[] {
    return events.filter(({ id, minute }) => {
      if (minute <= late || this.#known.some((known) => known.id === id)) return false;
      this.#known.push({ id, expiry: minute + DELAY });
      return true;
    });
  }

  expire(watermark: number): void {
    this.#known = this.#known.filter(({ expiry }) => expiry > watermark);
  }
}

Deno.test("Deduplication, aggregation and LIMIT in a list are a naive engine's, one after the other", () => {
  fc.assert(fc.property(runs, (batches) => {
    const list = chain(
      new DeduplicateOperator(["STRING"], DELAY * MINUTE_MS),
      aggregateOperator(WINDOWS, "append"),
      new LimitOperator(ROWS_MAX),
    );
    const firsts = new NaiveFirsts();
    let counts = new Map<number, number>();
    const expected: string[] = [];
    const output: string[] = [];
    let [late, watermark] = [-Infinity, 0];
    for (const { events, advance } of batches) {
      const watermarks = {
        lateMs: late === -Infinity ? undefined : late * MINUTE_MS,
        evictionMs: watermark * MINUTE_MS,
      };
      const rowOf = ({ minute }: Event): Row => [windowOf(minute, 5)];
      output.push(...runBatch(list, events, { watermarks, rowOf }));

      for (const { minute } of firsts.of(events, late)) {
        const start = minute - minute % 5;
        if (start + 5 > late) counts.set(start, (counts.get(start) ?? 0) + 1);
      }
      firsts.expire(watermark);
      const passed = [...counts].filter(([start]) => start + 5 <= watermark).sort(([a], [b]) => a - b);
      expected.push(...passed.map(([start, count]) => textOf([windowOf(start, 5), BigInt(count)])));
      counts = new Map([...counts].filter(([start]) => start + 5 > watermark));

      deepEqual(output, expected.slice(0, ROWS_MAX));
      const names = ["globalLimit", "stateStoreSave", "dedupeWithinWatermark"];
      deepEqual(list.metrics().map(({ operatorName }) => operatorName), names);
      late = watermark;
      watermark += advance;
    }
  }));
});

/** Turns rows of 5 minutes into rows of 20 minutes, without state. */
const byTwentyMinutes: Operator = {
  begin: (watermarks) => watermarks,
  *process(input: OperatorInput) {
    if (input.kind !== "rows") throw new Error(input.kind);
    for (const [window, count] of input.rows) {
      yield [windowOf(Number((window as readonly Value[])[0]) / MINUTE_MICROS, 20), count!];
    }
  },
  finish: () => ({ rows: [] }),
};

const TOTALS: AggregatePlan = {
  ...WINDOWS,
  calls: [{ name: "sum", args: [1], argTypes: ["BIGINT"], type: "BIGINT" }],
};

Deno.test("An aggregation of the rows of another one counts every row that is not late, once both are final", () => {
  fc.assert(fc.property(runs, (batches) => {
    const list = chain(
      new DeduplicateOperator(["STRING"], 0),
      aggregateOperator(WINDOWS, "append"),
      byTwentyMinutes,
      aggregateOperator(TOTALS, "append"),
    );
    // Without deduplication: each event has an id of its own.
    let id = 0;
    const expected = new Map<string, bigint>();
    const output: string[] = [];
    let [late, watermark] = [-Infinity, 0];
    const run = (events: readonly Event[]) => {
      const watermarks = {
        lateMs: late === -Infinity ? undefined : late * MINUTE_MS,
        evictionMs: watermark * MINUTE_MS,
      };
      output.push(...runBatch(list, events.map((event) => ({ ...event, id: String(id++) })), {
        watermarks,
        rowOf: ({ minute }) => [windowOf(minute, 5)],
      }));
    };
    for (const { events, advance } of batches) {
      run(events);
      for (const { minute } of events) {
        if (minute <= late) continue;
        const window = textOf([windowOf(minute, 20)]);
        expected.set(window, (expected.get(window) ?? 0n) + 1n);
      }
      late = watermark;
      watermark += advance;
    }
    for (let { finalMs } = list; finalMs !== undefined; { finalMs } = list) {
      watermark = Math.max(watermark, finalMs / MINUTE_MS);
      run([]);
      late = watermark;
    }
    const rows = [...expected].map(([window, count]) => `${window.slice(0, -1)},"${count}n"]`);
    deepEqual(output.sort(), rows.sort());
    deepEqual(list.stateful.slice(1).map(({ state }) => state.size), [0, 0]);
  }));
});

Deno.test("Once a batch has been read, its rows are not kept until the next one", () => {
  const list = chain(
    new DeduplicateOperator(["STRING"], DELAY * MINUTE_MS),
    aggregateOperator(WINDOWS, "append"),
  );
  const before = heapBytes();
  const watermarks = { lateMs: undefined, evictionMs: 0 };
  const events = Array.from({ length: 5_000 }, (): Event => ({ id: "a", minute: 1 }));
  const rowOf = (): Row => [windowOf(1, 5), ...Array.from({ length: 50 }, Math.random)];
  deepEqual(runBatch(list, events, { watermarks, rowOf }), []);
  const grown = heapBytes() - before;
  ok(grown < 1_000_000, `${grown} bytes more`);
  deepEqual(list.stateful.map(({ state }) => state.size), [1, 1]);
});

/** Remembers what it is given, and passes rows on with the port that they came by. */
class TwoInputs implements Operator {
  begun: BatchWatermarks | undefined;

  begin(watermarks: BatchWatermarks): BatchWatermarks {
    this.begun = watermarks;
    return watermarks;
  }

  process(input: OperatorInput, port: number): Row[] {
    if (input.kind === "partials") throw new Error(input.kind);
    const rows = input.kind === "rows" ? input.rows : input.rows.rows;
    return [...rows].map((row) => [port, ...row]);
  }

  finish() {
    return { rows: [["end"]] };
  }
}

Deno.test("An operator with two inputs gets each by its port, in the order of the tasks, with the earliest watermark", () => {
  /** Holds the watermark back, as a join of streams does. */
  const slow: Operator = {
    begin: ({ lateMs, evictionMs }) => ({ lateMs, evictionMs: evictionMs! - 40 }),
    process: (input) => input.kind === "keyed rows" ? input.rows.rows : [],
    finish: () => ({ rows: [] }),
  };
  const both = new TwoInputs();
  const graph: OperatorGraph = {
    nodes: [{ operator: slow, to: { operator: 1, port: 1 } }, { operator: both, to: undefined }],
    branches: [
      { exchange: "keyed rows", to: { operator: 1, port: 0 } },
      { exchange: "keyed rows", to: { operator: 0, port: 0 } },
    ],
  };
  const list = new OperatorList(graph, () => 0);
  list.begin({ lateMs: 50, evictionMs: 100 });
  const rowsOf = (...minutes: readonly number[]) =>
    keyedRows(minutes.map((minute) => ({ id: "a", minute })), ({ minute }) => [minute]);
  list.add({ kind: "keyed rows", branch: 1, task: 1, rows: rowsOf(4) });
  list.add({ kind: "keyed rows", branch: 0, task: 2, rows: rowsOf(3) });
  list.add({ kind: "keyed rows", branch: 1, task: 0, rows: rowsOf(2) });
  list.add({ kind: "keyed rows", branch: 0, task: 1, rows: rowsOf(1) });
  deepEqual([...list.complete()], [[0, 1], [0, 3], [1, 2], [1, 4], ["end"]]);
  deepEqual(both.begun, { lateMs: 50, evictionMs: 60 });
  deepEqual(list.metrics(), []);
});
