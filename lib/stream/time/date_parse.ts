/**
 * Parses times by a pattern, as strictly as Spark: a run of two or more letters has exactly that many digits,
 * names and AM or PM are case-insensitive, and missing fields are those of 1970-01-01 00:00:00.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { type TimeZone, timeZoneOf } from "../../base/time_zone.ts";
import { isTimestamp, type Micros, microsOfSeconds } from "../../records/values/micros.ts";
import { dateOfDays, daysOfDate, normalZone, SECONDS_PER_DAY } from "../../records/values/timestamp.ts";
import { parseDatePattern, type PatternPart } from "../../sql/patterns/date_pattern.ts";
import { MONTHS, shortName } from "./date_text.ts";
import { zoneNamed, zoneNameSource } from "./zones/zone_names.ts";

/** The parsed fields, by letter; `L` is stored as `M`, and all offsets as `X`. */
type Fields = Partial<Record<string, number>>;

interface Reader {
  /** A case-insensitive regular expression for the text of the field. */
  readonly source: string;
  readonly field: string;
  read(text: string): number;
}

function digits(field: string, width: number, most = width): Reader {
  return { source: width === most ? `\\d{${width}}` : `\\d{${width},${most}}`, field, read: Number };
}

/** The maximum number of digits for a single letter. */
const DIGITS_MAX = 9;

function number(field: string, width: number): Reader {
  return width === 1 ? digits(field, 1, DIGITS_MAX) : digits(field, width);
}

function year(width: number): Reader {
  if (width === 2) return { source: "\\d{2}", field: "y", read: (text) => 2_000 + Number(text) };
  const plain = width < 4
    ? `\\d{${width},${DIGITS_MAX}}`
    : `\\d{${width}}|\\+\\d{${width + 1},${DIGITS_MAX}}`;
  return { source: `${plain}|-\\d{${width},${DIGITS_MAX}}`, field: "y", read: Number };
}

function month(width: number): Reader {
  if (width <= 2) return number("M", width);
  const names = width === 3 ? MONTHS.map(shortName) : MONTHS;
  const read = (text: string) => names.findIndex((name) => name.toLowerCase() === text.toLowerCase()) + 1;
  return { source: names.join("|"), field: "M", read };
}

/** The patterns of an offset, by the number of letters. */
const OFFSETS: readonly string[] = [
  "[+-]\\d{2}(?:\\d{2})?",
  "[+-]\\d{4}",
  "[+-]\\d{2}:\\d{2}",
  "[+-]\\d{4}(?:\\d{2})?",
  "[+-]\\d{2}:\\d{2}(?::\\d{2})?",
];

function offset(letter: string, width: number): Reader {
  if (letter === "Z" && width === 4) return gmtOffset(4);
  const written = letter === "Z" && width < 4 ? OFFSETS[1]! : OFFSETS[width - 1]!;
  const isZulu = letter === "X" || (letter === "Z" && width === 5);
  return { source: isZulu ? `${written}|Z` : written, field: "X", read: offsetSeconds };
}

/** The parts of GMT+01:00, with one letter without zeros that say nothing. */
function gmtOffset(width: number): Reader {
  const hours = width === 4 ? "\\d{2}:\\d{2}" : "\\d{1,2}(?::\\d{2})?";
  return { source: `GMT(?:[+-]${hours}(?::\\d{2})?)?`, field: "X", read: gmtSeconds };
}

function gmtSeconds(text: string): number {
  const [, sign = "+", hours = "0", rest = ""] = /^GMT([+-])?(\d+)?(.*)$/i.exec(text) ?? [];
  return offsetSeconds(`${sign}${hours.padStart(2, "0")}${rest}`);
}

const OFFSET_SECONDS_MAX = 18 * 3_600;

/** The seconds of an offset; NaN if it is invalid. */
function offsetSeconds(text: string): number {
  const [hours, minutes = 0, seconds = 0] = (text.match(/\d\d/g) ?? ["0"]).map(Number) as [
    number,
    number?,
    number?,
  ];
  const total = hours * 3_600 + minutes * 60 + seconds;
  if (minutes > 59 || seconds > 59 || total > OFFSET_SECONDS_MAX) return NaN;
  return text.startsWith("-") ? -total : total;
}

function readerOf(letter: string, width: number): Reader {
  switch (letter) {
    case "y":
      return year(width);
    case "M":
    case "L":
      return month(width);
    case "D":
      return width === 2 ? digits("D", 2, 3) : number("D", width);
    case "a":
      return { source: "AM|PM", field: "a", read: (text) => Number(/p/i.test(text)) };
    case "S":
      return {
        source: `\\d{1,${width}}`,
        field: "S",
        read: (text) => Number(text.slice(0, 6).padEnd(6, "0")),
      };
    case "G":
      return {
        source: width === 4 ? "Anno Domini|Before Christ" : "AD|BC",
        field: "G",
        read: (text) => Number(/^a/i.test(text)),
      };
    case "O":
      return gmtOffset(width);
    case "V":
      return { source: "[A-Z][\\w/+:-]*|[+-][\\d:]+", field: ZONE, read: Number };
    case "z":
      return { source: `${zoneNameSource()}|[A-Z][\\w/+:-]*|[+-][\\d:]+`, field: ZONE, read: Number };
    case "X":
    case "x":
    case "Z":
      return offset(letter, width);
    default:
      return number(letter, width);
  }
}

