/**
 * The place of a row in a data set: its time, and its id among those of the same time. It is sent with the row, in a
 * header, together with how far the data set had been read: so the topic itself tells where a later run goes on.
 */

/** See the module's description. */
export interface RowPlace {
  /** Local times are milliseconds as if they were UTC. */
  readonly timeMs: number;
  readonly id: string;
}

/** How far a data set has been read. */
export interface ReadingPlace {
  /** No row that was sent before has a later time. */
  readonly seenMs: number;
  /** Rows of earlier times are not asked for any more: they were sent, or are before the beginning. */
  readonly floorMs: number;
}

/** What the header of a row tells. */
export interface PlacedRow extends RowPlace, ReadingPlace {}

/** Times as the API writes them, with `Z` where they are not local. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?$/;
/** Stands for a time before all others. */
const NEVER = "-";

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** The milliseconds of a time; undefined for what is none. */
export function timeMsOf(value: unknown): number | undefined {
  if (typeof value !== "string" || !TIME.test(value)) return undefined;
  const ms = Date.parse(value.endsWith("Z") ? value : `${value}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * A time as the API takes it.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(timeText(0, { isLocal: true }), "1970-01-01T00:00:00.000");
 * ```
 */
export function timeText(ms: number, { isLocal }: { readonly isLocal: boolean }): string {
  const iso = new Date(ms).toISOString();
  return isLocal ? iso.slice(0, -1) : iso;
}

/** The name of the header: places in another data set, or by another column, are others. */
export function placeHeader({ dataSet, timeColumn }: {
  readonly dataSet: string;
  readonly timeColumn: string;
}): string {
  return `${dataSet}:${timeColumn}`;
}

/**
 * The value of the header: time, id, and how far the data set had been read.
 *
 * @example
 * ```ts
 * import { deepEqual, equal } from "assert";
 * const row = { timeMs: 60_000, id: "26 1", seenMs: 30_000, floorMs: -Infinity };
 * equal(placeText(row), "1970-01-01T00:01:00 26 1 1970-01-01T00:00:30 -");
 * deepEqual(placeIn(new TextEncoder().encode(placeText(row))), row);
 * ```
 */
export function placeText({ timeMs, id, seenMs, floorMs }: PlacedRow): string {
  return `${shortText(timeMs)} ${id} ${shortText(seenMs)} ${shortText(floorMs)}`;
}

/** What a header tells; undefined if it is none of ours. */
export function placeIn(header: Uint8Array): PlacedRow | undefined {
  const [, time, id, seen, floor] = /^(\S+) (.+) (\S+) (\S+)$/s.exec(text.decode(header)) ?? [];
  if (time === undefined) return undefined;
  const [timeMs, seenMs, floorMs] = [time, seen, floor].map((part) =>
    part === NEVER ? -Infinity : timeMsOf(part)
  );
  if (timeMs === undefined || seenMs === undefined || floorMs === undefined) return undefined;
  return { timeMs, id: id!, seenMs, floorMs };
}

/** {@link placeText}, as bytes. */
export function placeBytes(row: PlacedRow): Uint8Array {
  return utf8.encode(placeText(row));
}

function shortText(ms: number): string {
  return ms === -Infinity ? NEVER : timeText(ms, { isLocal: true }).replace(/\.000$/, "");
}
