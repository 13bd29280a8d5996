import { deepEqual, ok } from "assert";
import fc from "fast-check";
import { GROUPS_BY_TEXT_MAX } from "../../lib/base/bounds.ts";
import type { AggregatePlan } from "../../lib/sql/plan.ts";
import { PartialAggregate, PartialGroupReader } from "../../lib/stream/aggregates/partial_aggregate.ts";

const PLAN: AggregatePlan = {
  keys: ["STRING"],
  calls: [{ name: "count", args: [], argTypes: [], type: "BIGINT" }],
};

/** The counts that an aggregation has gathered since it was asked last. */
function drained(aggregate: PartialAggregate): Map<string | null, number> {
  const groups = [...new PartialGroupReader(PLAN).read(aggregate.drain())];
  const counts = new Map(
    groups.map(({ key: [key], buffer: [count] }) => [key as string | null, Number(count)]),
  );
  // Each key has one group.
  deepEqual(counts.size, groups.length);
  return counts;
}

Deno.test("Each text has one group with the count of its rows since the last drain, however many texts there are", () => {
  const parts = fc.array(
    fc.record({
      distinct: fc.constantFrom(1, 10, GROUPS_BY_TEXT_MAX, 2 * GROUPS_BY_TEXT_MAX),
      seed: fc.nat(1_000),
    }),
    { minLength: 1, maxLength: 3 },
  );
  let mostGroups = 0;
  fc.assert(
    fc.property(parts, (parts) => {
      const aggregate = new PartialAggregate(PLAN);
      for (const { distinct, seed } of parts) {
        const expected = new Map<string | null, number>();
        for (let row = 0; row < 3 * distinct; row++) {
          const number = (row * 7_919 + seed) % (distinct + 1);
          const key = number === 0 ? null : `text ${number}`;
          expected.set(key, (expected.get(key) ?? 0) + 1);
          aggregate.add([key]);
        }
        deepEqual(drained(aggregate), expected);
        mostGroups = Math.max(mostGroups, expected.size);
      }
    }),
    { numRuns: 20 },
  );
  ok(mostGroups > GROUPS_BY_TEXT_MAX, `${mostGroups} groups`);
});
