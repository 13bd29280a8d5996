/** The scales and histograms of charts, and the lines that a history makes. */
import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { type BatchPoint, MEASURES, PHASES } from "../../../../lib/monitoring/history/batch_point.ts";
import { QueryHistory } from "../../../../lib/monitoring/history/query_history.ts";
import { histogram } from "../../../../lib/ui/page/charts/histogram.ts";
import { ticksUpTo, timeRangeOf } from "../../../../lib/ui/page/charts/scale.ts";
import { phasesOf, samplesOf, within } from "../../../../lib/ui/page/charts/series.ts";
import { formatTick, type Unit } from "../../../../lib/ui/page/text/format.ts";

const UNITS: readonly Unit[] = ["rows", "rows/s", "ms", "bytes"];
const amounts = fc.oneof(
  fc.integer({ min: 0, max: 1_000 }),
  fc.double({ min: 0, max: 1e13, noNaN: true }),
);

Deno.test("The ticks of an axis are even, few and differently written, and the last one is at or above the maximum", () => {
  fc.assert(fc.property(amounts, fc.constantFrom(...UNITS), (max, unit) => {
    const ticks = ticksUpTo(max, unit);
    ok(ticks.length >= 2 && ticks.length <= 6, ticks.join());
    ok(ticks[0] === 0 && ticks.at(-1)! >= max * (1 - 1e-9), ticks.join());
    for (const [index, tick] of ticks.entries()) ok(Math.abs(tick - index * ticks[1]!) <= 1e-6 * tick);
    equal(new Set(ticks.map((tick) => formatTick(tick, unit))).size, ticks.length, ticks.join());
  }));
});

Deno.test("A tick of a rate is what it says, also where all rates are zero or small", () => {
  deepEqual(ticksUpTo(0, "rows/s").map((tick) => formatTick(tick, "rows/s")), ["0/s", "1/s"]);
  fc.assert(fc.property(fc.double({ min: 0, max: 50, noNaN: true }), (max) => {
    for (const tick of ticksUpTo(max, "rows/s")) {
      ok(Math.abs(parseFloat(formatTick(tick, "rows/s")) - tick) < 1e-9, String(tick));
    }
  }));
});

Deno.test("A chart shows at least a second, and a single batch in the middle of a minute", () => {
  deepEqual(timeRangeOf([]), [null, null]);
  deepEqual(timeRangeOf([60_000]), [30, 90]);
  deepEqual(timeRangeOf([59_900, 60_100]), [30, 90]);
  deepEqual(timeRangeOf([1_000, 2_000, 86_400_000]), [1, 86_400]);
});

Deno.test("Each value is in one range of a histogram: the one that contains it", () => {
  const values = fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 100 });
  fc.assert(fc.property(values, fc.integer({ min: 1, max: 1_000_000 }), (shares, max) => {
    const known = shares.flatMap((share) => share === null ? [] : [share * max]);
    const bins = histogram(shares.map((share) => share === null ? null : share * max), max);
    equal(bins.reduce((sum, { count }) => sum + count, 0), known.length);
    const slack = max * 1e-9;
    for (const { from, to, count } of bins) {
      ok(count <= known.filter((value) => value >= from - slack && value <= to + slack).length);
      ok(count >= known.filter((value) => value > from + slack && value < to - slack).length);
    }
  }));
});

function point(batchId: number, values: Partial<BatchPoint> = {}): BatchPoint {
  return {
    ...Object.fromEntries(MEASURES.map((measure) => [measure, batchId])) as Pick<BatchPoint, "inputRows">,
    batchId,
    atMs: batchId * 1_000,
    triggeredAtMs: batchId * 1_000 - 10,
    startsRun: false,
    phases: Object.fromEntries(PHASES.map((phase, index) => [phase, index])) as BatchPoint["phases"],
    watermarkMs: null,
    ...values,
  } as BatchPoint;
}

function history(points: readonly BatchPoint[]) {
  const history = new QueryHistory();
  for (const each of points) history.add(each);
  return history.snapshot();
}

Deno.test("A chart of the recent batches has each of them, with a gap before the first one of another run", () => {
  const parts = within(history([point(1), point(2), point(3, { startsRun: true })]), "recent");
  deepEqual(samplesOf(parts, "inputRows").map(({ value }) => value), [1, 2, null, 3]);
  deepEqual(phasesOf(parts).map(({ phases }) => phases?.addBatch ?? null), [2, 2, null, 2]);
  deepEqual(samplesOf(parts, "inputRows").map(({ atMs }) => atMs), [1_000, 2_000, 2_999, 3_000]);
});

Deno.test("A batch without a value is a gap", () => {
  const parts = within(history([point(1, { inputRowsPerSecond: null }), point(2)]), "recent");
  deepEqual(samplesOf(parts, "inputRowsPerSecond").map(({ value }) => value), [null, 2]);
});

Deno.test("A chart of everything stands for each batch once, in order of time", () => {
  const count = 1_500;
  const parts = within(history(Array.from({ length: count }, (_, batchId) => point(batchId))), "all");
  const samples = samplesOf(parts, "inputRows");
  ok(samples.length < count);
  let next = 0;
  let lastMs = -Infinity;
  for (const { batches: [first, last], value, min, max, atMs } of samples) {
    equal(first, next);
    // The mean of the numbers from the first to the last.
    equal(value, (first + last) / 2);
    deepEqual([min, max], [first, last]);
    ok(atMs >= lastMs);
    next = last + 1;
    lastMs = atMs;
  }
  equal(next, count);
});

Deno.test("A range ends with the last batch, not with the clock of the reader", () => {
  const hour = 3_600_000;
  const snapshot = history([point(1), point(2, { atMs: 2 * hour }), point(3, { atMs: 2.5 * hour })]);
  deepEqual(samplesOf(within(snapshot, "hour"), "inputRows").map(({ value }) => value), [2, 3]);
  equal(within(snapshot, "all").length, 3);
});
