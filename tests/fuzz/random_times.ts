/** Times at the ends of the range, and where a calendar, a clock or a number format changes on the way there. */
import type { Random } from "./random.ts";

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
].map(Date.parse);
const EARLY_ORIGINS_MS = [
  "1969-12-31T10:00Z",
  "1883-11-18T19:00Z",
].map(Date.parse);

/** The first microsecond behind each border. */
const BORDERS = [
  // Railway time in America.
  microsOf("1883-11-18T20:00:00Z"),
  microsOf("1970-01-01T00:00:00Z"),
  // Where seconds leave 32 bits.
  microsOf("2038-01-19T03:14:08Z"),
  microsOf("2200-01-01T00:00:00Z"),
];

/** Mostly the microsecond before the border: several records have the same one. */
const OFFSETS = [-1n, -1n, -1n, -2n, -3n, 0n, 0n, 1n, 2n, -1_000n, -1_000_000n, 3_600_000_000n];

/** The times of a scenario that are far away, of which there are few, so that they come in groups. */
export function farTimes(random: Random): readonly bigint[] {
  return random.times(random.int(2, 5), () => random.pick(BORDERS) + random.pick(OFFSETS));
}

/** Where the event times of a stream begin, in milliseconds since the epoch: behind it, or before it. */
export function randomOriginMs(random: Random, { isEarly }: { readonly isEarly: boolean }): number {
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
