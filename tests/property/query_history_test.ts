/** The history of a query: nothing is lost or counted twice by thinning, whatever arrives and when. */
import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { HISTORY_BATCHES_MAX, HISTORY_HOURS_MAX, HISTORY_MINUTES_MAX } from "../../lib/base/bounds.ts";
import { type BatchPoint, MEASURES, PHASES } from "../../lib/monitoring/history/batch_point.ts";
import type { Bucket } from "../../lib/monitoring/history/bucket.ts";
import type { HistorySnapshot } from "../../lib/monitoring/history/history_snapshot.ts";
import { QueryHistory } from "../../lib/monitoring/history/query_history.ts";
import { randomFrom } from "../support/random.ts";

const START_MS = Date.UTC(2026, 9, 25);
const SECOND_MS = 1_000;

/** Batches follow each other at random up to this; the negative one is a clock that is set back at times. */
const PACES_MS = [1, SECOND_MS, 60 * SECOND_MS, 2 * 3_600 * SECOND_MS, -10 * SECOND_MS];

const runs = fc.array(
  fc.record({ count: fc.integer({ min: 1, max: 2_500 }), paceMs: fc.constantFrom(...PACES_MS) }),
  { minLength: 1, maxLength: 4 },
);

/** Enough for everything to be thinned, hours as well. */
const LONG = [{ count: 5_000, paceMs: 2 * 3_600 * SECOND_MS }];

/** Batches of integers, so that sums are exact in any order. */
function pointsOf(plan: readonly { readonly count: number; readonly paceMs: number }[], seed: number) {
  const random = randomFrom(seed);
  const upTo = (max: number) => Math.floor(random() * max);
  const perhaps = () => random() < 0.3 ? null : upTo(100);
  const points: BatchPoint[] = [];
  let atMs = START_MS;
  for (const { count, paceMs } of plan) {
    for (let index = 0; index < count; index++) {
      atMs += paceMs < 0 ? Math.round((random() - 0.5) * -paceMs) : Math.round(random() * paceMs);
      points.push({
        batchId: points.length,
        atMs,
        triggeredAtMs: atMs - 5,
        startsRun: index === 0,
        watermarkMs: random() < 0.1 ? null : atMs,
        phases: { latestOffset: upTo(9), walCommit: upTo(9), addBatch: upTo(99), commitOffsets: upTo(9) },
        inputRows: upTo(1_000_000),
        inputRowsPerSecond: perhaps(),
        processedRowsPerSecond: upTo(1_000),
        durationMs: upTo(100),
        watermarkGapMs: perhaps(),
        stateRows: upTo(1_000),
        stateRowsUpdated: upTo(100),
        stateBytes: upTo(1_000_000),
        rowsDroppedByWatermark: upTo(3),
        lateRows: upTo(3),
        rowsAhead: upTo(3),
        malformed: upTo(3),
        outputRows: upTo(100),
        lagRecords: upTo(100),
        lagMs: perhaps(),
      });
    }
  }
  return points;
}

/** The figures of some batches, by the definition. */
function figuresOf(points: readonly BatchPoint[]) {
  const spread = (values: readonly number[]) =>
    values.length === 0 ? null : {
      count: values.length,
      min: values.reduce((left, right) => Math.min(left, right)),
      max: values.reduce((left, right) => Math.max(left, right)),
      sum: values.reduce((left, right) => left + right),
    };
  return {
    batches: points.length,
    runStarts: points.filter(({ startsRun }) => startsRun).length,
    lastBatchId: points.at(-1)!.batchId,
    watermarkMs: points.at(-1)!.watermarkMs,
    phases: Object.fromEntries(
      PHASES.map((phase) => [phase, points.reduce((sum, { phases }) => sum + phases[phase], 0)]),
    ),
    ...Object.fromEntries(
      MEASURES.map((
        measure,
      ) => [measure, spread(points.map((point) => point[measure]).filter((value) => value !== null))]),
    ),
  };
}

