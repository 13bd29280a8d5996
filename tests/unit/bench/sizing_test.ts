import { deepEqual, ok, throws } from "assert";
import fc from "fast-check";
import { type MeasuredCosts, sizeFor, type SizingChoices } from "../../bench/scaling/sizing.ts";

const MEASURED: MeasuredCosts = {
  recordBytes: 400,
  perRecord: 4e-6,
  perBatch: 12,
  localPerSecond: 800_000,
  keyBytes: { local: 60, spark: 480 },
};
const CHOICES: SizingChoices = {
  headroom: 2,
  triggerSeconds: 60,
  coresPerExecutor: 4,
  replicas: 3,
  keySeconds: 600,
  keysPerRecord: 1,
};

Deno.test("A rate is sized by hand", () => {
  // 1,000,000 × 2 × 4 µs are 8 cores; of 60 s, a batch leaves 48 s for its records, so 10 are needed, which are 3 × 4.
  deepEqual(sizeFor(1_000_000, MEASURED, CHOICES), {
    localMachines: 2.5,
    cores: 12,
    executors: 3,
    partitions: 12,
    bandwidth: { produced: 4e8, replicated: 8e8, read: 8e8 },
    keys: 6e8,
    state: { local: 3.6e10, spark: 2.88e11 },
  });
});

Deno.test("The cores that are sized read the rate with its headroom within each trigger, and fewer executors do not", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000_000 }),
      fc.double({ min: 1, max: 5, noNaN: true }),
      (rate, headroom) => {
        const { cores, executors } = sizeFor(rate, MEASURED, { ...CHOICES, headroom });
        const records = rate * headroom * CHOICES.triggerSeconds;
        const batchSeconds = (busy: number) => MEASURED.perBatch + records * MEASURED.perRecord / busy;
        ok(batchSeconds(cores) <= CHOICES.triggerSeconds * (1 + 1e-9));
        ok(
          executors === 1 ||
            batchSeconds((executors - 1) * CHOICES.coresPerExecutor) > CHOICES.triggerSeconds * (1 - 1e-9),
        );
      },
    ),
  );
});

Deno.test("A trigger that a batch does not fit into is refused", () => {
  throws(() => sizeFor(1, MEASURED, { ...CHOICES, triggerSeconds: 12 }), RangeError);
});
