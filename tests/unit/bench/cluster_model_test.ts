import { deepEqual, equal, ok, throws } from "assert";
import fc from "fast-check";
import {
  type ClusterModel,
  type ClusterRun,
  fitModel,
  predict,
  speedup,
} from "../../bench/scaling/cluster_model.ts";

const MODELS = fc.record({
  start: fc.double({ min: 0.1, max: 20, noNaN: true }),
  perExecutor: fc.double({ min: 0, max: 5, noNaN: true }),
  perBatch: fc.double({ min: 0.01, max: 5, noNaN: true }),
  perRecord: fc.double({ min: 1e-7, max: 1e-3, noNaN: true }),
  contention: fc.double({ min: 0, max: 1, noNaN: true }),
  cores: fc.integer({ min: 2, max: 64 }),
});

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** A run that takes what the formula of the page says, worked out step by step. */
function runOf(model: ClusterModel, executors: number, run: Omit<ClusterRun, "seconds">): ClusterRun {
  let seconds = model.start;
  for (let more = 1; more < executors; more++) seconds += model.perExecutor;
  for (let batch = 0; batch < run.batches; batch++) seconds += model.perBatch;
  const busy = executors < model.cores ? executors : model.cores;
  const alone = run.records * model.perRecord;
  // Amdahl: the serial part takes as long as with one, the rest is shared.
  seconds += model.contention * alone + (1 - model.contention) * alone / busy;
  return { ...run, seconds };
}

Deno.test("A model that is fitted to runs of a cluster gives back what the cluster is like, and its other runs", () => {
  fc.assert(fc.property(MODELS, fc.integer({ min: 1, max: 100 }), (model, executors) => {
    const many = { records: 5_000_000, batches: 1 };
    const few = { records: 1_000_000, batches: 1 };
    const fitted = fitModel({
      cores: model.cores,
      few: runOf(model, 1, few),
      many: runOf(model, 1, many),
      manyBatches: runOf(model, 1, { ...many, batches: 10 }),
      twoFew: runOf(model, 2, few),
      two: runOf(model, 2, many),
    });
    for (const key of ["start", "perExecutor", "perBatch", "perRecord"] as const) {
      ok(isClose(fitted[key], model[key]), `${key}: ${fitted[key]}, not ${model[key]}`);
    }
    const run = { records: 2_500_000, batches: 3 };
    const { seconds } = runOf(model, executors, run);
    ok(isClose(predict(fitted, { executors, ...run }) / seconds, 1));
  }));
});

Deno.test("More executors are never slower, and never faster than as many times one, nor than the serial part allows", () => {
  fc.assert(fc.property(MODELS, fc.integer({ min: 1, max: 100 }), (model, executors) => {
    const [now, next] = [speedup(model, executors), speedup(model, executors + 1)];
    ok(next >= now - 1e-12);
    ok(now <= Math.min(executors, model.cores) + 1e-12);
    ok(model.contention === 0 || now <= 1 / model.contention + 1e-9);
  }));
});

Deno.test("Executors beyond the cores bring nothing", () => {
  const model = { start: 1, perExecutor: 0, perBatch: 1, perRecord: 1e-6, contention: 0.2, cores: 2 };
  equal(speedup(model, 1), 1);
  equal(speedup(model, 2), 2 / 1.2);
  equal(speedup(model, 4), speedup(model, 2));
});

Deno.test("Runs that are too short to tell are refused, and noise does not make executors faster than their number", () => {
  const few = { records: 100, batches: 1, seconds: 10 };
  const many = { records: 200, batches: 1, seconds: 12 };
  const manyBatches = { records: 200, batches: 3, seconds: 14 };
  const twoFew = { records: 100, batches: 1, seconds: 10 };
  const two = { records: 200, batches: 1, seconds: 11 };
  const runs = { cores: 2, few, many, manyBatches, twoFew, two };
  throws(() => fitModel({ ...runs, many: { ...many, seconds: 9 } }), /measure more/);
  throws(() => fitModel({ ...runs, manyBatches: many }), /measure more/);
  const expected = { start: 7, perExecutor: 1, perBatch: 1, perRecord: 0.02, contention: 0, cores: 2 };
  deepEqual(fitModel(runs), expected);
  deepEqual(fitModel({ ...runs, two: { ...two, seconds: 30 } }).contention, 1);
  deepEqual(fitModel({ ...runs, two: { ...two, seconds: 9 } }), { ...expected, perExecutor: 0 });
});
