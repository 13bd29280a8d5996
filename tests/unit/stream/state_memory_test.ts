import { ok } from "assert";
import type { AggregatePlan } from "../../../lib/sql/plan.ts";
import { AggregateState } from "../../../lib/stream/aggregate_state.ts";

const PLAN: AggregatePlan = {
  keys: ["STRING"],
  calls: [{
    name: "collect_list",
    args: [1],
    argTypes: ["STRING"],
    type: { kind: "ARRAY", element: "STRING" },
  }],
};

Deno.test("A list counts towards the memory of the state by what it has grown to", () => {
  const state = new AggregateState(PLAN);
  const watermarks = { lateMs: undefined, evictionMs: undefined };
  const batches = 5;
  const values = new Array<string>(1_000).fill("x");
  for (let batch = 0; batch < batches; batch++) {
    state.begin("complete", watermarks);
    state.merge({ columns: [["a"], [values]], rowCounts: [values.length] });
    state.finish("complete", watermarks);
  }
  const bytesEach = state.memoryBytes / (batches * values.length);
  ok(bytesEach > 16 && bytesEach < 100, `${bytesEach} bytes for an element`);
});
