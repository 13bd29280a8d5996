/** The formats of dates and times in options of functions that read and write JSON and CSV. */
import { type TimeZone, timeZoneOf, UTC } from "../../../base/time_zone.ts";
import { type Micros, MICROS_PER_SECOND, microsOf } from "../../../records/values/micros.ts";
import { daysBy, SECONDS_PER_DAY } from "../../../records/values/timestamp.ts";
import type { Options } from "../../../sql/functions/nested/format_options.ts";
import { parseDatePattern, type PatternPart, type PatternUse } from "../../../sql/patterns/date_pattern.ts";
import { dateWriter } from "../../time/date_format.ts";
import { dateReader, tolerant } from "../../time/date_parse.ts";

/** What options say of dates and times; what is absent is as by default. */
export interface Formats {
  readonly zone: TimeZone;
  readonly readDate?: (text: string) => number | null;
  readonly readTimestamp?: (text: string) => Micros | null;
  readonly writeDate?: (days: number) => string;
  readonly writeTimestamp?: (time: Micros) => string;
}

/** The formats in options, which the analysis has checked. */
export function formatsOf(options: Options, zoneOfSession: TimeZone): Formats {
  const name = options.get("timezone");
  const zone = (name === undefined ? undefined : timeZoneOf(name)) ?? zoneOfSession;
  const date = options.get("dateformat");
  const timestamp = options.get("timestampformat");
  return {
    zone,
    ...(date === undefined ? {} : dateFormat(date)),
    ...(timestamp === undefined ? {} : timestampFormat(timestamp, zone)),
  };
}

function dateFormat(format: string): Pick<Formats, "readDate" | "writeDate"> {
  const parts = { read: partsOf(format, "read"), write: partsOf(format, "write") };
  return {
    ...(parts.read === undefined ? {} : { readDate: daysBy(tolerant(dateReader(parts.read, UTC))) }),
    ...(parts.write === undefined ? {} : { writeDate: daysWriter(parts.write) }),
  };
}

function timestampFormat(format: string, zone: TimeZone): Pick<Formats, "readTimestamp" | "writeTimestamp"> {
  const parts = { read: partsOf(format, "read"), write: partsOf(format, "write") };
  return {
    ...(parts.read === undefined ? {} : { readTimestamp: tolerant(dateReader(parts.read, zone)) }),
    ...(parts.write === undefined ? {} : { writeTimestamp: dateWriter(parts.write, zone) }),
  };
}

/** Undefined if a format is only for the other use. */
function partsOf(format: string, use: PatternUse): readonly PatternPart[] | undefined {
  const parts = parseDatePattern(format, use);
  return typeof parts === "string" ? undefined : parts;
}

function daysWriter(parts: readonly PatternPart[]): (days: number) => string {
  const write = dateWriter(parts, UTC);
  return (days) => write(microsOf(BigInt(days) * BigInt(SECONDS_PER_DAY) * BigInt(MICROS_PER_SECOND)));
}
