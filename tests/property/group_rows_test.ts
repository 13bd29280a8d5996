/** Groups that are written from packed memory, against the same rows as texts: `json_text.ts` is the measure. */
import { deepEqual, equal, rejects } from "assert";
import fc from "fast-check";
import { CHUNK_BYTES_MAX } from "../../lib/base/bounds.ts";
import { type TimeZone, timeZoneOf, UTC } from "../../lib/base/time_zone.ts";
import { QueryOutput } from "../../lib/analyze/query/query_output.ts";
import { QueryState } from "../../lib/analyze/query/query_state.ts";
import type { DataType, Row, Schema, Value } from "../../lib/records/data_type.ts";
import { add } from "../../lib/records/values/micros.ts";
import type { RowFormat, Sink } from "../../lib/sinks/sink.ts";
import type { AggregatePlan, Expression, OutputMode, QueryPlan } from "../../lib/sql/plan.ts";
import { WINDOW_TYPE, windowType } from "../../lib/sql/functions/time/window_types.ts";
import { PartialAggregate } from "../../lib/stream/aggregates/partial_aggregate.ts";
import { GroupRows } from "../../lib/stream/operators/grouping/group_rows.ts";
import { OperatorList } from "../../lib/stream/operators/operator_list.ts";
import { operatorsOf } from "../../lib/stream/operators/operators_of.ts";
import { jsonRowWriter } from "../support/json_row_writer.ts";
import { anyTime, orNull, VALUES, ZONES } from "../support/value_arbitraries.ts";

const LOCAL_MICROS = 600_000_000;
/** Windows often begin at the same time, and end at others. */
const WINDOW: readonly [DataType, fc.Arbitrary<Value>] = [
  WINDOW_TYPE,
  fc.tuple(fc.oneof(anyTime, fc.constantFrom(0, 1_000_000)), fc.oneof(anyTime, fc.constantFrom(2_000_000))),
];
/** Windows of one length, which are written by their start, and shown in no time zone. */
const LOCAL_WINDOW: readonly [DataType, fc.Arbitrary<Value>] = [
  windowType("TIMESTAMP_NTZ"),
  anyTime.map((start) => [start, add(start, LOCAL_MICROS)]),
];
/** The same in one, which is how a query has them. */
const ZONED_WINDOW: readonly [DataType, fc.Arbitrary<Value>] = [
  WINDOW_TYPE,
  anyTime.map((start) => [start, add(start, LOCAL_MICROS)]),
];
/** What a query may group by. Windows and texts come more often, as they are written in ways of their own. */
const KEYS = [
  WINDOW,
  WINDOW,
  LOCAL_WINDOW,
  ZONED_WINDOW,
  ZONED_WINDOW,
  ...VALUES.filter(([type]) => type === "STRING"),
  ...VALUES.filter(([type]) => typeof type === "string" || type.kind === "DECIMAL"),
];

/** Aggregates over what follows the keys in a row: a BIGINT, and a DOUBLE. */
const CALLS: AggregatePlan["calls"] = [
  { name: "count", args: [], argTypes: [], type: "BIGINT" },
  { name: "sum", args: [0], argTypes: ["BIGINT"], type: "BIGINT" },
  { name: "max", args: [0], argTypes: ["BIGINT"], type: "BIGINT" },
  { name: "avg", args: [1], argTypes: ["DOUBLE"], type: "DOUBLE" },
  { name: "collect_list", args: [1], argTypes: ["DOUBLE"], type: { kind: "ARRAY", element: "DOUBLE" } },
];

interface Case {
  readonly aggregate: AggregatePlan;
  readonly output: readonly Expression[];
  /** Of each batch: keys, and two numbers. */
  readonly batches: readonly (readonly Row[])[];
}

/** A column of a group row, or a field of one that is a window. */
function expressions(types: readonly DataType[]): Expression[] {
  return types.flatMap((type, slot): Expression[] => {
    const whole: Expression = { kind: "slot", slot, type };
    if (type !== WINDOW_TYPE) return [whole];
    const field = (index: number): Expression => ({
      kind: "field",
      argument: whole,
      index,
      type: "TIMESTAMP",
    });
    return [whole, field(0), field(1)];
  });
}

