/** When batches run, over triggers, batches and clocks of any kind. */
import { equal, match, ok } from "assert";
import fc from "fast-check";
import { type FiredTrigger, type NextStep, nextStep } from "../../lib/analyze/next_step.ts";
import { IDLE_WAIT_MS_MAX, RATE_MS_MIN } from "../../lib/base/bounds.ts";
import type { TriggerSpec } from "../../lib/config/values/values.ts";

const [MS_MAX, DAY_MS, WAITS_MAX] = [30_000, 86_400_000, 60];

/** A trigger: what it finds, how long its batch takes, and how far the wall clock is set then and after each wait. */
const turn = fc.record({
  takesRecords: fc.boolean(),
  evicts: fc.boolean(),
  hasMore: fc.boolean(),
  batchMs: fc.nat(MS_MAX),
  delayLeftMs: fc.constantFrom(Infinity, -5, 200, 60_000),
  setMs: fc.array(
    fc.oneof(
      fc.constant(0),
      fc.integer({ min: -MS_MAX, max: MS_MAX }),
      fc.integer({ min: -DAY_MS, max: DAY_MS }),
    ),
    { maxLength: 4 },
  ),
});

const world = fc.record({
  trigger: fc.oneof(
    fc.constantFrom<TriggerSpec>(
      { kind: "once" },
      { kind: "available-now" },
      { kind: "processing-time", intervalMs: 0 },
    ),
    fc.integer({ min: 1, max: MS_MAX }).map((intervalMs): TriggerSpec => ({
      kind: "processing-time",
      intervalMs,
    })),
  ),
  isRateLimited: fc.boolean(),
  startMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  /** Whether a sleep passes any time. */
  sleeps: fc.constantFrom(true, true, true, false),
  /** How fast the wall clock runs. */
  pace: fc.constantFrom(1, 0.9, 0.9995, 1.0005),
  turns: fc.array(turn, { minLength: 1, maxLength: 6 }),
  /** The step before which the run is stopped; it is stopped when there are no turns any more in any case. */
  stopsAt: fc.oneof(fc.constant(Infinity), fc.nat(12)),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** A step, and when it was taken. */
interface Taken {
  readonly step: NextStep;
  readonly nowMs: number;
  readonly monotonicMs: number;
  /** The trigger that it follows. */
  readonly turn: World["turns"][number] | undefined;
}

/** What a run does, in simulated time. */
function run({ turns, startMs, pace, sleeps, stopsAt, ...settings }: World): Taken[] {
  let [wallMs, monotonicMs, delayLeftMs] = [startMs, 0, Infinity];
  let fired: FiredTrigger | undefined;
  let turn: World["turns"][number] | undefined;
  let sets: number[] = [];
  const taken: Taken[] = [];
  let isStopped = false;
  const pass = (ms: number) => {
    monotonicMs += ms;
    wallMs += ms * pace + (sets.shift() ?? 0);
  };
  for (let index = 0;; index++) {
    const moment = { nowMs: Math.floor(wallMs), monotonicMs };
    isStopped ||= index >= stopsAt;
    const step = nextStep({ ...settings, ...moment, isStopped, fired, delayLeftMs });
    taken.push({ step, ...moment, turn });
    ok(index < WAITS_MAX * (turns.length + 1), "it never comes to an end");
    switch (step.kind) {
      case "trigger":
        turn = turns[taken.filter((each) => each.step.kind === "trigger").length - 1];
        if (turn === undefined) isStopped = true;
        else {
          sets = [...turn.setMs];
          delayLeftMs = turn.delayLeftMs;
          fired = { ...moment, takesRecords: turn.takesRecords, evicts: turn.evicts };
        }
        break;
      case "run":
      case "run-without-records":
        pass(turn!.batchMs);
        fired = { ...fired!, ran: true, hasMore: turn!.hasMore };
        break;
      case "skip":
        fired = { ...fired!, ran: false };
        break;
      case "wait":
        if (sleeps) pass(step.ms);
        fired = { ...fired!, waited: step };
        break;
      case "wait-for-data":
        pass(step.msMax);
        fired = { ...fired!, waited: step };
        break;
      case "end":
        return taken;
    }
  }
}

/** The steps by their initials: (t)rigger, (r)un, run with(o)ut records, (s)kip, (w)ait, wait for (d)ata, (e)nd. */
function initials(taken: readonly Taken[]): string {
  const letters = { "run-without-records": "o", "wait-for-data": "d" } as Readonly<Record<string, string>>;
  return taken.map(({ step }) => letters[step.kind] ?? step.kind[0]).join("");
}

/** The steps from each trigger to the one after it, which is the last of them. */
function rounds(taken: readonly Taken[]): Taken[][] {
  const starts = taken.flatMap(({ step }, index) => step.kind === "trigger" ? [index] : []);
  return starts.slice(1).map((end, index) => taken.slice(starts[index]!, end + 1));
}

function property(body: (world: World, taken: readonly Taken[]) => void): void {
  fc.assert(fc.property(world, (world) => body(world, run(world))), { numRuns: 3_000 });
}

const isWait = ({ step }: Taken) => step.kind === "wait";

Deno.test("A batch runs only after a look, once, and a run waits only after it", () =>
  property(({ trigger, turns, stopsAt }, taken) => {
    const steps = initials(taken);
    match(
      steps,
      {
        "once": /^(t[rs]?)?e$/,
        "available-now": /^(t[ro]w*)*(ts?)?e$/,
        "processing-time": /^(t([ro]|s)w*d?)*t?e$/,
      }[trigger.kind],
    );
    for (const [index, { step }] of taken.entries()) {
      if (step.kind !== "trigger" || index + 1 >= stopsAt) continue;
      const turn = turns[initials(taken.slice(0, index)).split("t").length - 1];
      if (turn === undefined) continue;
      const { takesRecords, evicts } = turn;
      equal(steps[index + 1], takesRecords ? "r" : evicts && trigger.kind !== "once" ? "o" : "s");
    }
  }));

Deno.test("A run that is stopped does nothing any more; one that ends by its trigger may flush", () =>
  property(({ trigger, turns, stopsAt }, taken) => {
    const end = taken.at(-1)!.step;
    const wasStopped = taken.length > stopsAt || initials(taken).split("t").length - 1 > turns.length;
    ok(wasStopped || trigger.kind !== "processing-time");
    equal(end.kind === "end" && end.flushes, !wasStopped);
    ok(taken.length <= stopsAt + 1);
  }));

Deno.test("No wait is longer than the interval, nor are all of them longer than two, whatever the clock does", () =>
  property(({ trigger, isRateLimited }, taken) => {
    const intervalMs = trigger.kind === "processing-time" ? trigger.intervalMs : 0;
    const waitMsMax = Math.max(intervalMs, isRateLimited ? RATE_MS_MIN : 0);
    for (const round of rounds(taken)) {
      const waits = round.filter(isWait).map(({ step }) => step.kind === "wait" ? step.ms : 0);
      ok(waits.every((ms) => ms > 0 && ms <= waitMsMax), waits.join());
      ok(waits.reduce((sum, ms) => sum + ms, 0) <= 2 * waitMsMax, waits.join());
    }
  }));

Deno.test("While the wall clock is not set, a trigger fires at the next multiple of the interval, or at once after a longer batch", () =>
  property((given) => {
    const { trigger } = given;
    if (trigger.kind !== "processing-time" || trigger.intervalMs === 0) return;
    const turns = given.turns.map((turn) => ({ ...turn, setMs: [] }));
    for (const round of rounds(run({ ...given, turns, sleeps: true, isRateLimited: false }))) {
      const [start, , ended] = round as [Taken, Taken, Taken];
      const fires = round.at(-1)!;
      const tickMs = start.nowMs + trigger.intervalMs - start.nowMs % trigger.intervalMs;
      const isOverdue = ended.nowMs >= tickMs ||
        ended.monotonicMs - start.monotonicMs >= tickMs - start.nowMs;
      const lateMs = fires.nowMs - (isOverdue ? ended.nowMs : tickMs);
      // Clocks have whole milliseconds; and one that is ahead of the sleep arrives ahead.
      ok(isOverdue ? lateMs === 0 : lateMs >= -1 && lateMs <= 2 + trigger.intervalMs * 0.001, String(lateMs));
    }
  }));

Deno.test("With a rate limit, batches are at least a second apart while there is more to read", () =>
  property(({ trigger, isRateLimited, sleeps }, taken) => {
    if (!isRateLimited || !sleeps) return;
    for (const round of rounds(taken)) {
      const [start, batch] = round as [Taken, Taken];
      if (trigger.kind === "available-now" && batch.turn?.hasMore !== true) ok(!round.some(isWait));
      else ok(round.at(-1)!.monotonicMs - start.monotonicMs >= RATE_MS_MIN);
    }
  }));

Deno.test("A run waits for data only as soon as possible after finding none, and not beyond its longest delay", () =>
  property(({ trigger, isRateLimited }, taken) => {
    for (const round of rounds(taken)) {
      const steps = initials(round);
      const isWaiting = trigger.kind === "processing-time" && trigger.intervalMs === 0 && steps[1] === "s";
      equal(steps.includes("d"), isWaiting, steps);
      if (trigger.kind === "processing-time" && trigger.intervalMs === 0 && !isRateLimited) {
        ok(!steps.includes("w"));
      }
      for (const { step, turn } of round) {
        if (step.kind !== "wait-for-data") continue;
        ok(step.msMax > 0 && step.msMax <= IDLE_WAIT_MS_MAX);
        ok(step.msMax <= Math.max(1, turn!.delayLeftMs));
      }
    }
  }));
