import { deepEqual } from "assert";
import fc from "fast-check";
import type { AggregateCall, AggregatePlan } from "../../lib/sql/plan.ts";
import type { Row } from "../../lib/records/data_type.ts";
import { originOf } from "../../lib/stream/aggregates/origin.ts";
import { PartialAggregate } from "../../lib/stream/aggregates/partial_aggregate.ts";
import { aggregateOperator } from "../../lib/stream/operators/operators_of.ts";

function call(name: string, more: Partial<AggregateCall> = {}): AggregateCall {
  return { name, args: [1], argTypes: ["INT"], type: "INT", ...more };
}

const PLAN: AggregatePlan = {
  keys: ["STRING"],
  calls: [
    call("first"),
    call("last"),
    call("last", { parameters: { ignoreNulls: true } }),
    call("collect_list", { type: { kind: "ARRAY", element: "INT" } }),
    call("listagg", { args: [2], argTypes: ["STRING"], parameters: { delimiter: "," }, type: "STRING" }),
    call("histogram_numeric", {
      args: [3],
      argTypes: ["DOUBLE"],
      parameters: { bins: 3 },
      type: { kind: "ARRAY", element: "DOUBLE" },
    }),
  ],
};
const NO_WATERMARK = { lateMs: undefined, evictionMs: undefined };
const PARTITIONS = 4;

/** The rows of a batch, by partition. */
const batches = fc.array(
  fc.array(
    fc.array(
      fc.record({ key: fc.constantFrom("a", "b", null), value: fc.option(fc.integer({ min: 0, max: 99 })) }),
      { maxLength: 6 },
    ),
    { minLength: PARTITIONS, maxLength: PARTITIONS },
  ),
  { minLength: 1, maxLength: 4 },
);

/** Whichever worker reads a partition, and when it hands its groups over. */
const readings = fc.infiniteStream(fc.record({ worker: fc.nat(2), handsOver: fc.boolean() }));

Deno.test("Rows are merged in the order of partitions, whichever workers read them, and behind those of earlier batches", () => {
  fc.assert(
    fc.property(batches, readings, (batches, readings) => {
      const operator = aggregateOperator(PLAN, "complete");
      const alone = aggregateOperator(PLAN, "complete");
      const naive = new Map<string | null, (number | null)[]>();
      for (const batch of batches) {
        const byKey = (rows: Iterable<Row>) => [...rows].map((row) => [...row]).sort();
        const apart = byKey(runBatch(operator, batch, () => readings.next().value!));
        deepEqual(apart, byKey(runBatch(alone, batch, () => ({ worker: 0, handsOver: false }))));
        for (const { key, value } of batch.flat()) naive.set(key, [...naive.get(key) ?? [], value]);
        deepEqual(
          apart.map((row) => row.slice(0, 6)),
          byKey([...naive].map(([key, values]) => [key, ...oracle(values)])),
        );
      }
    }),
    { numRuns: 30 },
  );
});

type Partitions = readonly (readonly { readonly key: string | null; readonly value: number | null }[])[];

function runBatch(
  operator: ReturnType<typeof aggregateOperator>,
  partitions: Partitions,
  reading: () => { readonly worker: number; readonly handsOver: boolean },
): Iterable<Row> {
  const workers = [0, 1, 2].map(() => new PartialAggregate(PLAN));
  operator.begin(NO_WATERMARK);
  const handOver = (worker: number) =>
    operator.process({ kind: "partials", groups: workers[worker]!.drain() }, 0);
  partitions.forEach((rows, partition) => {
    const { worker, handsOver } = reading();
    for (const { key, value } of rows) {
      workers[worker]!.useOrigin(originOf(0, { topic: "t-1", partition }));
      workers[worker]!.add([key, value, value === null ? null : String(value), value]);
      if (handsOver) handOver(worker);
    }
  });
  // The last worker is the first to be done.
  for (const worker of [2, 1, 0]) handOver(worker);
  return operator.finish().rows;
}

/** The first five results. */
function oracle(values: readonly (number | null)[]): Row {
  const known = values.filter((value) => value !== null);
  return [
    values[0]!,
    values.at(-1)!,
    known.at(-1) ?? null,
    known,
    known.length === 0 ? null : known.join(","),
  ];
}