/** A history of all batches. */
function historyOf(points: readonly BatchPoint[]): QueryHistory {
  const history = new QueryHistory();
  points.forEach((point) => history.add(point));
  return history;
}

/** The buckets, oldest first. */
function bucketsOf({ earlier, hours, minutes }: HistorySnapshot): Bucket[] {
  return [...earlier === null ? [] : [earlier], ...hours, ...minutes];
}

Deno.test("Each bucket has the figures of the batches that come next, and the rest are in full", () => {
  fc.assert(
    fc.property(runs, fc.nat(), (plan, seed) => {
      const points = pointsOf(plan, seed);
      const snapshot = historyOf(points).snapshot();
      let taken = 0;
      for (const { sinceMs, spanMs, ...figures } of bucketsOf(snapshot)) {
        const own = points.slice(taken, taken += figures.batches);
        deepEqual(figures, figuresOf(own));
        ok(spanMs > 0 && sinceMs % 60_000 === 0);
      }
      const sameButTime = ({ atMs: _, ...point }: BatchPoint) => point;
      deepEqual(snapshot.batches.map(sameButTime), points.slice(taken).map(sameButTime));
      equal(snapshot.sequence, points.length);
    }),
    { numRuns: 15, examples: [[LONG, 1]] },
  );
});

Deno.test("A history is bounded, in order of time, and without overlaps", () => {
  fc.assert(
    fc.property(runs, fc.nat(), (plan, seed) => {
      const points = pointsOf(plan, seed);
      const snapshot = historyOf(points).snapshot();
      const { batches, minutes, hours } = snapshot;
      ok(
        batches.length <= HISTORY_BATCHES_MAX &&
          batches.length === Math.min(points.length, HISTORY_BATCHES_MAX),
      );
      ok(minutes.length <= HISTORY_MINUTES_MAX && hours.length <= HISTORY_HOURS_MAX);
      ok(hours.length === 0 || minutes.length === HISTORY_MINUTES_MAX);
      ok(snapshot.earlier === null || hours.length === HISTORY_HOURS_MAX);
      for (
        const buckets of [minutes, hours, ...snapshot.earlier === null ? [] : [[snapshot.earlier, ...hours]]]
      ) {
        buckets.slice(1).forEach(({ sinceMs }, index) =>
          ok(sinceMs >= buckets[index]!.sinceMs + buckets[index]!.spanMs)
        );
      }
      batches.slice(1).forEach(({ atMs }, index) => ok(atMs >= batches[index]!.atMs));
      if (minutes.length > 0) ok(minutes.at(-1)!.sinceMs <= batches[0]!.atMs);
    }),
    { numRuns: 15, examples: [[LONG, 1]] },
  );
});

Deno.test("A history that goes on from a snapshot is the history without a break", () => {
  fc.assert(
    fc.property(runs, fc.nat(), (plan, seed) => {
      const points = pointsOf(plan, seed);
      const breakAt = seed % (points.length + 1);
      const kept = JSON.parse(
        JSON.stringify(historyOf(points.slice(0, breakAt)).snapshot()),
      ) as HistorySnapshot;
      const continued = QueryHistory.of(kept);
      points.slice(breakAt).forEach((point) => continued.add(point));
      deepEqual(continued.snapshot(), historyOf(points).snapshot());
    }),
    { numRuns: 15, examples: [[LONG, 1]] },
  );
});

Deno.test("A batch without a time of its own, as the clock was set back, has that of the batch before", () => {
  const [first, second] = pointsOf([{ count: 2, paceMs: 1 }], 1) as [BatchPoint, BatchPoint];
  const { batches } = historyOf([first, { ...second, atMs: first.atMs - 1 }]).snapshot();
  deepEqual(batches.map(({ atMs }) => atMs), [first.atMs, first.atMs]);
});