/** Keys come from a few for each run, so that groups have several rows, and the same texts and windows. */
const cases = fc.tuple(
  fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 4 }),
  fc.array(fc.constantFrom(...CALLS), { minLength: 1, maxLength: 3 }),
).chain(([keys, calls]) => {
  const aggregate: AggregatePlan = {
    keys: keys.map(([type]) => type),
    windows: keys.flatMap((key, index) =>
      key === LOCAL_WINDOW || key === ZONED_WINDOW ? [{ key: index, sizeMicros: LOCAL_MICROS }] : []
    ),
    calls: calls.map((made) => ({ ...made, args: made.args.map((arg) => keys.length + arg) })),
  };
  const columns = expressions([...aggregate.keys, ...calls.map(({ type }) => type)]);
  const few = fc.tuple(
    ...keys.map(([, values]) => fc.array(orNull(values), { minLength: 1, maxLength: 4 })),
  );
  return few.chain((choices) => {
    const row = fc.tuple(
      ...choices.map((values) => fc.constantFrom(...values)),
      orNull(fc.bigInt({ min: -9n, max: 9n })),
      orNull(fc.double()),
    );
    return fc.record<Case>({
      aggregate: fc.constant(aggregate),
      output: fc.array(fc.constantFrom(...columns), { minLength: 1, maxLength: 6 }),
      batches: fc.array(fc.array(row, { maxLength: 20 }), { minLength: 1, maxLength: 3 }),
    });
  });
});

function planOf(
  { aggregate, output }: Pick<Case, "aggregate" | "output">,
  outputMode: OutputMode,
): QueryPlan {
  const schema: Schema = output.map(({ type }, index) => ({ name: `column "${index}"`, type }));
  return {
    name: "groups",
    sql: "",
    outputMode,
    timeZone: "UTC",
    branches: [{ to: { operator: 0, port: 0 } } as QueryPlan["branches"][number]],
    operators: [
      { kind: "aggregate", aggregate, to: { operator: 1, port: 0 } },
      { kind: "select", select: { width: output.length, steps: [], output, sort: [] } },
    ],
    output: schema,
  };
}

/** The rows of a batch over such rows. */
function runBatch(list: OperatorList, aggregate: AggregatePlan, rows: readonly Row[]): GroupRows {
  list.begin({ lateMs: undefined, evictionMs: undefined });
  const partial = new PartialAggregate(aggregate);
  for (const row of rows) partial.add(row);
  list.add({ kind: "partials", branch: 0, groups: partial.drain() });
  const result = list.complete();
  if (!(result instanceof GroupRows)) throw new Error("The rows are not those of groups.");
  return result;
}

/** Collects what is written. */
class MemorySink implements Sink {
  readonly description = "memory";
  readonly format: RowFormat;
  readonly texts: string[] = [];
  readonly rows: Row[] = [];
  rowCount = 0;

  constructor(format: RowFormat) {
    this.format = format;
  }

  write({ text, rows = [], rowCount }: Parameters<Sink["write"]>[0]): Promise<void> {
    if (text !== undefined) this.texts.push(new TextDecoder("utf-8", { ignoreBOM: true }).decode(text));
    this.rows.push(...rows);
    this.rowCount += rowCount;
    return Promise.resolve();
  }
}

async function written(
  plan: QueryPlan,
  { rows, zone, format, batchId }: {
    readonly rows: GroupRows;
    readonly zone: TimeZone;
    readonly format: RowFormat;
    readonly batchId: number;
  },
): Promise<MemorySink> {
  const sink = new MemorySink(format);
  const output = new QueryOutput({ plan, sink, zone });
  await output.begin({ batchId }, true);
  await output.writeAll(rows);
  return sink;
}

