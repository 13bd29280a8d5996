import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { limitOffsets, type Offsets } from "../../lib/stream/time/rate_limit.ts";

const NO_LIMIT = { maxOffsetsPerTrigger: undefined, maxOffsetsPerPartition: undefined };

/** Where a query stands and what there is, by partition. */
const backlogs = fc.uniqueArray(
  fc.tuple(fc.nat(20), fc.nat(1_000_000), fc.oneof(fc.constant(0), fc.nat(10), fc.nat(1_000_000))),
  { selector: ([partition]) => partition, minLength: 1, maxLength: 12 },
).map((rows) => ({
  begin: new Map(rows.map(([partition, start]) => [partition, start])),
  latest: new Map(rows.map(([partition, start, size]) => [partition, start + size])),
  sizes: new Map(rows.map(([partition, , size]) => [partition, size])),
}));
const limits = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 2_000_000 }));

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

/** Spark's rule, as its `KafkaMicroBatchStream.rateLimit` states it, partition by partition. */
function sparkEnd(
  partition: number,
  { begin, latest, limit }: { readonly begin: Offsets; readonly latest: Offsets; readonly limit: number },
): number {
  const [from, until] = [begin.get(partition)!, latest.get(partition)!];
  const sizes = [...latest].map(([other, end]) => end - begin.get(other)!).filter((size) => size > 0);
  const total = sum(sizes);
  if (total < 1 || until - from <= 0) return until;
  const prorate = limit * ((until - from) / total);
  return Math.min(until, from + (prorate < 1 ? Math.ceil(prorate) : Math.floor(prorate)));
}

Deno.test("A limit is distributed over partitions as in Spark", () => {
  fc.assert(
    fc.property(backlogs, limits, ({ begin, latest }, limit) => {
      const ends = limitOffsets(begin, latest, {
        maxOffsetsPerTrigger: limit,
        maxOffsetsPerPartition: undefined,
      });
      const expected = [...latest.keys()].map((partition) =>
        [partition, sparkEnd(partition, { begin, latest, limit })] as const
      );
      deepEqual(ends, new Map(expected));
    }),
    { numRuns: 500 },
  );
});

Deno.test("A share is rounded as it comes out of Spark's division, not as it would be exactly", () => {
  const ends = new Map([[0, 30], [1, 14]]);
  // 22 × (30 / 44) is a little less than 15 in floating point.
  const limit = { maxOffsetsPerTrigger: 22, maxOffsetsPerPartition: undefined };
  deepEqual(limitOffsets(new Map([[0, 0], [1, 0]]), ends, limit), new Map([[0, 14], [1, 7]]));
});

Deno.test("No partition goes back or beyond its end, and each with a backlog goes on", () => {
  const anyLimits = fc.record({
    maxOffsetsPerTrigger: fc.option(limits, { nil: undefined }),
    maxOffsetsPerPartition: fc.option(limits, { nil: undefined }),
  });
  fc.assert(fc.property(backlogs, anyLimits, ({ begin, latest }, limit) => {
    for (const [partition, end] of limitOffsets(begin, latest, limit)) {
      const [from, until] = [begin.get(partition)!, latest.get(partition)!];
      ok(end >= from && end <= until);
      ok(end > from || until === from, `partition ${partition} stands still`);
      ok(end - from <= (limit.maxOffsetsPerPartition ?? Infinity));
    }
  }));
});

Deno.test("A limit is exceeded by less than one record for each partition", () => {
  fc.assert(fc.property(backlogs, limits, ({ begin, latest, sizes }, maxOffsetsPerTrigger) => {
    const ends = limitOffsets(begin, latest, { maxOffsetsPerTrigger, maxOffsetsPerPartition: undefined });
    const taken = sum([...ends].map(([partition, end]) => end - begin.get(partition)!));
    const waiting = [...sizes.values()].filter((size) => size > 0).length;
    ok(taken < maxOffsetsPerTrigger + waiting || taken === 0);
    if (sum(sizes.values()) <= maxOffsetsPerTrigger) deepEqual(ends, latest);
  }));
});

Deno.test("The rate of a partition is the lesser of its share and its own limit", () => {
  fc.assert(
    fc.property(
      backlogs,
      limits,
      limits,
      ({ begin, latest }, maxOffsetsPerTrigger, maxOffsetsPerPartition) => {
        const shared = limitOffsets(begin, latest, {
          maxOffsetsPerTrigger,
          maxOffsetsPerPartition: undefined,
        });
        for (
          const [partition, end] of limitOffsets(begin, latest, {
            maxOffsetsPerTrigger,
            maxOffsetsPerPartition,
          })
        ) {
          equal(end, Math.min(shared.get(partition)!, begin.get(partition)! + maxOffsetsPerPartition));
        }
      },
    ),
  );
});

Deno.test("Without a limit a batch takes all that is there, also of partitions that are new", () => {
  fc.assert(
    fc.property(backlogs, ({ latest }) => deepEqual(limitOffsets(new Map(), latest, NO_LIMIT), latest)),
  );
});
