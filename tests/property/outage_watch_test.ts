import { deepEqual, equal } from "assert";
import fc from "fast-check";
import { OUTAGE_AGAIN_MS, OUTAGE_REPORTED_MS } from "../../lib/base/bounds.ts";
import { type OutageNews, OutageWatch, type Wait } from "../../lib/broker/outages/outage_watch.ts";

const CHECK_INTERVAL_MS = 500;
const GIVEN_UP_MS = 300_000;
const SERVER = "kafka:9092";

/** Something that is waited for, and answered at its end. */
interface Call {
  readonly beginMs: number;
  readonly endMs: number;
}

/** What is told, and when. */
interface Told {
  readonly atMs: number;
  readonly kind: OutageNews["kind"];
  readonly ms: number;
}

const options = (nowMs: number) => ({ untilMs: nowMs + GIVEN_UP_MS, servers: () => [SERVER] });

function toldOf(atMs: number, news: OutageNews | undefined): Told[] {
  if (news === undefined) return [];
  return [{ atMs, kind: news.kind, ms: news.kind === "silent" ? news.silentMs : news.afterMs }];
}

/** Has the watch look twice a second while the calls are made. */
function run(calls: readonly Call[]): Told[] {
  const watch = new OutageWatch();
  const waits = new Map<Call, Wait>();
  const told: Told[] = [];
  const lastMs = Math.max(...calls.map(({ endMs }) => endMs)) + 10 * CHECK_INTERVAL_MS;
  for (let nowMs = 0; nowMs <= lastMs; nowMs++) {
    for (const call of calls.filter(({ endMs }) => endMs === nowMs)) {
      told.push(...toldOf(nowMs, watch.answered(waits.get(call)!, nowMs)));
    }
    for (const call of calls.filter(({ beginMs }) => beginMs === nowMs)) {
      waits.set(call, watch.begin(options(nowMs), nowMs));
    }
    if (nowMs % CHECK_INTERVAL_MS === 0) told.push(...toldOf(nowMs, watch.look(nowMs)));
  }
  return told;
}

/** The times during which any call has waited for long, as a person would mark them on a line of time. */
function outagesOf(calls: readonly Call[]): Call[] {
  const merged: Call[] = [];
  const long = calls.map(({ beginMs, endMs }) => ({ beginMs: beginMs + OUTAGE_REPORTED_MS, endMs }))
    .filter(({ beginMs, endMs }) => endMs > beginMs)
    .sort((left, right) => left.beginMs - right.beginMs);
  for (const { beginMs, endMs } of long) {
    const last = merged.at(-1);
    if (last === undefined || beginMs > last.endMs) merged.push({ beginMs, endMs });
    else merged.push({ beginMs: merged.pop()!.beginMs, endMs: Math.max(last.endMs, endMs) });
  }
  return merged;
}

function expected(calls: readonly Call[]): Told[] {
  return outagesOf(calls).flatMap(({ beginMs, endMs }) => {
    const firstMs = Math.ceil(beginMs / CHECK_INTERVAL_MS) * CHECK_INTERVAL_MS;
    if (firstMs >= endMs) return [];
    const overdue = calls.filter((call) =>
      call.beginMs + OUTAGE_REPORTED_MS <= firstMs && call.endMs > firstMs
    );
    const sinceMs = Math.min(...overdue.map((call) => call.beginMs));
    const lines: Told[] = [];
    for (let atMs = firstMs; atMs < endMs; atMs += OUTAGE_AGAIN_MS) {
      lines.push({ atMs, kind: "silent", ms: atMs - sinceMs });
    }
    return [...lines, { atMs: endMs, kind: "back", ms: endMs - sinceMs }];
  });
}

const call = fc.record({ beginMs: fc.nat(40_000), lastsMs: fc.integer({ min: 1, max: 90_000 }) })
  .map(({ beginMs, lastsMs }) => ({ beginMs, endMs: beginMs + lastsMs }));

Deno.test("An outage is told once, again each minute, and once when it is over, whatever waits for it", () => {
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 8 }), (calls) => {
      deepEqual(run(calls), expected(calls));
    }),
    { numRuns: 25 },
  );
});

Deno.test("A Kafka that answers each call in time is no outage, however many calls there are", () => {
  const quick = fc.record({
    beginMs: fc.nat(40_000),
    lastsMs: fc.integer({ min: 1, max: OUTAGE_REPORTED_MS }),
  })
    .map(({ beginMs, lastsMs }) => ({ beginMs, endMs: beginMs + lastsMs }));
  fc.assert(
    fc.property(fc.array(quick, { minLength: 1, maxLength: 50 }), (calls) => deepEqual(run(calls), [])),
    { numRuns: 20 },
  );
});

Deno.test("A process that was stopped tells no outage of the time in which it could not hear", () => {
  const watch = new OutageWatch();
  watch.begin(options(0), 0);
  equal(watch.look(1_000), undefined);
  equal(watch.look(60_000), undefined, "the answer may be there, unread");
  for (let nowMs = 60_500; nowMs < 65_000; nowMs += CHECK_INTERVAL_MS) equal(watch.look(nowMs), undefined);
  equal(watch.look(65_000)?.kind, "silent");
});

Deno.test("An answer that is on its way is no silence, and its standstill is one", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), (seconds) => {
      const watch = new OutageWatch();
      let movedMs = 0;
      watch.begin({ ...options(0), quietSinceMs: () => movedMs }, 0);
      let nowMs = 0;
      for (; nowMs <= seconds * 1_000; nowMs += CHECK_INTERVAL_MS) {
        movedMs = nowMs;
        equal(watch.look(nowMs), undefined);
      }
      for (; nowMs < movedMs + OUTAGE_REPORTED_MS; nowMs += CHECK_INTERVAL_MS) {
        equal(watch.look(nowMs), undefined);
      }
      equal(watch.look(nowMs)?.kind, "silent");
    }),
    { numRuns: 20 },
  );
});

Deno.test("A call that goes on in place of one without an answer counts from the first one's beginning", () => {
  const watch = new OutageWatch();
  const first = watch.begin(options(0), 0);
  equal(watch.look(2_000), undefined);
  equal(watch.look(4_000), undefined);
  watch.unanswered(first, 4_000);
  const second = watch.begin(options(4_001), 4_001);
  deepEqual(watch.look(5_500), {
    kind: "silent",
    servers: [SERVER],
    silentMs: 5_500,
    leftMs: GIVEN_UP_MS - 1_499,
  });
  // Somebody who does not want an answer any more has not heard Kafka.
  watch.dropped(second);
  const third = watch.begin(options(6_000), 6_000);
  deepEqual(watch.answered(third, 6_100), { kind: "back", afterMs: 6_100 });
});

Deno.test("Answers of other servers do not end an outage while a call still waits for one", () => {
  const watch = new OutageWatch();
  const frozen = watch.begin({ ...options(0), servers: () => ["frozen:9092"] }, 0);
  for (let nowMs = 500; nowMs < 5_000; nowMs += CHECK_INTERVAL_MS) watch.look(nowMs);
  const news = watch.look(5_000);
  deepEqual(news?.kind === "silent" && news.servers, ["frozen:9092"]);
  const other = watch.begin(options(5_100), 5_100);
  equal(watch.answered(other, 5_200), undefined);
  deepEqual(watch.answered(frozen, 9_000), { kind: "back", afterMs: 9_000 });
});
