import { deepEqual, doesNotThrow, equal, throws } from "assert";
import { type CallsKind, makeCalls } from "../../bench/calls/calls.ts";
import type { Dispatched } from "../../bench/calls/dispatches.ts";
import type { Answers } from "../../bench/calls/answers.ts";
import type { SampleCall } from "../../support/calls.ts";

const COUNT = 20_000;
const SLIDE_MS = 300_000;

/** Calls and the answers about them. */
function made(kind: "skewed" | "distinct" | "repeated"): { calls: SampleCall[]; answers: Answers } {
  const { rows, answers } = madeLines(kind);
  return { calls: rows.map((line) => JSON.parse(line) as SampleCall), answers };
}

function madeLines(kind: CallsKind): { rows: string[]; answers: Answers } {
  const { lines, answers } = makeCalls({ count: COUNT, kind });
  const utf8 = new TextDecoder();
  const text = [...lines].map((chunk) => utf8.decode(chunk)).join("");
  return { rows: text.trimEnd().split("\n"), answers };
}

/** Rows of a count, made here from the calls themselves. */
function rowsOf(calls: readonly SampleCall[], keysOf: (call: SampleCall) => readonly object[]): string[] {
  const counts = new Map<string, number>();
  for (const call of calls) {
    for (const key of keysOf(call).map((each) => JSON.stringify(each))) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts].map(([key, count]) => JSON.stringify({ ...JSON.parse(key), count }));
}

function typeOf({ original_crime_type_name }: SampleCall): readonly object[] {
  return [{ original_crime_type_name }];
}

function windowsOf({ original_crime_type_name, call_date_time }: SampleCall): readonly object[] {
  const timeMs = Date.parse(`${call_date_time}Z`);
  const last = timeMs - timeMs % SLIDE_MS;
  return [last, last - SLIDE_MS].map((startMs) => ({
    window: { start: new Date(startMs).toISOString(), end: new Date(startMs + 2 * SLIDE_MS).toISOString() },
    original_crime_type_name,
  }));
}

function addressOf({ original_crime_type_name, address }: SampleCall): readonly object[] {
  return [{ address, original_crime_type_name }];
}

/** The right rows pass, in any order; a row that lacks, is there twice, is not expected, or has another count does not. */
function accepts(check: (rows: Iterable<string>) => void, rows: readonly string[]): void {
  doesNotThrow(() => check(rows));
  doesNotThrow(() => check(rows.toReversed()));
  throws(() => check(rows.slice(1)));
  throws(() => check([...rows, rows[0]!]));
  throws(() => check([...rows.slice(1), rows[1]!]));
  const [first, ...others] = rows as [string, ...string[]];
  const row = JSON.parse(first) as { count: number; original_crime_type_name: string };
  throws(() => check([JSON.stringify({ ...row, count: row.count + 1 }), ...others]));
  throws(() => check([JSON.stringify({ ...row, original_crime_type_name: "Jaywalking" }), ...others]));
}

for (const kind of ["skewed", "repeated"] as const) {
  Deno.test(`Of ${kind} calls, only the right counts by type and by window are accepted`, () => {
    const { calls, answers } = made(kind);
    accepts((rows) => answers.checkByType(rows), rowsOf(calls, typeOf));
    accepts((rows) => answers.checkWindows(rows), rowsOf(calls, windowsOf));
  });
}

Deno.test("Of distinct calls, only the right counts by address and type are accepted, of groups with several calls", () => {
  const { calls, answers } = made("distinct");
  const rows = rowsOf(calls, addressOf);
  equal(answers.addressGroups, rows.length);
  accepts(
    (each) => answers.checkByAddress(each),
    rows.filter((row) => (JSON.parse(row) as { count: number }).count > 1),
  );
});

Deno.test("Calls without a code are those whose disposition is not among the codes", () => {
  const { calls, answers } = made("skewed");
  const codes = new Set(["HAN", "ADV", "22"]);
  equal(answers.callsWithoutCode(codes), calls.filter((call) => !codes.has(call["disposition"]!)).length);
});

Deno.test("Of a join of calls and dispatches, only each call with its unit and its time is accepted, in any order", () => {
  const { rows, answers: { dispatched } } = madeLines("dispatches");
  const joined = rows.map((row) => JSON.parse(row) as Dispatched);
  deepEqual(joined.map(({ crime_id: id }) => id), made("skewed").calls.map(({ crime_id: id }) => id));
  doesNotThrow(() => dispatched.check(rows.toReversed()));
  const [first, second] = joined as [Dispatched, Dispatched];
  const rest = rows.slice(2);
  const rejects = (...rows: readonly Dispatched[]) =>
    throws(() => dispatched.check([...rows.map((row) => JSON.stringify(row)), ...rest]));
  rejects(first);
  rejects(first, second, second);
  rejects(first, first);
  rejects({ ...first, unit: second.unit }, { ...second, unit: first.unit });
  rejects({ ...first, dispatched_at: second.dispatched_at }, second);
});
