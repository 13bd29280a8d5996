import { equal, ok } from "assert";
import fc from "fast-check";
import { type Pace, Schedule } from "../../lib/produce/pace.ts";

/** Event times in order, some missing, as a replay gives them: those without a time come first. */
const passes = fc.tuple(
  fc.nat(3),
  fc.array(fc.integer({ min: 1_500_000_000_000, max: 1_546_300_800_000 }), { maxLength: 20 }),
)
  .map(([missing, times]) => [...Array<undefined>(missing).fill(undefined), ...times.sort((a, b) => a - b)]);
const speedups = fc.double({ min: 0.5, max: 1_000_000, noNaN: true });

/** Up to the last digits of a double. */
function near(found: number, expected: number): void {
  ok(Math.abs(found - expected) <= 1e-6 * Math.max(1, Math.abs(expected)), `${found} is not ${expected}`);
}

Deno.test("At a rate, record n is due n intervals after the start, without any drift", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 10_000, noNaN: true }),
      fc.integer({ min: 1, max: 2_000 }),
      (everyMs, count) => {
        const schedule = new Schedule({ kind: "rate", everyMs });
        for (let n = 0; n < count; n++) equal(schedule.next(n % 2 === 0 ? undefined : 7), n * everyMs);
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("A restart does not disturb a rate", () => {
  const schedule = new Schedule({ kind: "rate", everyMs: 2.5 });
  equal(schedule.next(undefined), 0);
  schedule.restart();
  equal(schedule.next(undefined), 2.5);
});

Deno.test("Without a pace every record is due at once", () => {
  fc.assert(fc.property(passes, (times) => {
    const schedule = new Schedule({ kind: "unlimited" });
    for (const time of times) equal(schedule.next(time), 0);
  }));
});

Deno.test("A replay keeps the time between the calls, divided by its speed", () => {
  fc.assert(fc.property(passes, speedups, (times, speedup) => {
    const schedule = new Schedule({ kind: "replay", speedup });
    const first = times.find((time) => time !== undefined);
    for (const time of times) near(schedule.next(time), time === undefined ? 0 : (time - first!) / speedup);
  }));
});

Deno.test("A record without a time is due with the one before it", () => {
  const schedule = new Schedule({ kind: "replay", speedup: 10 });
  equal(schedule.next(undefined), 0);
  equal(schedule.next(5_000), 0);
  equal(schedule.next(6_000), 100);
  equal(schedule.next(undefined), 100);
  equal(schedule.next(7_000), 200);
});

Deno.test("Each pass of a loop begins where the last one ended, and no due time goes back", () => {
  fc.assert(fc.property(passes, speedups, fc.integer({ min: 1, max: 4 }), (times, speedup, turns) => {
    const pace: Pace = { kind: "replay", speedup };
    const schedule = new Schedule(pace);
    const known = times.filter((time) => time !== undefined);
    const passMs = known.length === 0 ? 0 : (known.at(-1)! - known[0]!) / speedup;
    let before = 0;
    for (let turn = 0; turn < turns; turn++) {
      const due = times.map((time) => schedule.next(time));
      for (const dueMs of due) {
        ok(dueMs >= before);
        before = dueMs;
      }
      if (due.length > 0) near(due.at(-1)!, (turn + 1) * passMs);
      schedule.restart();
    }
  }));
});
