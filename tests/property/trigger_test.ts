import { equal, ok } from "assert";
import fc from "fast-check";
import { nextTriggerMs } from "../../lib/stream/time/trigger.ts";

const nows = fc.integer({ min: 0, max: 4_102_444_800_000 });
const intervals = fc.integer({ min: 1, max: 86_400_000 });

Deno.test("The next trigger is the first multiple of the interval behind now", () => {
  fc.assert(fc.property(nows, intervals, (now, interval) => {
    const next = nextTriggerMs(now, interval);
    equal(next % interval, 0);
    ok(next > now && next - interval <= now);
  }));
});

Deno.test("Queries with one interval run together, whenever within it they were ready", () => {
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      intervals,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (turn, interval, share) => {
        const start = turn * interval;
        equal(nextTriggerMs(start + Math.floor(share * interval), interval), nextTriggerMs(start, interval));
      },
    ),
  );
});

Deno.test("Without an interval, the next trigger is immediate", () => {
  fc.assert(fc.property(nows, (now) => equal(nextTriggerMs(now, 0), now)));
});
