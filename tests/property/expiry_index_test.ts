import { deepEqual } from "assert";
import fc from "fast-check";
import { type Micros, microsOf } from "../../lib/records/values/micros.ts";
import { ExpiryIndex } from "../../lib/stream/state/expiry_index.ts";

/** Few different times, around zero or where the numbers end and the bigints begin. */
const origins = fc.constantFrom(0n, 2n ** 53n, -(2n ** 53n));

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant("add" as const), time: fc.integer({ min: -9, max: 9 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), which: fc.nat(50) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("take" as const), time: fc.integer({ min: -9, max: 9 }) }),
    },
  ),
  { maxLength: 60 },
);

Deno.test("What has expired is taken once, the earliest first, and in the order in which it came", () => {
  fc.assert(fc.property(origins, steps, (origin, each) => {
    const index = new ExpiryIndex<number>();
    const at = (time: number): Micros => microsOf(origin + BigInt(time));
    let kept: { readonly time: number; readonly item: number }[] = [];
    for (const [item, step] of each.entries()) {
      if (step.kind === "add") {
        index.add(at(step.time), item);
        kept.push({ time: step.time, item });
      } else if (step.kind === "delete" && kept.length > 0) {
        const [gone] = kept.splice(step.which % kept.length, 1);
        index.delete(at(gone!.time), gone!.item);
      } else if (step.kind === "take") {
        const taken = kept.filter(({ time }) => time <= step.time).sort((left, right) =>
          left.time - right.time
        );
        deepEqual(index.removeUntil(at(step.time)), taken.map((entry) => entry.item));
        kept = kept.filter(({ time }) => time > step.time);
      }
      deepEqual(index.latest, kept.length === 0 ? undefined : at(Math.max(...kept.map(({ time }) => time))));
    }
  }));
});
