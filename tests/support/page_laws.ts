/** What the page of the dashboard has to show on any broker, beside a real analysis, and after whatever befalls it. */
import { deepEqual, equal, match, ok } from "assert";
import { isDeepStrictEqual } from "node:util";
import { EVENT_BUNDLE_MS, EVENT_SILENCE_MS } from "../../lib/base/bounds.ts";
import type { BatchPoint, Measure } from "../../lib/monitoring/history/batch_point.ts";
import { formatDayAndTime, formatEventTime, formatValue, type Unit } from "../../lib/ui/page/text/format.ts";
import { barsOf, drawnPixels, openFigures, shownFigures, tableHeads, tableRows } from "./page_reader.ts";
import { QUERIES, type WatchedAnalysis } from "./watched_analysis.ts";
import { heatOf, ROWS } from "./watched_records.ts";
import { whenSame, whenTrue } from "./when_true.ts";

/** The charts of one measure, of a query that has state and no watermark. */
const MEASURES: Readonly<Record<string, readonly [Measure, Unit]>> = {
  "Input Rate": ["inputRowsPerSecond", "rows/s"],
  "Process Rate": ["processedRowsPerSecond", "rows/s"],
  "Input Rows": ["inputRows", "rows"],
  "Batch Duration": ["durationMs", "ms"],
  "Aggregated Number Of Total State Rows": ["stateRows", "rows"],
  "Aggregated Number Of Updated State Rows": ["stateRowsUpdated", "rows"],
  "Aggregated State Memory Used In Bytes": ["stateBytes", "bytes"],
  "Aggregated Number Of Rows Dropped By Watermark": ["rowsDroppedByWatermark", "rows"],
  "Lag": ["lagRecords", "rows"],
  "Lag In Time": ["lagMs", "ms"],
  "Output Rows": ["outputRows", "rows"],
  "Late Rows": ["lateRows", "rows"],
  "Malformed Records": ["malformed", "rows"],
};

const PHASES_CHART = "Operation Duration";
const PHASES = ["latestOffset", "walCommit", "addBatch", "commitOffsets"] as const;

/** Runs the laws of what it shows, as steps. The page is at the engine of the first query afterwards. */
export async function pageLaws(t: Deno.TestContext, watched: WatchedAnalysis): Promise<void> {
  const { page } = watched;
  await t.step("Each number of a result, in tables and charts, is that of the query's rows", async () => {
    for (const query of QUERIES) {
      await goTo(watched, `${query}/results`);
      const rows = ROWS[query]!(watched.sent);
      if (rows.length > 100) await page.getByRole("button", { name: /^Show \d/ }).click();
      await whenSame(async () => sorted(await tableRows(page, "Table: Rows")), () => sorted(rows));
      await CHARTS[query]!(watched);
    }
  });
  await t.step(
    "A new batch is on the page, without anybody asking for it, after less than a second of waits",
    async () => {
      await goTo(watched, "by_city/results");
      await page.clock.pauseAt(await page.evaluate("Date.now()") as number + 1_000);
      for (let batch = 0; batch < 3; batch++) {
        await watched.analyze(10);
        const waitsMs = EVENT_BUNDLE_MS + await waitsUntilShown(watched);
        ok(waitsMs < 1_000, `${waitsMs} ms`);
      }
      await page.clock.resume();
    },
  );
  await t.step("Charts are drawn from what the server has, point for point", async () => {
    await goTo(watched, "by_city/engine");
    await whenTrue(async () => await page.locator("figure canvas").count() >= 10);
    await openFigures(page);
    await whenSame(() => shownFigures(page), () => serverFigures(watched));
    for (const [chart, pixels] of Object.entries(await drawnPixels(page))) ok(pixels > 0, chart);
  });
  await t.step("Each partition is at the end of what was sent", async () => {
    const partitions = async () => {
      const rows = await tableRows(page, "Table: Partitions");
      const sum = (column: number) => rows.reduce((total, row) => total + Number(row[column]), 0);
      return {
        names: rows.map(([topic, partition]) => `${topic} ${partition}`),
        end: sum(3),
        latest: sum(4),
        lag: sum(5),
      };
    };
    const { place: { topic }, sent } = watched;
    const names = [`${topic} 0`, `${topic} 1`];
    await whenSame(partitions, () => ({ names, end: sent, latest: sent, lag: 0 }));
  });
}

/**
 * Runs the laws of a page that loses its server, as steps, after {@link pageLaws}: brokers make no difference to them.
 * The page is at the engine of the first query afterwards, and the analysis runs.
 */