/**
 * A parser for the text of a pattern, for which a time that is out of range is none, as any other text that does not fit.
 *
 * @throws {SfcrimeError} CONFIG if it cannot be read by.
 */
export function timesBy(pattern: string, zone: TimeZone): (text: string) => Micros | null {
  const parts = parseDatePattern(pattern, "read");
  if (typeof parts === "string") throw new SfcrimeError("CONFIG", `The format ${pattern} ${parts}.`);
  return tolerant(dateReader(parts, zone));
}

/** A time that is out of range does not fit, as any other text that is no time. */
export function tolerant(read: (text: string) => Micros | null): (text: string) => Micros | null {
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      if (error instanceof SfcrimeError && error.code === "QUERY_FAILED") return null;
      throw error;
    }
  };
}

/** A parser for a pattern: returns the time, or null if the text does not match. */
export function dateReader(
  parts: readonly PatternPart[],
  zone: TimeZone,
  { isLocal = false }: { readonly isLocal?: boolean } = {},
): (text: string) => Micros | null {
  const readers: Reader[] = [];
  const pattern = new RegExp(`^${sourceOf(parts, readers)}$`, "is");
  return (text) => {
    const match = pattern.exec(text);
    if (match === null) return null;
    const fields: Fields = {};
    let shown = zone;
    for (const [index, { field, read }] of readers.entries()) {
      const written = match.groups![`f${index}`];
      // An optional section may be missing.
      if (written === undefined) continue;
      if (field === ZONE) {
        const named = zoneOf(written);
        if (named === undefined) return null;
        shown = named;
        continue;
      }
      const value = read(written);
      // The same field may occur twice, but not with different values.
      if (Number.isNaN(value) || (fields[field] ?? value) !== value) return null;
      fields[field] = value;
    }
    return isLocal ? instant({ ...fields, X: 0 }, zone) : instant(fields, shown);
  };
}

/** The field of a time zone. */
const ZONE = "V";

/** A time zone by its id, or by the name of its time. */
function zoneOf(written: string): TimeZone | undefined {
  return timeZoneOf(zoneNamed(written) ?? normalZone(written));
}

/** A regular expression for the parts; their readers are added to a list, if there is one, and are groups then. */
function sourceOf(parts: readonly PatternPart[], readers?: Reader[]): string {
  return parts.map((part): string => {
    switch (part.kind) {
      case "text":
        return part.text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
      case "field": {
        const reader = readerOf(part.letter, part.width);
        if (readers === undefined) return `(?:${reader.source})`;
        const name = `f${readers.push(reader) - 1}`;
        const group = `(?<${name}>${reader.source})`;
        // A fraction takes as many digits as it can, also if those after it lack some then.
        return part.letter === "S" ? `(?=${group})\\k<${name}>` : group;
      }
      case "optional": {
        // As in Java, what matches is taken, also if the rest of the text does not match then.
        const plain = sourceOf(part.parts);
        return readers === undefined ? `(?:${plain})?` : `(?:${sourceOf(part.parts, readers)}|(?!${plain}))`;
      }
    }
  }).join("");
}

function instant(fields: Fields, zone: TimeZone): Micros | null {
  const [days, hour] = [dayOf(fields), hourOf(fields)];
  const { m = 0, s = 0, S = 0, X } = fields;
  if (days === undefined || hour === undefined || m > 59 || s > 59) return null;
  const local = days * SECONDS_PER_DAY + hour * 3_600 + m * 60 + s;
  const seconds = X === undefined ? zone.utcOfLocal(local) : local - X;
  const time = microsOfSeconds(seconds, S);
  // As in Spark, the second has to begin within the range.
  if (isTimestamp(time) && isTimestamp(microsOfSeconds(seconds))) return time;
  throw new SfcrimeError("QUERY_FAILED", `The year ${fields.y} is out of range for TIMESTAMP.`);
}

function dayOf({ y: written = 1_970, G, M, d, D }: Fields): number | undefined {
  // Before the common era, the years are counted backwards, and there is no year 0.
  const y = G === 0 ? 1 - written : written;
  if (D === undefined) return daysOfDate(y, M ?? 1, d ?? 1);
  const days = daysOfDate(y, 1, 1)! + D - 1;
  const date = dateOfDays(days);
  return date.year === y && date.month === (M ?? date.month) && date.day === (d ?? date.day)
    ? days
    : undefined;
}

/** The hour of the day; undefined if the fields are invalid or contradict each other. */
function hourOf({ H, k, h, K, a }: Fields): number | undefined {
  const isWithin = (value: number | undefined, low: number, high: number) =>
    value === undefined || (value >= low && value <= high);
  if (!isWithin(H, 0, 23) || !isWithin(k, 1, 24) || !isWithin(h, 1, 12) || !isWithin(K, 0, 11)) {
    return undefined;
  }
  const ofHalf = K ?? (h === undefined ? undefined : h % 12);
  const ofDay = H ?? (k === undefined ? undefined : k % 24);
  const written = [H, k === undefined ? undefined : k % 24].filter((each) => each !== undefined);
  if (new Set(written).size > 1 || (K !== undefined && h !== undefined && K !== h % 12)) return undefined;
  if (ofDay === undefined) return (ofHalf ?? 0) + (a ?? 0) * 12;
  const agrees = (ofHalf === undefined || ofDay % 12 === ofHalf) &&
    (a === undefined || Number(ofDay >= 12) === a);
  return agrees ? ofDay : undefined;
}
