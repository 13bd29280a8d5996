/** Formats times by a pattern, in the time zone of the session. */
import type { TimeZone } from "../../base/time_zone.ts";
import { floorModulo, type Micros, MICROS_PER_SECOND, secondsOf } from "../../records/values/micros.ts";
import { dateOfDays, daysOfDate, SECONDS_PER_DAY } from "../../records/values/timestamp.ts";
import { hasEra, type PatternPart } from "../../sql/patterns/date_pattern.ts";
import { MONTHS, shortName, WEEKDAYS } from "./date_text.ts";
import { zoneName } from "./zones/zone_names.ts";

/** The fields of a time in a zone. */
type LocalTime = Readonly<ReturnType<typeof localTime>> & { readonly yearOfEra?: number };

function localTime(time: Micros, zone: TimeZone) {
  const utcSeconds = secondsOf(time);
  const offsetSeconds = zone.offsetAtUtc(utcSeconds);
  const days = Math.floor((utcSeconds + offsetSeconds) / SECONDS_PER_DAY);
  const secondOfDay = utcSeconds + offsetSeconds - days * SECONDS_PER_DAY;
  return {
    ...dateOfDays(days),
    days,
    hour: Math.floor(secondOfDay / 3_600),
    minute: Math.floor(secondOfDay / 60) % 60,
    second: secondOfDay % 60,
    micros: floorModulo(time, MICROS_PER_SECOND),
    offsetSeconds,
    utcSeconds,
    zone,
  };
}

type Writer = (time: LocalTime, width: number) => string;

const pad = (value: number, width: number) => String(value).padStart(width, "0");

/** Up to two letters are a number, three an abbreviated name, four the full name. */
function named(
  number: (time: LocalTime) => number,
  name: (time: LocalTime) => readonly [string, string],
): Writer {
  return (time, width) => width <= 2 ? pad(number(time), width) : name(time)[width - 3]!;
}

const month = named(({ month }) => month, ({ month }) => both(MONTHS[month - 1]!));

function both(name: string): readonly [string, string] {
  return [shortName(name), name];
}

const QUARTERS = ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"];
const quarterOf = ({ month }: LocalTime) => Math.ceil(month / 3);
const quarter = named(quarterOf, (time) => [`Q${quarterOf(time)}`, QUARTERS[quarterOf(time) - 1]!]);

function year({ year: ofCalendar, yearOfEra: year = ofCalendar }: LocalTime, width: number): string {
  if (width === 2) return pad(((year % 100) + 100) % 100, 2);
  const digits = pad(Math.abs(year), width);
  // From four letters on, a year with more digits than letters has a sign.
  return year < 0 ? `-${digits}` : digits.length > width && width > 3 ? `+${digits}` : digits;
}

/** An offset; the number of letters decides about colons and seconds. */
function offset({ offsetSeconds }: LocalTime, width: number): string {
  const total = Math.abs(offsetSeconds);
  const [hours, minutes, seconds] = [Math.floor(total / 3_600), Math.floor(total / 60) % 60, total % 60];
  const colon = width === 3 || width === 5 ? ":" : "";
  let text = pad(hours, 2);
  if (width > 1 || minutes !== 0) text += colon + pad(minutes, 2);
  if (width > 3 && seconds !== 0) text += colon + pad(seconds, 2);
  return (offsetSeconds < 0 && /[1-9]/.test(text) ? "-" : "+") + text;
}

const [BASIC_OFFSET, LONG_OFFSET] = [2, 5];

/** An offset as that of Greenwich: GMT-8, or with four letters GMT-08:00. */
function gmtOffset({ offsetSeconds }: LocalTime, width: number): string {
  if (offsetSeconds === 0) return "GMT";
  const total = Math.abs(offsetSeconds);
  const [hours, minutes, seconds] = [Math.floor(total / 3_600), Math.floor(total / 60) % 60, total % 60];
  const isLong = width === 4;
  let text = pad(hours, isLong ? 2 : 1);
  if (isLong || minutes !== 0 || seconds !== 0) text += `:${pad(minutes, 2)}`;
  if (seconds !== 0) text += `:${pad(seconds, 2)}`;
  return `GMT${offsetSeconds < 0 ? "-" : "+"}${text}`;
}

/** Up to three letters +0100, four GMT+01:00, five +01:00 or Z. */
function basicOffset(time: LocalTime, width: number): string {
  if (width === 4) return gmtOffset(time, width);
  if (width < 4) return offset(time, BASIC_OFFSET);
  return time.offsetSeconds === 0 ? "Z" : offset(time, LONG_OFFSET);
}

const WRITERS: Readonly<Record<string, Writer>> = {
  y: year,
  M: month,
  L: month,
  d: ({ day }, width) => pad(day, width),
  D: ({ year, days }, width) => pad(days - daysOfDate(year, 1, 1)! + 1, width),
  E: ({ days }, width) => {
    const name = WEEKDAYS[(((days + 3) % 7) + 7) % 7]!;
    return width === 4 ? name : shortName(name);
  },
  q: quarter,
  Q: quarter,
  a: ({ hour }) => hour < 12 ? "AM" : "PM",
  H: ({ hour }, width) => pad(hour, width),
  h: ({ hour }, width) => pad((hour + 11) % 12 + 1, width),
  k: ({ hour }, width) => pad((hour + 23) % 24 + 1, width),
  K: ({ hour }, width) => pad(hour % 12, width),
  m: ({ minute }, width) => pad(minute, width),
  s: ({ second }, width) => pad(second, width),
  S: ({ micros }, width) => pad(micros, 6).padEnd(width, "0").slice(0, width),
  X: (time, width) => time.offsetSeconds === 0 ? "Z" : offset(time, width),
  x: offset,
  Z: basicOffset,
  O: gmtOffset,
  V: ({ zone }) => zone.id,
  z: ({ zone, utcSeconds }, width) => zoneName(zone, { utcSeconds, isLong: width === 4 }),
  G: ({ year }, width) => (year > 0 ? ERAS.common : ERAS.before)[width === 4 ? 1 : 0],
  F: ({ day }) => String((day - 1) % 7 + 1),
};

const ERAS = { common: ["AD", "Anno Domini"], before: ["BC", "Before Christ"] } as const;

/** A formatter for times. */
export function dateWriter(parts: readonly PatternPart[], zone: TimeZone): (time: Micros) => string {
  const writersOf = (parts: readonly PatternPart[]): ((time: LocalTime) => string)[] =>
    parts.flatMap((part) => {
      if (part.kind === "text") return () => part.text;
      if (part.kind === "optional") return writersOf(part.parts);
      const writer = WRITERS[part.letter]!;
      return (time: LocalTime) => writer(time, part.width);
    });
  const writers = writersOf(parts);
  const ofEra = hasEra(parts);
  return (time) => {
    const shown = localTime(time, zone);
    // Next to an era, the years before it are counted backwards, and there is no year 0.
    const fields = ofEra && shown.year <= 0 ? { ...shown, yearOfEra: 1 - shown.year } : shown;
    return writers.map((write) => write(fields)).join("");
  };
}
