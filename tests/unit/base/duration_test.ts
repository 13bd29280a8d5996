import { equal } from "assert";
import fc from "fast-check";
import { formatDuration, parseDuration } from "../../../lib/base/text/duration.ts";

const UNITS: Readonly<Record<string, readonly string[]>> = {
  "1": ["ms", "millisecond", "milliseconds", "MS"],
  "1000": ["s", "sec", "secs", "second", "seconds", "Seconds"],
  "60000": ["m", "min", "mins", "minute", "minutes"],
  "3600000": ["h", "hour", "hours"],
  "86400000": ["d", "day", "days"],
  "604800000": ["w", "week", "weeks"],
};

const parts = fc.record({
  count: fc.nat(10_000),
  unit: fc.constantFrom(
    ...Object.entries(UNITS).flatMap(([ms, names]) => names.map((name) => [name, Number(ms)] as const)),
  ),
  space: fc.constantFrom("", " ", "  "),
});

Deno.test("The parts of a duration add up, whatever their units and the spaces between them", () => {
  fc.assert(
    fc.property(
      fc.array(parts, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("", "interval ", " "),
      (all, lead) => {
        const text = lead + all.map(({ count, unit: [name], space }) => `${count}${space}${name}`).join(" ");
        equal(
          parseDuration(text),
          all.reduce((total, { count, unit: [, ms] }) => total + count * ms, 0),
          text,
        );
      },
    ),
  );
});

Deno.test("A fraction is rounded to whole milliseconds", () => {
  equal(parseDuration("1.5s"), 1_500);
  equal(parseDuration("0.0004 s"), 0);
  equal(parseDuration("0.25 minutes"), 15_000);
  equal(parseDuration("1.2345 seconds"), 1_235);
});

Deno.test("Zero needs no unit, any other number does", () => {
  equal(parseDuration("0"), 0);
  equal(parseDuration(" 00 "), 0);
  for (const text of ["1", "10", "0.5", "-0"]) equal(parseDuration(text), undefined, text);
});

Deno.test("What is no duration is refused", () => {
  const wrong = [
    "",
    " ",
    "s",
    "ms 5",
    "-5s",
    "5 parsecs",
    "5s!",
    "5s 3",
    "1,5s",
    "interval",
    "1e3s",
    "5 constructor",
    "5 mss",
  ];
  for (const text of [...wrong, "99999999999999999w"]) equal(parseDuration(text), undefined, text);
});

Deno.test("A duration for people is the nearest one in its last unit, and never a full next unit", () => {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 };
  const fullAt: Readonly<Record<string, number>> = { ms: 1_000, s: 60, min: 60 };
  const durations = fc.oneof(
    fc.double({ min: 0, max: 100_000, noNaN: true }),
    fc.nat(10_000_000),
    fc.constantFrom(999.6, 59_949, 59_950, 59_960, 59_999, 3_599_400, 3_599_500, 3_599_999, 7_199_999),
  );
  fc.assert(
    fc.property(durations, (ms) => {
      const shown = formatDuration(ms);
      const found = [...shown.matchAll(/([\d.]+) (ms|s|min|h)/g)].map(([, count, unit]) =>
        [Number(count), unit!] as const
      );
      equal(found.map(([count, unit]) => `${count} ${unit}`).join(" "), shown);
      for (const [count, unit] of found) {
        equal(count < (fullAt[unit] ?? Infinity), true, `${ms} is shown as ${shown}`);
      }
      const value = found.reduce((total, [count, unit]) => total + count * units[unit]!, 0);
      const step = ms < 1_000 ? 1 : ms < 60_000 ? 100 : ms < 3_600_000 ? 1_000 : 60_000;
      equal(Math.abs(value - ms) <= step, true, `${ms} is shown as ${shown}`);
    }),
    { numRuns: 1_000 },
  );
});
