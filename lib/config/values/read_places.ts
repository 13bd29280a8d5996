/** Where `consume` begins and ends in the partitions of a topic, and `produce` in a data set. */
import { parseDuration } from "../../base/text/duration.ts";
import { instant, type Kind, parsedBy } from "./values.ts";

/** A place in each partition, without a group. */
export type ReadPlace =
  | "beginning"
  | "end"
  | { readonly lastRecords: number }
  | { readonly offset: number }
  | { readonly timestampMs: number }
  /** So long before now. */
  | { readonly agoMs: number };

/** Where to start reading: at a place, or where a group has read to. */
export type ReadFrom = ReadPlace | "committed";

/** Where to stop: before the record at a place. */
export type ReadUntil = Exclude<ReadPlace, "beginning">;

/** The words of Kafka's tools and of kcat that mean the same as ours. */
const SYNONYMS: Readonly<Record<string, string>> = {
  earliest: "beginning",
  latest: "end",
  stored: "committed",
};

/** What a place may be besides words, for messages. */
const OTHER_PLACES =
  "an offset, -N for the last N records, a time such as 2018-12-31T12:00:00Z, or how long ago, such as -1h";

/** `beginning`, `end`, `committed`, an offset, `-N` for the last N records of each partition, a time, or `-1h`. */
export const readFrom: Kind<ReadFrom> = {
  schema: parsedBy((value): ReadFrom | undefined => {
    const word = wordOf(value);
    return word === "beginning" || word === "end" || word === "committed" ? word : placeOf(value);
  }),
  allowed: `beginning, end, committed, ${OTHER_PLACES}`,
  choices: ["beginning", "end", "committed"],
};

/** The same without `committed`. */
export const readPlace: Kind<ReadPlace> = {
  schema: parsedBy((value): ReadPlace | undefined => {
    const word = wordOf(value);
    return word === "beginning" || word === "end" ? word : placeOf(value);
  }),
  allowed: `beginning, end, ${OTHER_PLACES}`,
  choices: ["beginning", "end"],
};

/** `end`, an offset, `-N` for what comes before the last N records, a time, or `-1h`. */
export const readUntil: Kind<ReadUntil> = {
  schema: parsedBy((value): ReadUntil | undefined => wordOf(value) === "end" ? "end" : placeOf(value)),
  allowed: `end, ${OTHER_PLACES}`,
  choices: ["end"],
};

/** Where rows of a data set begin, by their times. */
export type RowsFrom =
  | "beginning"
  | "end"
  /** Milliseconds, as if the local time were UTC. */
  | { readonly localMs: number }
  | { readonly agoMs: number };

/** `beginning`, `end`, a local time, or how long ago. */
export const rowsFrom: Kind<RowsFrom> = {
  schema: parsedBy((value): RowsFrom | undefined => {
    const word = wordOf(value);
    if (word === "beginning" || word === "end") return word;
    if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?$/.test(value)) return agoOf(value);
    const localMs = Date.parse(`${value.length > 10 ? value.replace(" ", "T") : `${value}T00:00`}Z`);
    return Number.isNaN(localMs) ? undefined : { localMs };
  }),
  allowed:
    "beginning, end, a local time such as 2026-01-31 or 2026-01-31T12:00, or how long ago, such as -7d",
  choices: ["beginning", "end"],
};

function wordOf(value: string): string {
  const word = value.toLowerCase();
  return SYNONYMS[word] ?? word;
}

/** Before a time in kcat and rpk, where a number is in milliseconds. */
const TIME_MARK = /^[se]?@(?:(?<ms>\d{1,15})|(?<time>.+))$/;

function placeOf(value: string): Exclude<ReadUntil, "end"> | undefined {
  const { ms, time } = TIME_MARK.exec(value)?.groups ?? {};
  if (ms !== undefined) return { timestampMs: Number(ms) };
  if (time !== undefined) return instant(time) ?? agoOf(time);
  if (/^\d{1,15}$/.test(value)) return { offset: Number(value) };
  if (!value.startsWith("-")) return instant(value);
  const count = value.slice(1);
  return /^\d{1,15}$/.test(count) ? { lastRecords: Number(count) } : agoOf(value);
}

function agoOf(value: string): { readonly agoMs: number } | undefined {
  const agoMs = value.startsWith("-") ? parseDuration(value.slice(1)) : undefined;
  return agoMs === undefined ? undefined : { agoMs };
}

/** A point in time, or how long ago it was. */
export type PointInTime = { readonly timestampMs: number } | { readonly agoMs: number };

/** A time, or `-1h`. */
export const pointInTime: Kind<PointInTime> = {
  schema: parsedBy((value): PointInTime | undefined => {
    const place = placeOf(value);
    return place !== undefined && ("timestampMs" in place || "agoMs" in place) ? place : undefined;
  }),
  allowed: "a time such as 2018-12-31T12:00:00Z, or how long ago, such as -1h",
};
