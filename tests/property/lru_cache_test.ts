import { equal, ok } from "assert";
import fc from "fast-check";
import { LruCache } from "../../lib/base/collections/lru_cache.ts";

const keys = fc.integer({ min: 0, max: 9 });
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("get" as const), key: keys }),
    fc.record({ kind: fc.constant("set" as const), key: keys, value: fc.string() }),
  ),
  { maxLength: 80 },
);

Deno.test("A cache keeps the keys that were used last, holds at most twice as many, and gives only what was put in", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), steps, (recentMax, each) => {
    const cache = new LruCache<number, string>(recentMax);
    const values = new Map<number, string>();
    // Keys by their last use, the latest first.
    let used: number[] = [];
    for (const step of each) {
      const { key } = step;
      if (step.kind === "set") {
        cache.set(key, step.value);
        values.set(key, step.value);
      } else {
        const found = cache.get(key);
        const isRecent = used.slice(0, recentMax).includes(key);
        if (found === undefined) ok(!isRecent, `${key} was used lately`);
        else equal(found, values.get(key));
        if (found === undefined) continue;
      }
      used = [key, ...used.filter((other) => other !== key)];
      ok(cache.size <= 2 * recentMax, `${cache.size} entries`);
    }
  }));
});
