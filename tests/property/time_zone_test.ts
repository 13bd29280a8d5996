// In an isolate of its own: it measures the heap.
import { equal, ok } from "assert";
import fc from "fast-check";
import { heapBytes } from "../support/heap.ts";
import { type TimeZone, timeZoneOf } from "../../lib/base/time_zone.ts";

const IDS = [
  "America/Los_Angeles",
  "America/St_Johns",
  "Europe/Berlin",
  "Europe/London",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Asia/Kathmandu",
  "Africa/Casablanca",
  "America/Sao_Paulo",
  "Asia/Tehran",
] as const;

const formats = new Map(IDS.map((id) => [
  id,
  new Intl.DateTimeFormat("en-US", {
    timeZone: id,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }),
]));

/** The offset by what a clock in the zone shows. */
function clockOffset(id: (typeof IDS)[number], utcSeconds: number): number {
  const parts = Object.fromEntries(
    formats.get(id)!.formatToParts(new Date(utcSeconds * 1_000)).map((
      { type, value },
    ) => [type, Number(value)]),
  ) as Record<"year" | "month" | "day" | "hour" | "minute" | "second", number>;
  const { year, month, day, hour, minute, second } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1_000 - utcSeconds;
}

/** The first second of another offset within the year behind an instant, found by halving days. */
function transitionAfter(id: (typeof IDS)[number], startSeconds: number): number | undefined {
  const before = clockOffset(id, startSeconds);
  for (let day = startSeconds; day < startSeconds + 366 * 86_400; day += 86_400) {
    if (clockOffset(id, day + 86_400) === before) continue;
    let [low, high] = [day, day + 86_400];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (clockOffset(id, middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }
  return undefined;
}

/** Java's `ZonedDateTime.of`: the earlier of two instants, and what a gap swallows moves on by its length. */
function javaInstant(id: (typeof IDS)[number], localSeconds: number): number {
  const around = [-86_400, 86_400].map((shift) => clockOffset(id, localSeconds + shift));
  const instants = around.map((offset) => localSeconds - offset)
    .filter((utc) => utc + clockOffset(id, utc) === localSeconds);
  return instants.length > 0 ? Math.min(...instants) : localSeconds - around[0]!;
}

const ids = fc.constantFrom(...IDS);
const instants = fc.integer({ min: Date.UTC(1970, 0, 2) / 1_000, max: Date.UTC(2037, 11, 30) / 1_000 });

/** Instants of a change of offset, in the zones and years that have one. */
const transitions = fc.tuple(ids, fc.integer({ min: 1971, max: 2036 })).map(([id, year]) => {
  const start = Date.UTC(year, 0, 1) / 1_000;
  return [id, transitionAfter(id, start) ?? start] as const;
});

/** Instants within two hours of one. */
const nearTransitions = fc.tuple(transitions, fc.integer({ min: -7_300, max: 7_300 }))
  .map(([[id, utc], aside]) => [id, utc + aside] as const);

function zoneOf(id: string): TimeZone {
  const zone = timeZoneOf(id);
  ok(zone !== undefined, id);
  return zone;
}

Deno.test("The offset at any instant is what a clock in the zone shows", () => {
  fc.assert(
    fc.property(ids, instants, (id, utc) => {
      equal(zoneOf(id).offsetAtUtc(utc), clockOffset(id, utc));
    }),
    { numRuns: 500 },
  );
});

Deno.test("The rules of a zone hold up to the last year that a clock can show, and beyond", () => {
  const [first, last] = [Date.UTC(2400, 0, 1) / 1_000, Date.UTC(275_760, 8, 12) / 1_000];
  const cycle = 146_097 * 86_400;
  fc.assert(
    fc.property(ids, fc.integer({ min: first, max: last }), fc.nat({ max: 40 }), (id, utc, cycles) => {
      equal(zoneOf(id).offsetAtUtc(utc), clockOffset(id, utc));
      // The calendar repeats every 400 years.
      equal(zoneOf(id).offsetAtUtc(utc + cycles * cycle), clockOffset(id, utc));
    }),
    { numRuns: 500 },
  );
});

Deno.test("The offset changes at the very second at which the clocks change", () => {
  fc.assert(
    fc.property(transitions, ([id, utc]) => {
      for (const shift of [-1, 0, 1]) {
        equal(zoneOf(id).offsetAtUtc(utc + shift), clockOffset(id, utc + shift));
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("A week has an offset of its own exactly where clocks show the same one all the time", () => {
  const WEEK = 7 * 86_400;
  const near = fc.tuple(transitions, fc.integer({ min: -1, max: 1 }))
    .map(([[id, utc], aside]) => [id, Math.floor(utc / WEEK) + aside] as const);
  const any = fc.tuple(ids, instants).map(([id, utc]) => [id, Math.floor(utc / WEEK)] as const);
  fc.assert(
    fc.property(fc.oneof(near, any), ([id, week]) => {
      const hours = Array.from({ length: 7 * 24 }, (_, hour) => clockOffset(id, week * WEEK + hour * 3_600));
      const offsets = new Set([...hours, clockOffset(id, (week + 1) * WEEK - 1)]);
      equal(zoneOf(id).offsetOfWeek(week), offsets.size === 1 ? hours[0] : NaN, `${id} ${week}`);
    }),
    { numRuns: 40 },
  );
  equal(zoneOf("-07:30").offsetOfWeek(0), -27_000);
});

Deno.test("A summer time of one week is not passed over", () => {
  const zone = zoneOf("America/Recife");
  for (let day = 1; day <= 31; day++) {
    const noon = Date.UTC(2000, 9, day, 12) / 1_000;
    equal(zone.offsetAtUtc(noon), (day >= 8 && day < 15 ? -2 : -3) * 3_600, `October ${day}`);
  }
});

Deno.test("A local time is the instant that Java takes it for, in gaps and overlaps too", () => {
  fc.assert(
    fc.property(nearTransitions, fc.boolean(), ([id, utc], before) => {
      const local = utc + clockOffset(id, utc + (before ? -8_000 : 8_000));
      equal(
        zoneOf(id).utcOfLocal(local),
        javaInstant(id, local),
        `${id} ${new Date(local * 1_000).toISOString()}`,
      );
    }),
    { numRuns: 100 },
  );
});

Deno.test("An instant is found again from its local time, unless the clocks show that time twice", () => {
  fc.assert(fc.property(ids, instants, (id, utc) => {
    const zone = zoneOf(id);
    const again = zone.utcOfLocal(utc + zone.offsetAtUtc(utc));
    ok(again === utc || (again < utc && again + zone.offsetAtUtc(again) === utc + zone.offsetAtUtc(utc)));
  }));
});

Deno.test("The hours of a spring and an autumn in San Francisco are Java's", () => {
  const { utcOfLocal } = {
    utcOfLocal: (text: string) => zoneOf("America/Los_Angeles").utcOfLocal(Date.parse(text) / 1_000),
  };
  const utc = (text: string) => Date.parse(text) / 1_000;
  equal(utcOfLocal("2018-03-11T01:59:59Z"), utc("2018-03-11T09:59:59Z"));
  equal(utcOfLocal("2018-03-11T02:30:00Z"), utc("2018-03-11T10:30:00Z"));
  equal(utcOfLocal("2018-03-11T03:00:00Z"), utc("2018-03-11T10:00:00Z"));
  equal(utcOfLocal("2018-11-04T01:30:00Z"), utc("2018-11-04T08:30:00Z"));
  equal(utcOfLocal("2018-11-04T02:00:00Z"), utc("2018-11-04T10:00:00Z"));
});

Deno.test("An offset is a zone of its own", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["Z", 0],
    ["UTC", 0],
    ["GMT+1", 3_600],
    ["UTC-07:30", -27_000],
    ["+0530", 19_800],
    ["-18:00", -64_800],
    ["EST", -18_000],
  ];
  for (const [id, offset] of cases) {
    equal(zoneOf(id).offsetAtUtc(1_546_300_620), offset, id);
    equal(zoneOf(id).utcOfLocal(1_546_300_620), 1_546_300_620 - offset, id);
  }
  for (const id of ["", "+19", "+05:60", "Mars/Olympus", "america/los_angeles", "5"]) {
    equal(timeZoneOf(id), undefined, id);
  }
});

Deno.test("Texts that are no zones take no memory, however many come", () => {
  const before = heapBytes();
  for (let index = 0; index < 1_000; index++) equal(timeZoneOf(`+${index}${"x".repeat(50_000)}`), undefined);
  const grown = heapBytes() - before;
  ok(grown < 1_000_000, `${grown} bytes are held of 50,000,000 that were looked up`);
});

Deno.test("Local times in any order, of any week, are the instants that Java takes them for", () => {
  const local = fc.oneof(
    fc.integer({ min: Date.UTC(1970, 0, 10) / 1_000, max: Date.UTC(2037, 11, 1) / 1_000 }),
    // At the borders of weeks, and where one week has a single offset and the next has not.
    fc.tuple(fc.integer({ min: 2, max: 3_500 }), fc.integer({ min: -90_000, max: 90_000 }))
      .map(([week, aside]) => week * 7 * 86_400 + aside),
  );
  fc.assert(
    fc.property(ids, fc.array(local, { minLength: 1, maxLength: 6 }), (id, times) => {
      for (const time of times) {
        const near = [time, time + 1, time + 86_400, time - 86_400, time];
        for (const each of near) equal(zoneOf(id).utcOfLocal(each), javaInstant(id, each), `${id} ${each}`);
      }
    }),
    { numRuns: 60 },
  );
});
