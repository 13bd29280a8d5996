/** What state is estimated to take in memory, held to what it really takes. */
import { equal, ok } from "assert";
import fc from "fast-check";
import type { AggregatePlan } from "../../../lib/sql/plan.ts";
import type { StatefulOperator } from "../../../lib/stream/operators/operator.ts";
import { aggregateOperator } from "../../../lib/stream/operators/operators_of.ts";
import { PartialAggregate } from "../../../lib/stream/aggregates/partial_aggregate.ts";
import { run } from "../../support/program.ts";
import { STATE_KINDS, type StateMemory } from "../../support/state_memory.ts";
import { ofToday } from "../../support/today.ts";

const CHILD = new URL("../../support/state_memory.ts", import.meta.url).pathname;
const CONFIG = new URL("../../../deno.json", import.meta.url).pathname;

/** The estimate is right within this factor, both ways. */
const FACTOR = 1.5;
/** What a process may take besides: its heap has room to spare, and garbage. */
const PROCESS_BYTES = 24_000_000;

async function measure(kind: string): Promise<StateMemory> {
  const { code, stdout, stderr } = await run([
    "run",
    "-q",
    "-A",
    "--no-check",
    "--config",
    CONFIG,
    CHILD,
    kind,
  ], {
    executable: Deno.execPath(),
  });
  equal(code, 0, stderr);
  return JSON.parse(stdout) as StateMemory;
}

Deno.test("The estimate of each kind of state is what a process takes for it, within a factor", async (t) => {
  // Each is a process of its own.
  const kinds = ofToday(Object.keys(STATE_KINDS), 3);
  const half = Math.ceil(kinds.length / 2);
  const measured = new Map<string, StateMemory>();
  await Promise.all([kinds.slice(0, half), kinds.slice(half)].map(async (some) => {
    for (const kind of some) measured.set(kind, await measure(kind));
  }));
  for (const kind of kinds) {
    await t.step(kind, () => {
      const { estimate, heap, process } = measured.get(kind)!;
      const what = `estimated ${estimate}, heap ${heap}, process ${process}`;
      ok(estimate < heap * FACTOR && heap < estimate * FACTOR, what);
      ok(process < estimate * FACTOR + PROCESS_BYTES && estimate < process * FACTOR, what);
    });
  }
});

const PLAN: AggregatePlan = {
  keys: ["STRING"],
  calls: [
    { name: "min", args: [1], argTypes: ["STRING"], type: "STRING" },
    { name: "max_by", args: [1, 1], argTypes: ["STRING", "STRING"], type: "STRING" },
    { name: "collect_list", args: [1], argTypes: ["STRING"], type: { kind: "ARRAY", element: "STRING" } },
    { name: "collect_set", args: [1], argTypes: ["STRING"], type: { kind: "ARRAY", element: "STRING" } },
    { name: "approx_count_distinct", args: [1], argTypes: ["STRING"], type: "BIGINT" },
  ],
};

Deno.test("What values take follows from what they are, however they came, here and at a worker", () => {
  const rows = fc.array(
    fc.tuple(
      fc.constantFrom("a", "b"),
      fc.oneof(fc.string({ maxLength: 30 }), fc.constant("Ж".repeat(9)), fc.constant(null)),
    ),
    { maxLength: 150 },
  );
  const none = { lateMs: undefined, evictionMs: undefined };
  fc.assert(fc.property(fc.array(rows, { minLength: 1, maxLength: 4 }), (batches) => {
    const operator = aggregateOperator(PLAN, "update");
    for (const batch of batches) {
      const partial = new PartialAggregate(PLAN);
      for (const [key, value] of batch) partial.add([key, value]);
      const gathered = partial.memoryBytes;
      const groups = partial.drain();
      equal(partial.memoryBytes, 0);
      const merge = (into: StatefulOperator) => {
        into.begin(none);
        into.process({ kind: "partials", groups: structuredClone(groups) }, 0);
      };
      const alone = aggregateOperator(PLAN, "update");
      merge(alone);
      // The state has texts of keys once.
      ok(alone.state.memoryBytes <= gathered, `${alone.state.memoryBytes} instead of ${gathered}`);
      merge(operator);
      operator.finish();
    }
    const same = aggregateOperator(PLAN, "update").state;
    for (const { key, value } of operator.state.entries()) same.restore(key, structuredClone([...value!]));
    equal(operator.state.memoryBytes, same.memoryBytes);
  }));
});
