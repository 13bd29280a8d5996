/** The records that a watched analysis reads, and what its queries have to find in them, counted without any of the program. */

/** Names that would be HTML, if the page made any out of data. */
export const CITIES = [
  "<script>alert(1)</script>",
  "Oakland",
  "<img src=x onerror=alert(1)>",
  "Daly City",
  "Zürich",
] as const;

/** What records have that have no city. */
const NULL = "NULL";
const MONDAY_MS = Date.UTC(2026, 0, 5);
const STEP_MS = 37 * 60_000;

/** Record n is of city n modulo the number of cities plus one, and of no city for the last of them. */
function cityOf(n: number): string | undefined {
  return CITIES[n % (CITIES.length + 1)];
}

function timeOf(n: number): Date {
  return new Date(MONDAY_MS + n * STEP_MS);
}

/** Some records as lines of JSON. */
export function recordLines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => {
    const n = from + index;
    return `${JSON.stringify({ n, city: cityOf(n), at: timeOf(n).toISOString() })}\n`;
  }).join("");
}

/** How many of the first records have the same text. */
function counted(count: number, textOf: (n: number) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let n = 0; n < count; n++) counts.set(textOf(n), (counts.get(textOf(n)) ?? 0) + 1);
  return counts;
}

/** The rows of the queries over the first records, as texts in any order. */
export const ROWS: Readonly<Record<string, (count: number) => string[][]>> = {
  by_city: (count) => rowsOf(counted(count, nameOf)),
  by_hour: (count) => rowsOf(counted(count, (n) => `${timeOf(n).getUTCHours()}\t${weekdayOf(n)}`)),
  over_time: (count) => rowsOf(counted(count, (n) => `${dayText(n)}\t${nameOf(n)}`)),
  rows: (count) => Array.from({ length: count }, (_, n) => [nameOf(n), String(n)]),
};

function rowsOf(counts: ReadonlyMap<string, number>): string[][] {
  return [...counts].map(([key, calls]) => [...key.split("\t"), String(calls)]);
}

/** The city of a record as text. */
export function nameOf(n: number): string {
  return cityOf(n) ?? NULL;
}

/** The day of the week, 0 for Monday. */
function weekdayOf(n: number): number {
  return (timeOf(n).getUTCDay() + 6) % 7;
}

/** The day of a record, as a window of time is shown. */
function dayText(n: number): string {
  const day = (ms: number) => `${new Date(ms).toISOString().slice(0, 10)} 00:00`;
  const startMs = Math.floor(timeOf(n).getTime() / DAY_MS) * DAY_MS;
  return `${day(startMs)} – ${day(startMs + DAY_MS)}`;
}

const DAY_MS = 86_400_000;

/** The cells of a heat map, from Monday, each day from midnight. */
export function heatOf(count: number): string[][] {
  const counts = counted(count, (n) => `${weekdayOf(n)} ${timeOf(n).getUTCHours()}`);
  return Array.from(
    { length: 7 },
    (_, day) => Array.from({ length: 24 }, (_, hour) => String(counts.get(`${day} ${hour}`) ?? "–")),
  );
}
