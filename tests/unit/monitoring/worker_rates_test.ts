import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { WorkerRates } from "../../../lib/monitoring/view/worker_rates.ts";

Deno.test("The rate of a worker is that of the last ten seconds, whatever was before", () => {
  const rates = new WorkerRates();
  deepEqual(rates.at(0), []);
  let records = 0;
  for (let second = 0; second <= 60; second++) {
    // A hundred records a second at first, then ten, at a tenth of the time for each hundred.
    records += second <= 30 ? 100 : 10;
    rates.worked({ monotonicMs: second * 1_000, workers: [{ worker: 0, records, busyMs: records }] });
  }
  deepEqual(rates.at(60_000), [{ id: 0, recordsPerSecond: 10, busyShare: 0.01 }]);
});

Deno.test("A worker that has no batch any more comes to rest within ten seconds", () => {
  const rates = new WorkerRates();
  rates.worked({ monotonicMs: 0, workers: [{ worker: 0, records: 0, busyMs: 0 }] });
  rates.worked({ monotonicMs: 1_000, workers: [{ worker: 0, records: 500, busyMs: 800 }] });
  deepEqual(rates.at(1_000), [{ id: 0, recordsPerSecond: 500, busyShare: 0.8 }]);
  deepEqual(rates.at(5_000), [{ id: 0, recordsPerSecond: 100, busyShare: 0.16 }]);
  deepEqual(rates.at(20_000), [{ id: 0, recordsPerSecond: 0, busyShare: 0 }]);
});

Deno.test("Rates are never negative or beyond all that was done, and few reports are kept, however many there are", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(3_000), fc.nat(1_000)), { minLength: 1 }),
      fc.nat(20_000),
      (steps, later) => {
        const rates = new WorkerRates();
        let [monotonicMs, records, busyMs] = [0, 0, 0];
        for (const [ms, more] of steps) {
          monotonicMs += ms;
          records += more;
          busyMs += Math.min(ms, more);
          rates.worked({ monotonicMs, workers: [{ worker: 3, records, busyMs }] });
        }
        const [{ id, recordsPerSecond, busyShare }] = rates.at(monotonicMs + later) as [
          ReturnType<typeof rates.at>[0],
        ];
        equal(id, 3);
        ok(recordsPerSecond >= 0 && busyShare >= 0 && busyShare <= 1);
      },
    ),
  );
});