Deno.test("Groups are the same as bytes and as the texts of their rows, for keys of any types, in any zone", async () => {
  await fc.assert(
    fc.asyncProperty(
      cases,
      fc.constantFrom(...ZONES),
      fc.constantFrom<OutputMode>("update", "complete"),
      fc.constantFrom(1, Infinity),
      async ({ aggregate, output, batches }, id, mode, packedMin) => {
        const zone = timeZoneOf(id)!;
        const plan = planOf({ aggregate, output }, mode);
        // Some rows can be read only once.
        const [list, twin] = [1, 2].map(() => new OperatorList(operatorsOf(plan, { zone }), () => 0));
        const write = jsonRowWriter(plan.output, zone);
        const sink = new MemorySink({ kind: "ndjson", withBatch: true });
        // One output for all batches: what it has written before must not show in later ones.
        const query = new QueryOutput({ plan, sink, zone, packedMin });
        for (const [batchId, rows] of batches.entries()) {
          const result = runBatch(list!, aggregate, rows);
          const lines = [...runBatch(twin!, aggregate, rows)].map((row) =>
            `${write(row, `,"query":"groups","batchId":${batchId}`)}\n`
          );
          await query.begin({ batchId }, true);
          await query.writeAll(result);
          equal(sink.texts.splice(0).join(""), lines.join("").toWellFormed());
          equal(query.rows, lines.length);
        }
      },
    ),
    { numRuns: 300 },
  );
});

const COUNTS: AggregatePlan = { keys: ["INT", "STRING"], calls: [CALLS[0]!] };
/** More than one chunk, and than one piece of a list of groups. */
const MANY = Array.from(
  { length: 70_000 },
  (_, index): Row => [index, index % 7 === 0 ? null : `text ${index}`],
);

Deno.test("Groups of several chunks are all written, in the order of their rows", async () => {
  for (const mode of ["update", "complete"] as const) {
    const plan = planOf({
      aggregate: COUNTS,
      output: expressions(["INT", "STRING", "BIGINT"]).reverse(),
    }, mode);
    const list = new OperatorList(operatorsOf(plan, { zone: UTC }), () => 0);
    const rows = runBatch(list, COUNTS, MANY);
    const write = jsonRowWriter(plan.output, UTC);
    const format: RowFormat = { kind: "ndjson", withBatch: false };
    const { texts, rowCount } = await written(plan, { rows, zone: UTC, format, batchId: 0 });
    equal(texts.join(""), MANY.map(([number, text]) => `${write([1n, text!, number!])}\n`).join(""));
    equal(rowCount, MANY.length);
  }
});

Deno.test("Many groups by time and text are written in whole lines, and in chunks of no more than their limit", async () => {
  const zone = timeZoneOf("America/Los_Angeles")!;
  const aggregate: AggregatePlan = {
    keys: [WINDOW_TYPE, "STRING"],
    windows: [{ key: 0, sizeMicros: LOCAL_MICROS }],
    calls: [CALLS[0]!],
  };
  const output = expressions([WINDOW_TYPE, "STRING", "BIGINT"]);
  const plan = planOf({ aggregate, output }, "update");
  // Three years, with the hours that are left out and that come twice; texts of all kinds and lengths.
  const textAt = (index: number): Value => {
    if (index % 10_007 === 0) return `\u0001 "${"long ".repeat(60_000)}"`;
    if (index % 5_003 === 0) return "even longer ".repeat(250_000);
    if (index % 7 === 0) return null;
    if (index % 5 === 0) return `café \ud83d\ude80 ${index % 900}`;
    return index % 3 === 0 ? `half \ud800 of "${index}"` : `TYPE ${index % 400}`;
  };
  const rows = Array.from({ length: 30_000 }, (_, index): Row => {
    const start = 1_546_300_800_000_000 + index * 3_153_600_000;
    return [[start, start + LOCAL_MICROS], textAt(index)];
  });
  const list = new OperatorList(operatorsOf(plan, { zone }), () => 0);
  const format: RowFormat = { kind: "ndjson", withBatch: true };
  const { texts, rowCount } = await written(plan, {
    rows: runBatch(list, aggregate, rows),
    zone,
    format,
    batchId: 7,
  });
  const write = jsonRowWriter(plan.output, zone);
  const lines = rows.map(([window, text]) => {
    const [start, end] = window as readonly Value[];
    return `${write([window!, start!, end!, text!, 1n], `,"query":"groups","batchId":7`)}\n`;
  });
  equal(texts.join(""), lines.join("").toWellFormed());
  equal(rowCount, rows.length);
  const longest = Math.max(...lines.map(({ length }) => length));
  for (const text of texts) equal(text.length <= CHUNK_BYTES_MAX + longest + 262_144, true);
});

