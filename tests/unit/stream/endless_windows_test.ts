/** State that is added and evicted all the time takes no more memory than what is held at a time. */
// In an isolate of its own: it measures memory of which others have some, too.
import { packedBytes } from "../../support/packed_memory.ts";
import { heapBytes } from "../../support/heap.ts";
import { deepEqual, equal, ok } from "assert";
import type { AggregatePlan } from "../../../lib/sql/plan.ts";
import { WINDOW_TYPE } from "../../../lib/sql/functions/time/window_types.ts";
import { PartialAggregate } from "../../../lib/stream/aggregates/partial_aggregate.ts";
import { aggregateOperator } from "../../../lib/stream/operators/operators_of.ts";

const PLAN: AggregatePlan = {
  keys: [WINDOW_TYPE, "STRING"],
  calls: [
    { name: "count", args: [], argTypes: [], type: "BIGINT" },
    { name: "max", args: [1], argTypes: ["STRING"], type: "STRING" },
  ],
  eviction: { key: 0, of: "window end" },
};
const HOUR_MS = 3_600_000;
const HOUR_MICROS = HOUR_MS * 1_000;
const GROUPS = 2_000;
const BATCHES = 30;
/** After so many batches memory is looked at: garbage has to be collected first, which takes longer than the batch. */
const CHECKED_BATCHES = 5;

/** Runs many batches, each with the windows of an hour, three hours of which are held at a time. */
async function run(
  textOf: (batch: number, group: number) => string,
  check: (stateBytes: number) => void,
): Promise<void> {
  const operator = aggregateOperator(PLAN, "append");
  const partial = new PartialAggregate(PLAN);
  for (let batch = 0; batch < BATCHES; batch++) {
    operator.begin({ lateMs: (batch - 3) * HOUR_MS, evictionMs: (batch - 2) * HOUR_MS });
    // One window that no watermark reaches, so that the table is never empty.
    partial.add([[batch * HOUR_MICROS, 10 * BATCHES * HOUR_MICROS], "for good"]);
    for (let group = 0; group < GROUPS; group++) {
      partial.add([[batch * HOUR_MICROS, (batch + 1) * HOUR_MICROS], textOf(batch, group)]);
    }
    operator.process({ kind: "partials", groups: partial.drain() }, 0);
    const rows = [...operator.finish().rows];
    const evicted = batch - 3;
    const texts = evicted < 0 ? [] : Array.from({ length: GROUPS }, (_, group) => textOf(evicted, group));
    deepEqual(rows.map(([, text]) => text), texts);
    equal(operator.state.size, batch + 1 + GROUPS * Math.min(batch + 1, 3));
    if ((batch + 1) % CHECKED_BATCHES !== 0) continue;
    // What is no longer used is only collected after a turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve));
    heapBytes();
    check(operator.state.memoryBytes);
  }
}

Deno.test("Windows that come and go take no more memory than those that are there", async () => {
  const sizes: number[] = [];
  await run((_batch, group) => `text ${group}`.padEnd(10 + group % 30, "-"), () => sizes.push(packedBytes()));
  const [before, after] = [sizes[sizes.length / 2 - 1]!, sizes.at(-1)!];
  ok(after <= before * 1.1, `${before} bytes, then ${after}`);
});

Deno.test("Windows whose keys become longer and longer take memory for those only that are there", async () => {
  await run((batch, group) => `text ${group}`.padEnd(10 + 40 * batch, "-"), (stateBytes) => {
    const bytes = packedBytes();
    ok(bytes < 3 * stateBytes + 3_000_000, `${bytes} bytes for ${stateBytes}`);
  });
});
