/** JSON of single values, as nobody should send them: of other types than the column's, or out of its range. */
import type { Random } from "../random.ts";
import { isoText } from "./times.ts";

const STRINGS = [
  ..."a b c A Z é ß".split(" "),
  "",
  " ",
  "a b",
  "Straße",
  "日本語",
  "😀",
  "null",
  "NULL",
  "12",
  "-1.5",
  "true",
  "2018-12-31",
  "100%_x",
  "\\",
  '"',
  "'",
  "a\nb",
  "tab\tx",
  "\u0001",
  "\u007f",
  "e\u0301",
  "\u2028",
  '{"k":"inner"}',
];

/** The times of a batch. */
export interface TimeRange {
  readonly originMs: number;
  /** Event times are between these, in minutes since the origin. */
  readonly fromMinutes: number;
  readonly toMinutes: number;
  /** The other times, in microseconds since the epoch: mostly one of a few that are far away. */
  readonly far: readonly bigint[];
}

/** A string with some characters as \u escapes, also where none is needed. */
export function escapedText(text: string): string {
  const units = [...Array(text.length).keys()].map((index) =>
    `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`
  );
  return `"${units.join("")}"`;
}

/** For a STRING. */
export function stringValue(random: Random): string {
  if (random.chance(0.75)) {
    const text = random.pick(STRINGS);
    return random.chance(0.1) ? escapedText(text) : JSON.stringify(text);
  }
  return random.pick([
    "null",
    "12",
    "-0",
    "1.50",
    "1e3",
    "1E400",
    "12345678901234567890",
    "true",
    "NaN",
    '{"a": [1, 2.50, "x"], "b": null}',
    "[]",
    '[ "x" , {} ]',
    '"\\ud800"',
    '"x\\udc00y"',
    '"\\ud83d\\ude00"',
    '"\\/\\b\\f"',
  ]);
}

/** For a whole number. */
export function integer(random: Random, max: number): string {
  if (random.chance(0.85)) return String(random.int(-max, max));
  return random.pick([
    "null",
    "1.0",
    "1.5",
    '"5"',
    '"x"',
    "true",
    "99999999999",
    "1e2",
    "-0",
    "{}",
    "0",
    "007",
  ]);
}

/** For a DOUBLE or FLOAT. */
export function double(random: Random): string {
  // Quarters add up exactly, in whatever order.
  if (random.chance(0.8)) return String(random.int(-4_000, 4_000) / 4);
  return random.pick([
    "null",
    "0.1",
    "0.7",
    "1e2",
    "-0.0",
    '"1.5"',
    '"NaN"',
    "NaN",
    '"x"',
    "3",
    "true",
    "[]",
  ]);
}

/** For the event time. */
export function time(random: Random, { originMs, fromMinutes, toMinutes }: TimeRange): string {
  if (random.chance(0.06)) {
    return random.pick([
      "null",
      '"soon"',
      '"31/12/2018"',
      '""',
      "{}",
      "1.5",
      '"2018-02-30T10:00:00"',
      "true",
    ]);
  }
  const fraction = random.pick([0, 0, 0, 0, 1, 999, random.int(0, 59_999)]);
  const iso = new Date(originMs + random.int(fromMinutes, toMinutes) * 60_000 + fraction).toISOString();
  const local = iso.slice(0, -1);
  if (random.chance(0.7)) return `"${local}"`;
  return random.pick([
    `"${local.replace("T", " ")}"`,
    `"${local.slice(0, 16)}"`,
    `"${local}Z"`,
    `"${local}+02:00"`,
    `"${local}456"`,
    ` "${local}"`,
    `" ${local} "`,
    String(Math.floor(Date.parse(iso) / 1_000)),
  ]);
}

/** For a TIMESTAMP that is far away. */
export function farTime(random: Random, { far }: TimeRange): string {
  const text = isoText(random.pick(far));
  if (random.chance(0.6)) return `"${text}Z"`;
  return random.pick([
    `"${text}"`,
    `"${text.replace("T", " ")}"`,
    `"${text}+02:00"`,
    `"${text.slice(0, -7)}"`,
    `"${text.slice(0, -4)}Z"`,
    "null",
  ]);
}

const DATES = ["2018-12-31", "2018-12-31", "2019-01-01", "1969-07-20", "2020-02-30", "x"];

/** For a DATE. */
export function date(random: Random, { far }: TimeRange): string {
  if (random.chance(0.1)) return random.pick(["17000", "null", "-1"]);
  return `"${random.chance(0.15) ? isoText(random.pick(far)).split("T", 1)[0] : random.pick(DATES)}"`;
}

/** For a TIMESTAMP_NTZ, which has no zone: several records have the same one. */
export function localTime(random: Random, { originMs }: TimeRange): string {
  if (random.chance(0.12)) {
    return random.pick([
      "null",
      '"x"',
      "17000",
      '"2018-12-31T10:00:00Z"',
      '"2018-12-31"',
      '"2018-02-30T10:00:00"',
    ]);
  }
  const local = new Date(originMs + random.int(-3, 3) * 1_800_000).toISOString().slice(0, -1);
  return `"${random.pick([local, local.replace("T", " "), `${local}456`, local.slice(0, 16)])}"`;
}

const SPANS = ["0 00:10:00", "0 00:10:00", "1 02:03:04.5", "-0 00:00:00.000001", "-12 23:59:59.999999"];

/** For an INTERVAL DAY TO SECOND. */
export function span(random: Random): string {
  if (random.chance(0.1)) return random.pick(["null", "1", '"x"', '"1 DAY"', "{}"]);
  const text = random.pick(SPANS);
  return `"${random.chance(0.5) ? `INTERVAL '${text}' DAY TO SECOND` : text}"`;
}
