import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import {
  EventTimeStats,
  joinEventTimes,
  NO_EVENT_TIMES,
  WatermarkTracker,
} from "../../lib/stream/time/watermark.ts";

const eventMicros = fc.integer({ min: -1_000_000_000, max: 5_000_000_000 });
const batchesOf = (branches: number) =>
  fc.array(fc.array(fc.array(eventMicros, { maxLength: 5 }), { minLength: branches, maxLength: branches }), {
    maxLength: 12,
  });
const queries = fc.array(fc.option(fc.nat(2_000_000), { nil: undefined }), { minLength: 1, maxLength: 3 })
  .chain((delaysMs) => fc.record({ delaysMs: fc.constant(delaysMs), batches: batchesOf(delaysMs.length) }));

function summaryOf(timesMicros: readonly number[]) {
  const stats = new EventTimeStats();
  timesMicros.forEach((time) => stats.add(time));
  return stats.drain();
}

Deno.test("The watermark is the slowest stream's latest time less its delay, over all batches so far", () => {
  fc.assert(
    fc.property(queries, ({ delaysMs, batches }) => {
      const tracker = new WatermarkTracker(delaysMs);
      for (const [index, batch] of batches.entries()) {
        tracker.advance(batch.map(summaryOf));
        const byStream = delaysMs.flatMap((delayMs, branch) => {
          if (delayMs === undefined) return [];
          const times = batches.slice(0, index + 1).flatMap((seen) => seen[branch]!);
          return [Math.max(0, ...times.map((time) => Math.floor(time / 1_000) - delayMs))];
        });
        equal(tracker.currentMs, byStream.length === 0 ? undefined : Math.min(...byStream));
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("With the policy max, the fastest stream decides", () => {
  fc.assert(fc.property(queries, ({ delaysMs, batches }) => {
    const tracker = new WatermarkTracker(delaysMs, { policy: "max" });
    const seen = delaysMs.map(() => 0);
    for (const batch of batches) {
      tracker.advance(batch.map(summaryOf));
      delaysMs.forEach((delayMs, branch) => {
        for (const time of delayMs === undefined ? [] : batch[branch]!) {
          seen[branch] = Math.max(seen[branch]!, Math.floor(time / 1_000) - delayMs!);
        }
      });
      if (tracker.currentMs !== undefined) equal(tracker.currentMs, Math.max(...seen));
    }
  }));
});

Deno.test("Branches of one stream have one watermark, which is that of all their rows", () => {
  const branches = fc.array(fc.constantFrom("s", "t"), { minLength: 1, maxLength: 4 });
  const runs = branches.chain((streams) =>
    fc.record({ streams: fc.constant(streams), batches: batchesOf(streams.length) })
  );
  fc.assert(fc.property(runs, fc.constantFrom("min", "max"), ({ streams, batches }, policy) => {
    const names = [...new Set(streams)];
    const tracker = new WatermarkTracker(streams.map(() => 0), { policy, streams });
    const byStream = new WatermarkTracker(names.map(() => 0), { policy });
    for (const batch of batches) {
      tracker.advance(batch.map(summaryOf));
      byStream.advance(
        names.map((name) => summaryOf(batch.filter((_times, branch) => streams[branch] === name).flat())),
      );
      equal(tracker.currentMs, byStream.currentMs);
    }
  }));
});

/** Two streams without delay; each event is of one of them, at a moment, with its own time; or it is a restart. */
const twoStreams = fc.array(
  fc.record({
    branch: fc.nat(1),
    waitMs: fc.nat(150),
    timeMs: fc.nat(10_000),
    isRestart: fc.nat(9).map((choice) => choice === 0),
  }),
  { minLength: 1, maxLength: 30 },
);

Deno.test("A stream that has been silent for the idle timeout holds the other back no more, also after a restart", () => {
  const idleTimeoutMs = 100;
  fc.assert(
    fc.property(twoStreams, (events) => {
      let tracker = new WatermarkTracker([0, 0], { idleTimeoutMs, nowMs: 0 });
      const ever = [0, 0];
      let [inThisRun, lastSeen] = [[0, 0], [0, 0]];
      let [nowMs, expected] = [0, 0];
      const look = () => {
        const awake = [0, 1].filter((branch) => nowMs - lastSeen[branch]! < idleTimeoutMs);
        const chosen = awake.length === 0
          ? Math.max(...ever)
          : Math.min(...awake.map((branch) => inThisRun[branch]!));
        expected = Math.max(expected, chosen);
      };
      for (const { branch, waitMs, timeMs, isRestart } of events) {
        nowMs += waitMs;
        if (isRestart) {
          const before = tracker;
          tracker = new WatermarkTracker([0, 0], { idleTimeoutMs, nowMs });
          tracker.restore(before.currentMs!, before.byBranchMs);
          [inThisRun, lastSeen] = [[0, 0], [nowMs, nowMs]];
        }
        tracker.passTime(nowMs);
        look();
        equal(tracker.currentMs, expected);
        const seen = [NO_EVENT_TIMES, NO_EVENT_TIMES];
        seen[branch] = summaryOf([timeMs * 1_000]);
        tracker.advance(seen, nowMs);
        for (const latest of [ever, inThisRun]) latest[branch] = Math.max(latest[branch]!, timeMs);
        lastSeen[branch] = nowMs;
        look();
        equal(tracker.currentMs, expected);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("Without an idle timeout a stream is waited for, however long it is silent", () => {
  const tracker = new WatermarkTracker([0, 0], { nowMs: 0 });
  tracker.advance([summaryOf([5_000_000]), NO_EVENT_TIMES], 1);
  equal(tracker.passTime(Number.MAX_SAFE_INTEGER), false);
  equal(tracker.currentMs, 0);
});

Deno.test("The watermark never goes back, and says when it moves", () => {
  fc.assert(fc.property(queries, ({ delaysMs, batches }) => {
    const tracker = new WatermarkTracker(delaysMs);
    for (const batch of batches) {
      const before = tracker.currentMs ?? 0;
      const moved = tracker.advance(batch.map(summaryOf));
      const after = tracker.currentMs ?? 0;
      ok(after >= before);
      equal(moved, after > before);
    }
  }));
});

Deno.test("A restart keeps the watermark, and only event times after it raise it further", () => {
  fc.assert(fc.property(queries, fc.nat(12), ({ delaysMs, batches }, cut) => {
    const first = new WatermarkTracker(delaysMs);
    for (const batch of batches.slice(0, cut)) first.advance(batch.map(summaryOf));
    const second = new WatermarkTracker(delaysMs);
    second.restore(first.currentMs ?? 0, JSON.parse(JSON.stringify(first.byBranchMs)));
    equal(second.currentMs, first.currentMs);
    // What only these batches come to.
    const fresh = new WatermarkTracker(delaysMs);
    for (const batch of batches.slice(cut)) {
      second.advance(batch.map(summaryOf));
      fresh.advance(batch.map(summaryOf));
      const expected = first.currentMs === undefined
        ? undefined
        : Math.max(first.currentMs, fresh.currentMs!);
      equal(second.currentMs, expected);
    }
  }));
});

Deno.test("Event times that are taken in parts and joined come to what they come to at once", () => {
  const parts = fc.array(fc.array(eventMicros, { maxLength: 6 }), { maxLength: 6 });
  fc.assert(fc.property(parts, (all) => {
    const ms = all.flat().map((time) => Math.floor(time / 1_000));
    const expected = ms.length === 0 ? NO_EVENT_TIMES : {
      count: ms.length,
      maxMs: Math.max(...ms),
      minMs: Math.min(...ms),
      sumMs: ms.reduce((total, time) => total + time, 0),
      rowsAhead: 0,
    };
    deepEqual(all.map(summaryOf).reduce(joinEventTimes, NO_EVENT_TIMES), expected);
  }));
});

Deno.test("What was taken once is not taken again", () => {
  const stats = new EventTimeStats();
  stats.add(5_000);
  equal(stats.drain().count, 1);
  deepEqual(stats.drain(), NO_EVENT_TIMES);
});
