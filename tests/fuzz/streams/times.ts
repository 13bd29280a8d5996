/** Times at the ends of the range, and where a calendar, a clock or a number format changes on the way there. */
import type { Random } from "../random.ts";

const MICROS_A_DAY = 86_400_000_000n;
/** The Gregorian calendar repeats itself. */
const CYCLE_DAYS = 146_097n;
const CYCLE_YEARS = 400;

function microsOf(iso: string): bigint {
  return BigInt(Date.parse(iso)) * 1_000n;
}

/** Where the event times of a stream begin: at the turn of a year, where clocks are put forward or back, and far away. */
const ORIGINS_MS = [
  "2018-12-31T10:00Z",
  "2018-12-31T23:00Z",
  "2018-11-04T08:30Z",
  "2019-03-31T00:30Z",
  "2018-12-31T10:00Z",
  "2018-11-04T08:30Z",
  "2038-01-19T02:00Z",
  "2255-06-05T22:30Z",
  "2262-04-11T22:30Z",
  "2999-12-31T22:30Z",
  "9999-12-31T20:00Z",
].map(Date.parse);
const EARLY_ORIGINS_MS = [
  "1969-12-31T10:00Z",
  "1883-11-18T19:00Z",
  "1684-07-28T00:00Z",
  "1600-02-29T00:00Z",
  "1582-10-15T00:00Z",
  "0001-01-01T00:00Z",
].map(Date.parse);

/** The first microsecond behind each border. */
const BORDERS = [
  // The first year of the era.
  microsOf("0001-01-01T00:00:00Z"),
  // Where the Gregorian calendar began, and its first leap year that is a century.
  microsOf("1582-10-15T00:00:00Z"),
  microsOf("1600-02-29T00:00:00Z"),
  // Where microseconds are no longer exact as a double.
  -(2n ** 53n),
  2n ** 53n,
  // Railway time in America.
  microsOf("1883-11-18T20:00:00Z"),
  microsOf("1970-01-01T00:00:00Z"),
  // Where seconds leave 32 bits, and nanoseconds 64.
  microsOf("2038-01-19T03:14:08Z"),
  2n ** 63n / 1_000n,
  // "No end", as it is often written.
  microsOf("3000-01-01T00:00:00Z"),
  microsOf("+010000-01-01T00:00:00Z"),
  microsOf("+010000-01-01T00:00:00Z"),
];

/** The first and the last microsecond of TIMESTAMP. */
const FIRST = -(2n ** 63n);
const LAST = 2n ** 63n - 1n;

/** Mostly the microsecond before the border: several records have the same one. */
const OFFSETS = [
  -1n,
  -1n,
  -1n,
  -2n,
  -3n,
  0n,
  0n,
  1n,
  2n,
  -1_000n,
  -1_000_000n,
  3_600_000_000n,
];

/** The times of a scenario that are far away, of which there are few, so that they come in groups. */
export function farTimes(random: Random): readonly bigint[] {
  const times = random.times(
    random.int(2, 5),
    () => random.pick(BORDERS) + random.pick(OFFSETS),
  );
  // Most of what is done with these ends a query, here and in Spark.
  return random.chance(0.05) ? [...times, random.pick([FIRST, FIRST + 1n, LAST - 1n, LAST])] : times;
}

/** Where the event times of a stream begin, in milliseconds since the epoch: behind it, or before it. */
export function randomOriginMs(
  random: Random,
  { isEarly }: { readonly isEarly: boolean },
): number {
  return random.pick(isEarly ? EARLY_ORIGINS_MS : ORIGINS_MS);
}

/** A time as a text of ISO 8601, in UTC, without its zone, and with six digits behind the seconds. */
export function isoText(micros: bigint): string {
  const days = floorDiv(micros, MICROS_A_DAY);
  const cycles = floorDiv(days, CYCLE_DAYS);
  const inside = micros - cycles * CYCLE_DAYS * MICROS_A_DAY;
  const date = new Date(Number(inside / 1_000n));
  const year = date.getUTCFullYear() + Number(cycles) * CYCLE_YEARS;
  const sign = year < 0 ? "-" : year > 9_999 ? "+" : "";
  const rest = date.toISOString().slice(4, -1);
  return `${sign}${String(Math.abs(year)).padStart(4, "0")}${rest}${
    String(inside % 1_000n).padStart(3, "0")
  }`;
}

function floorDiv(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}
