/**
 * The names of the times of zones, in Java's English: PST, Pacific Standard Time. They do not change with the years, only
 * whether a time is daylight saving time does, which the names of `Intl` tell.
 */
import type { TimeZone } from "../../../base/time_zone.ts";
import { READ_NAMES } from "./read_names.ts";
import { WRITTEN_NAMES } from "./written_names.ts";

/** The short and the long name. */
type Names = readonly [short: string, long: string];

interface ZoneNames {
  readonly standard: Names;
  readonly daylight: Names;
}

let written: ReadonlyMap<string, ZoneNames> | undefined;
let read: ReadonlyMap<string, string> | undefined;
let source: string | undefined;

function linesOf(text: string): string[][] {
  return text.trim().split("\n").map((line) => line.split("|"));
}

function namesOf(zone: string): ZoneNames | undefined {
  written ??= new Map(
    linesOf(WRITTEN_NAMES).flatMap(([short = "", long = "", summer = "", longSummer = "", zones = ""]) => {
      const names: ZoneNames = { standard: [short, long], daylight: [summer, longSummer] };
      return zones.split(" ").map((id) => [id, names] as const);
    }),
  );
  return written.get(zone);
}

/** The name of the time in a zone at an instant; the id of a zone that has none. */
export function zoneName(
  zone: TimeZone,
  { utcSeconds, isLong }: { readonly utcSeconds: number; readonly isLong: boolean },
): string {
  const names = namesOf(zone.id);
  if (names === undefined) return zone.id;
  const { standard, daylight } = names;
  const isDaylight = daylight[1] !== standard[1] && isDaylightSaving(zone, utcSeconds, names);
  return (isDaylight ? daylight : standard)[isLong ? 1 : 0];
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Times far from today follow the rules of a year that `Intl` has. */
const SECONDS_PER_CYCLE = 146_097 * 86_400;
const SECONDS_MAX = 8_640_000_000_000;

function isDaylightSaving(zone: TimeZone, utcSeconds: number, { standard, daylight }: ZoneNames): boolean {
  let format = formats.get(zone.id);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone.id, timeZoneName: "long" });
    formats.set(zone.id, format);
  }
  const seconds = Math.abs(utcSeconds) < SECONDS_MAX ? utcSeconds : utcSeconds % SECONDS_PER_CYCLE;
  const name = format.formatToParts(seconds * 1_000).find(({ type }) => type === "timeZoneName")?.value;
  if (name === daylight[1] || /\b(?:Daylight|Summer)\b/.test(name ?? "")) return true;
  if (name === standard[1] || /\bStandard\b/.test(name ?? "")) return false;
  // A zone that Intl has no such name for: the offset is larger than in another season.
  const offset = zone.offsetAtUtc(utcSeconds);
  return [-HALF_A_YEAR, HALF_A_YEAR].every((more) => zone.offsetAtUtc(utcSeconds + more) < offset);
}

const HALF_A_YEAR = 182 * 86_400;

/** The zone that a name stands for, in any case; undefined if it is none. */
export function zoneNamed(name: string): string | undefined {
  read ??= new Map(
    linesOf(READ_NAMES).flatMap(([zone = "", ...names]) =>
      names.map((each) => [each.toLowerCase(), zone] as const)
    ),
  );
  return read.get(name.toLowerCase());
}

/** A regular expression for the names that can be read, the longest ones first. */
export function zoneNameSource(): string {
  return source ??= longestFirst(linesOf(READ_NAMES).flatMap(([, ...names]) => names))
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"))
    .join("|");
}

function longestFirst(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted((left, right) => right.length - left.length);
}
