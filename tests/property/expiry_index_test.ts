import { deepEqual } from "assert";
import fc from "fast-check";
import { ExpiryIndex } from "../../lib/stream/expiry_index.ts";

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
  fc.assert(fc.property(steps, (each) => {
    const index = new ExpiryIndex<number>();
    let kept: { readonly time: number; readonly item: number }[] = [];
    for (const [item, step] of each.entries()) {
      if (step.kind === "add") {
        index.add(step.time, item);
        kept.push({ time: step.time, item });
      } else if (step.kind === "delete" && kept.length > 0) {
        const [gone] = kept.splice(step.which % kept.length, 1);
        index.delete(gone!.time, gone!.item);
      } else if (step.kind === "take") {
        const taken = kept.filter(({ time }) => time <= step.time).sort((left, right) =>
          left.time - right.time
        );
        deepEqual(index.takeUntil(step.time), taken.map((entry) => entry.item));
        kept = kept.filter(({ time }) => time > step.time);
      }
      deepEqual(index.latest, kept.length === 0 ? undefined : Math.max(...kept.map(({ time }) => time)));
    }
  }));
});
