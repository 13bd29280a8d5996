/**
 * The calls that are measured with, and what every run must answer: both are made here from the sample, the
 * answers by counting, without any of the program's own code.
 */
import { equal } from "assert";
import { type SampleCall, sampleCalls } from "../support/calls.ts";

const SAMPLE = sampleCalls();
const FIRST_ID = 100_000_000;
/** As much as one append of the embedded broker takes. */
const CHUNK_BYTES = 800_000;

/** Calls as lines of NDJSON, in chunks: the sample over and over, each call with an id of its own. */
export function* callLines(count: number, { padBytes = 0 } = {}): Iterable<string> {
  const lines = SAMPLE.map((call) => {
    const padded = padBytes === 0 ? call : { ...call, common_location: "x".repeat(padBytes) };
    return JSON.stringify({ ...padded, crime_id: "\0" }).split('"\\u0000"') as [string, string];
  });
  let chunk = "";
  for (let n = 0; n < count; n++) {
    const [before, after] = lines[n % lines.length]!;
    chunk += `${before}"${FIRST_ID + n}"${after}\n`;
    if (chunk.length >= CHUNK_BYTES) {
      yield chunk;
      chunk = "";
    }
  }
  yield chunk;
}

/** How often the call at each place of the sample stands among so many. */
function timesAt(index: number, count: number): number {
  return Math.floor((count - index - 1) / SAMPLE.length) + 1;
}

function counted(count: number, keysOf: (call: SampleCall) => readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [index, call] of SAMPLE.entries()) {
    const times = timesAt(index, count);
    if (times <= 0) continue;
    for (const key of keysOf(call)) counts.set(key, (counts.get(key) ?? 0) + times);
  }
  return counts;
}

interface CountRow {
  readonly original_crime_type_name: string;
  readonly count: number;
  readonly window?: { readonly start: string; readonly end: string };
}

function rowsIn(ndjson: string): CountRow[] {
  return ndjson.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as CountRow);
}

/** Holds each count by type of an answer against what was filled in. */
export function checkByType(ndjson: string, count: number): void {
  const expected = counted(count, (call) => [call["original_crime_type_name"]!]);
  checkCounts(rowsIn(ndjson).map((row) => [row.original_crime_type_name, row.count]), expected);
  const sum = [...expected.values()].reduce((total, each) => total + each, 0);
  equal(sum, count);
}

const SLIDE_MS = 300_000;
const WINDOW_MS = 600_000;

/** Holds each count by window and type of an answer against what was filled in. */
export function checkWindows(ndjson: string, count: number): void {
  const expected = counted(count, (call) => {
    const timeMs = Date.parse(`${call["call_date_time"]}Z`);
    const lastStartMs = timeMs - timeMs % SLIDE_MS;
    const starts = [lastStartMs, lastStartMs - WINDOW_MS + SLIDE_MS];
    return starts.map((startMs) => windowKey(startMs, call["original_crime_type_name"]!));
  });
  const answered = rowsIn(ndjson).map((row): [string, number] => {
    const startMs = Date.parse(row.window!.start);
    equal(Date.parse(row.window!.end), startMs + WINDOW_MS);
    return [windowKey(startMs, row.original_crime_type_name), row.count];
  });
  checkCounts(answered, expected);
  equal(answered.reduce((total, [, each]) => total + each, 0), 2 * count);
}

function windowKey(startMs: number, type: string): string {
  return `${startMs} ${type}`;
}

function checkCounts(answered: readonly (readonly [string, number])[], expected: Map<string, number>): void {
  equal(answered.length, expected.size, "not as many groups as there are");
  for (const [key, count] of answered) equal(count, expected.get(key), `the count of ${key}`);
  equal(new Set(answered.map(([key]) => key)).size, expected.size, "a group stands there twice");
}

/** How many calls of so many have a disposition that is not among these codes. */
export function callsWithoutCode(count: number, codes: ReadonlySet<string>): number {
  return counted(count, (call) => codes.has(call["disposition"]!) ? [] : [""]).get("") ?? 0;
}