export async function lostServerLaws(t: Deno.TestContext, watched: WatchedAnalysis): Promise<void> {
  const { page } = watched;
  await t.step(
    "After its connection was cut, a page has all batches that were committed meanwhile",
    async () => {
      watched.proxy.breakBy({ kind: "cut", afterBytes: 0, times: Infinity });
      await watched.analyze(10);
      await page.getByText("Disconnected").waitFor();
      await watched.analyze(20);
      await watched.analyze(30);
      watched.proxy.breakBy({ kind: "cut", afterBytes: 0, times: 0 });
      await whenSame(() => shownFigures(page), () => serverFigures(watched));
      await page.getByText("Live", { exact: true }).waitFor();
      takeNetworkErrors(watched);
    },
  );
  await t.step(
    "A connection on which nothing more is heard is made anew, and nothing is missed",
    async () => {
      watched.proxy.breakBy({ kind: "stall", afterBytes: 0, times: Infinity });
      await watched.analyze(10);
      await whenTrue(() => watched.proxy.faults > 0);
      watched.proxy.breakBy({ kind: "stall", afterBytes: 0, times: 0 });
      // The browser does not notice.
      await page.getByText("Live", { exact: true }).waitFor();
      await page.clock.fastForward(EVENT_SILENCE_MS);
      await whenSame(() => shownFigures(page), () => serverFigures(watched));
      await page.getByText("Live", { exact: true }).waitFor();
    },
  );
  await t.step(
    "After it was hidden for a minute, a page has all batches that were committed meanwhile",
    async () => {
      const disconnected = page.waitForEvent(
        "requestfailed",
        (request) => request.url().includes("/api/events"),
      );
      await setVisibility(watched, "hidden");
      await page.clock.fastForward(60_000);
      await disconnected;
      const before = await shownFigures(page);
      await watched.analyze(10);
      await watched.analyze(20);
      deepEqual(await shownFigures(page), before);
      await setVisibility(watched, "visible");
      await whenSame(() => shownFigures(page), () => serverFigures(watched));
    },
  );
  await t.step("After the server was started again, a page has the batches of both runs", async () => {
    await watched.stop();
    await page.getByText("Disconnected").waitFor();
    await watched.run();
    await watched.analyze(20);
    const figures = async () => {
      await openFigures(page);
      return await shownFigures(page);
    };
    await whenSame(figures, () => serverFigures(watched));
    const { batches } = await watched.history("by_city");
    equal(batches.filter(({ startsRun }) => startsRun).length, 2);
    takeNetworkErrors(watched);
  });
}

/** How long a page that is told of a batch waits before it shows the rows, by its own clock, which stands still. */
async function waitsUntilShown(watched: WatchedAnalysis): Promise<number> {
  const { page, sent } = watched;
  const rows = sorted(ROWS["by_city"]!(sent));
  const isShown = async () => isDeepStrictEqual(sorted(await tableRows(page, "Table: Rows")), rows);
  await whenSame(() => page.locator("dt:text-is('Records') + dd").textContent(), () => String(sent));
  let waitedMs = 0;
  while (!await isShown()) {
    ok(waitedMs < 10_000, "The rows are not shown");
    await page.clock.runFor(CLOCK_STEP_MS);
    waitedMs += CLOCK_STEP_MS;
    await whenTrue(() => watched.rowsRequests === 0);
  }
  return waitedMs;
}

const CLOCK_STEP_MS = 20;

/** Takes out what the browser says of connections that were broken on purpose; anything else is wrong. */
function takeNetworkErrors({ errors }: WatchedAnalysis): void {
  for (const error of errors.splice(0)) match(error, /net::ERR_/);
}

/** The charts of the results, checked by query. */
const CHARTS: Readonly<Record<string, (watched: WatchedAnalysis) => Promise<void>>> = {
  async by_city({ page, sent }) {
    await whenSame(
      async () => sorted(await barsOf(page, "calls by city")),
      () => sorted(ROWS["by_city"]!(sent)),
    );
  },
  async by_hour({ page, sent }) {
    const cells = async () => (await tableRows(page, "calls by hour and weekday")).map((row) => row.slice(1));
    await whenSame(cells, () => heatOf(sent));
  },
  async over_time({ page, sent }) {
    await openFigures(page);
    const figures = async () => {
      const [, ...names] = await tableHeads(page, "Figures of calls");
      const rows = await tableRows(page, "Figures of calls");
      return rows.flatMap(([day, ...calls]) =>
        calls.flatMap((count, index) => count === "0" ? [] : [[day!, names[index]!, count]])
      );
    };
    const days = ROWS["over_time"]!(sent).map(([day, city, calls]) => [
      formatEventTime(Date.parse(`${day!.slice(0, 10)}T00:00:00Z`)),
      city!,
      calls!,
    ]);
    await whenSame(async () => sorted(await figures()), () => sorted(days));
  },
  async rows({ page, sent }) {
    const cities = ROWS["by_city"]!(sent).filter(([city]) => city !== undefined);
    await whenSame(async () => sorted(await barsOf(page, "city")), () => sorted(cities));
  },
};

/** What the charts have to be drawn from, as the server has it. */
async function serverFigures(watched: WatchedAnalysis): Promise<Record<string, string[][]>> {
  const { batches } = await watched.history("by_city");
  const rowsOf = (points: readonly BatchPoint[], cells: (point: BatchPoint) => string[]) =>
    points.map((point) => [timeText(point.atMs), `batch ${point.batchId}`, ...cells(point)]).toReversed();
  const measured = Object.entries(MEASURES).map(([title, [measure, unit]]) => {
    const known = batches.filter((point) => point[measure] !== null);
    return [title, rowsOf(known, (point) => [formatValue(point[measure], unit)])] as const;
  });
  const phases = rowsOf(batches, (point) => PHASES.map((phase) => formatValue(point.phases[phase], "ms")));
  return Object.fromEntries([...measured, [PHASES_CHART, phases]]);
}

function timeText(ms: number): string {
  return `${formatDayAndTime(ms)}:${String(new Date(ms).getSeconds()).padStart(2, "0")}`;
}

/** Goes to a place in the page. */
export async function goTo({ page, shownUrl }: WatchedAnalysis, place: string): Promise<void> {
  await page.goto(`${shownUrl}/#/${place}`);
}

/** A browser without windows hides none of its pages by itself. */
async function setVisibility({ page }: WatchedAnalysis, state: "hidden" | "visible"): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  `);
}

/** Rows in an order of their own. */
export function sorted(rows: readonly (readonly string[])[]): string[] {
  return rows.map((row) => row.join("\t")).toSorted();
}
