// In an isolate of its own: it measures the heap.
import { equal, ok } from "assert";
import type { AggregatePlan } from "../../../lib/sql/plan.ts";
import { PartialAggregate } from "../../../lib/stream/aggregates/partial_aggregate.ts";
import type { StatefulOperator } from "../../../lib/stream/operators/operator.ts";
import { aggregateOperator } from "../../../lib/stream/operators/operators_of.ts";
import { growthRatio, RATIO_MAX } from "../../support/growth.ts";
import { heapBytes } from "../../support/heap.ts";

const WINDOW = {
  kind: "STRUCT",
  fields: [{ name: "start", type: "TIMESTAMP" }, { name: "end", type: "TIMESTAMP" }],
} as const;
const PLAN: AggregatePlan = {
  keys: [WINDOW],
  calls: [{ name: "count", args: [1], argTypes: ["INT"], type: "BIGINT" }],
  sessionKey: 0,
};
const GAP_MICROS = 10_000_000;
const NO_WATERMARK = { lateMs: undefined, evictionMs: undefined };

function mergeSessions(operator: StatefulOperator, starts: readonly number[]): void {
  const partial = new PartialAggregate(PLAN);
  for (const start of starts) partial.add([[start, start + GAP_MICROS], 1]);
  operator.process({ kind: "partials", groups: partial.drain() }, 0);
}

Deno.test("A session that goes on and on takes no more memory, also where no watermark ends any", () => {
  const operator = aggregateOperator(PLAN, "complete");
  const [batches, events] = [30, 5_000];
  const run = () => {
    for (let batch = 0; batch < batches; batch++, first += events) {
      operator.begin(NO_WATERMARK);
      mergeSessions(operator, Array.from({ length: events }, (_none, index) => (first + index) * 1_000_000));
      equal([...operator.finish().rows].length, 1);
    }
  };
  let first = 0;
  run();
  const before = heapBytes();
  run();
  const grown = heapBytes() - before;
  ok(grown < 1_000_000, `${grown} bytes more`);
});

Deno.test("The sessions of one key are found, made and restored without walking through all of them", () => {
  const ratio = growthRatio((count) => {
    const starts = Array.from({ length: count }, (_none, index) => index * 2 * GAP_MICROS);
    return () => {
      const operator = aggregateOperator(PLAN, "complete");
      operator.begin(NO_WATERMARK);
      mergeSessions(operator, starts);
      const restored = aggregateOperator(PLAN, "complete");
      for (const { key, value } of operator.state.entries()) restored.state.restore(key, value!);
      restored.begin(NO_WATERMARK);
      mergeSessions(restored, starts.map((start) => start + GAP_MICROS / 2));
      equal(restored.state.size, starts.length);
    };
  }, 1_000);
  ok(ratio < RATIO_MAX, `eight times the sessions take ${ratio} times as long`);
});