Deno.test("Lines that the kernel has no room for, or whose times take the place of each other, are written by the host", async () => {
  const zone = timeZoneOf("America/Los_Angeles")!;
  // The kernel keeps the offsets of 64 weeks.
  const [week, start] = [7 * 86_400_000_000, 1_546_300_800_000_000];
  const size = 64 * week;
  const aggregate: AggregatePlan = {
    keys: [WINDOW_TYPE, "TIMESTAMP"],
    windows: [{ key: 0, sizeMicros: size }],
    calls: [CALLS[0]!],
  };
  const plan = planOf(
    { aggregate, output: expressions([WINDOW_TYPE, "TIMESTAMP", "BIGINT"]) },
    "update",
  );
  const rows = Array.from({ length: 3_000 }, (_, index): Row => {
    const at = start + index * week / 7;
    return [[at, at + size], at - size];
  });
  const longName: QueryPlan = {
    ...plan,
    output: plan.output.map(({ type }, index) => ({
      name: index === 0 ? "long ".repeat(60_000) : `${index}`,
      type,
    })),
  };
  for (const { count, ...shown } of [{ plan, count: 3_000 }, { plan: longName, count: 30 }]) {
    const list = new OperatorList(operatorsOf(shown.plan, { zone }), () => 0);
    const result = runBatch(list, aggregate, rows.slice(0, count));
    const sink = new MemorySink({ kind: "ndjson", withBatch: false });
    const output = new QueryOutput({ plan: shown.plan, sink, zone, packedMin: 1 });
    await output.begin({ batchId: 0 }, true);
    await output.writeAll(result);
    const write = jsonRowWriter(shown.plan.output, zone);
    const lines = rows.slice(0, count).map(([window, time]) => {
      const [from, to] = window as readonly Value[];
      return `${write([window!, from!, to!, time!, 1n])}\n`;
    });
    equal(sink.texts.join(""), lines.join(""));
  }
});

Deno.test("A sink that takes values has the first rows of the groups, and the number of all", async () => {
  const plan = planOf({ aggregate: COUNTS, output: expressions(["INT", "STRING", "BIGINT"]) }, "update");
  const list = new OperatorList(operatorsOf(plan, { zone: UTC }), () => 0);
  const rows = runBatch(list, COUNTS, MANY.slice(0, 4_000));
  for (const rowsMax of [0, 20, Infinity]) {
    const format: RowFormat = { kind: "values", rowsMax };
    const sink = await written(plan, { rows, zone: UTC, format, batchId: 0 });
    deepEqual(sink.rows, MANY.slice(0, Math.min(4_000, rowsMax)).map((row) => [...row, 1n]));
    equal(sink.rowCount, 4_000);
  }
});

Deno.test("A value of a group that cannot be made fails with the name of the query", async () => {
  const decimal: DataType = { kind: "DECIMAL", precision: 38, scale: 0 };
  const mean: DataType = { kind: "DECIMAL", precision: 38, scale: 4 };
  const aggregate: AggregatePlan = {
    keys: ["INT"],
    calls: [{ name: "avg", args: [1], argTypes: [decimal], type: mean }],
  };
  const plan = planOf({ aggregate, output: expressions(["INT", mean]) }, "update");
  const message = /^Query groups failed: .*DECIMAL\(38,4\)/;
  const rowsOf = () => {
    const state = new QueryState(plan, { zone: UTC, monotonicMs: () => 0 });
    runBatch(state.operators, aggregate, [[1, 10n ** 36n]]);
    return state.complete();
  };
  for (const format of [{ kind: "ndjson", withBatch: false }, { kind: "values", rowsMax: 20 }] as const) {
    const output = new QueryOutput({ plan, sink: new MemorySink(format), zone: UTC });
    await output.begin({ batchId: 0 }, true);
    await rejects(output.writeAll(rowsOf()), { message });
  }
});
