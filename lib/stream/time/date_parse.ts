/**
 * Parses times by a pattern, as strictly as Spark: a run of two or more letters has exactly that many digits,
 * names and AM or PM are case-insensitive, and missing fields are those of 1970-01-01 00:00:00.
 */
import { SfcrimeError } from "../../base/errors.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import { isTimestamp, type Micros, microsOfSeconds } from "../../records/values/micros.ts";
import { dateOfDays, daysOfDate, SECONDS_PER_DAY } from "../../records/values/timestamp.ts";
import { parseDatePattern, type PatternPart } from "../../sql/patterns/date_pattern.ts";
import { MONTHS, shortName } from "./date_text.ts";

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
  const written = letter === "Z" ? OFFSETS[1]! : OFFSETS[width - 1]!;
  return { source: letter === "X" ? `${written}|Z` : written, field: "X", read: offsetSeconds };
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
    case "X":
    case "x":
    case "Z":
      return offset(letter, width);
    default:
      return number(letter, width);
  }
}

/** A parser for the text of a pattern. @throws {SfcrimeError} CONFIG if it cannot be read by. */
export function timesBy(pattern: string, zone: TimeZone): (text: string) => Micros | null {
  const parts = parseDatePattern(pattern, "read");
  if (typeof parts === "string") throw new SfcrimeError("CONFIG", `The format ${pattern} ${parts}.`);
  return dateReader(parts, zone);
}

/** A parser for a pattern: returns the time, or null if the text does not match. */
export function dateReader(parts: readonly PatternPart[], zone: TimeZone): (text: string) => Micros | null {
  const readers: Reader[] = [];
  let source = "";
  for (const part of parts) {
    if (part.kind === "text") {
      source += part.text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    } else {
      const reader = readerOf(part.letter, part.width);
      readers.push(reader);
      source += `(${reader.source})`;
    }
  }
  const pattern = new RegExp(`^${source}$`, "is");
  return (text) => {
    const match = pattern.exec(text);
    if (match === null) return null;
    const fields: Fields = {};
    for (const [index, { field, read }] of readers.entries()) {
      const value = read(match[index + 1]!);
      // The same field may occur twice, but not with different values.
      if (Number.isNaN(value) || (fields[field] ?? value) !== value) return null;
      fields[field] = value;
    }
    return instant(fields, zone);
  };
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

function dayOf({ y = 1_970, M, d, D }: Fields): number | undefined {
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
