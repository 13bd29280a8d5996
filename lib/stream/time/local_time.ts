/** The local date and time of an instant in a time zone, and the way back. */
import { SfcrimeError } from "../../base/errors.ts";
import { type TimeZone, timeZoneOf } from "../../base/time_zone.ts";
import {
  floorModulo,
  type Micros,
  MICROS_PER_SECOND,
  microsOfSeconds,
  secondsOf,
} from "../../records/values/micros.ts";
import { normalZone, SECONDS_PER_DAY } from "../../records/values/timestamp.ts";

/** A local date and time. */
export interface LocalDateTime {
  /** Since the epoch. */
  readonly days: number;
  readonly secondOfDay: number;
  /** Of the second. */
  readonly micros: number;
}

/** The date and time that clocks show at an instant. */
export function localDateTime(time: Micros, zone: TimeZone): LocalDateTime {
  const seconds = secondsOf(time);
  const local = seconds + zone.offsetAtUtc(seconds);
  const days = Math.floor(local / SECONDS_PER_DAY);
  return { days, secondOfDay: local - days * SECONDS_PER_DAY, micros: floorModulo(time, MICROS_PER_SECOND) };
}

/** The instant at which the clocks of one zone show what those of another one show at a time. */
export function movedToZone(time: Micros, shown: TimeZone, read: TimeZone): Micros {
  const seconds = secondsOf(time);
  const local = seconds + shown.offsetAtUtc(seconds);
  return microsOfSeconds(read.utcOfLocal(local), floorModulo(time, MICROS_PER_SECOND));
}

/** @throws {SfcrimeError} QUERY_FAILED if there is no such time zone. */
export function requireZone(name: string, call: string): TimeZone {
  const zone = timeZoneOf(normalZone(name));
  if (zone !== undefined) return zone;
  throw new SfcrimeError("QUERY_FAILED", `${call}: there is no time zone ${JSON.stringify(name)}.`, {
    hint: "Use a name such as America/Los_Angeles, or an offset such as +01:00.",
  });
}

/** The epoch was a Thursday, three days after Monday. */
const WEEKDAY_OF_EPOCH = 3;
const DAYS_PER_WEEK = 7;

/** Days since Monday. */
export function weekday(days: number): number {
  return floorModulo(days + WEEKDAY_OF_EPOCH, DAYS_PER_WEEK);
}
