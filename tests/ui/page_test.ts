/** The page of the dashboard, in a real browser, beside a real analysis on the embedded broker. */
import { deepEqual, equal, match, ok } from "assert";
import { findChromium } from "../support/browser.ts";
import { lookLaws } from "../support/look_laws.ts";
import { goTo, lostServerLaws, pageLaws, sorted } from "../support/page_laws.ts";
import { barsOf, tableRows } from "../support/page_reader.ts";
import { QUERIES, WatchedAnalysis } from "../support/watched_analysis.ts";
import { toldUi } from "../support/ui_fixture.ts";
import { CITIES, heatOf, ROWS } from "../support/watched_records.ts";
import { whenSame, whenTrue } from "../support/when_true.ts";
import { Workplace } from "../support/workplace.ts";

const TOKEN = "a-token-of-a-test";

const executable = await findChromium("the page of the dashboard, in a browser");

Deno.test({
  name: "On the embedded broker, the page shows what a running analysis has found, and how it runs",
  ignore: executable === undefined,
  async fn(t) {
    await using place = new Workplace();
    await using watched = await WatchedAnalysis.start(place, executable!);
    await pageLaws(t, watched);
    await lostServerLaws(t, watched);
    await resultLaws(t, watched);
    await overviewLaws(t, watched);
    const { browser, page, shownUrl, url } = watched;
    await t.step("Nothing is wrong in the console, and nothing is asked of another host", () => {
      deepEqual(watched.errors, []);
      deepEqual([...watched.origins], [shownUrl]);
    });
    await lookLaws(t, watched);
    await t.step("Without a token, no query can be stopped", async () => {
      await goTo(watched, "by_city/results");
      equal(await page.getByRole("heading", { name: "by_city" }).count(), 1);
      equal(await page.getByRole("button", { name: "Stop query" }).count(), 0);
    });
    await t.step(
      "What an event has said of a query is not replaced by an answer from before it",
      async () => {
        await anAnswerIsLate(watched);
      },
    );
    await watched.stop();
    await t.step("With the token, a button stops a query, and the others go on", async () => {
      await watched.run({ SFCRIME_UI_TOKEN: TOKEN });
      const { page, errors } = await browser.open(`${shownUrl}/?token=${TOKEN}#/by_city/results`);
      await page.getByRole("button", { name: "Stop query" }).click();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("button", { name: "Stop query" }).click();
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      await page.getByRole("main").getByText("Ended", { exact: true }).waitFor();
      equal(await page.getByRole("button", { name: /^Stop/ }).count(), 0);
      await watched.send(10);
      await page.getByRole("link", { name: "rows", exact: true }).click();
      await page.getByRole("main").getByText("Running", { exact: true }).waitFor();
      await whenSame(
        async () =>
          (await tableRows(page, "Table: Rows")).map(([, n]) => Number(n)).toSorted(ascending).at(-1),
        () => watched.sent - 1,
      );
      // Its rows are gone with it, and the browser says that the server has none.
      await page.getByRole("link", { name: "by_city" }).click();
      await page.getByText("The rows of by_city cannot be read: it does not run.").waitFor();
      ok(errors.splice(0).every((error) => error.includes("503")));
      const headers = { authorization: `Bearer ${TOKEN}` };
      const answer = await fetch(`${url}/api/queries/by_city/rows`, { headers });
      deepEqual([answer.status, answer.headers.get("retry-after")], [503, null]);
      await answer.body?.cancel();
    });
    await watched.stop();
  },
});

/** A query ends while the answer that it runs is on its way. */
async function anAnswerIsLate({ browser }: WatchedAnalysis): Promise<void> {
  await using ui = await toldUi();
  const { page } = await browser.open(ui.url);
  await page.getByText("Running", { exact: true }).first().waitFor();
  const [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await page.route("**/api/queries", async (route) => {
    const response = await route.fetch();
    asked.resolve();
    await held.promise;
    await route.fulfill({ response });
  }, { times: 1 });
  await page.reload();
  await asked.promise;
  // A connection that is told after that of the page.
  await page.evaluate(`new Promise((open) => {
    const events = new EventSource("/api/events");
    globalThis.told = new Promise((told) => events.addEventListener("status", told));
    events.onopen = open;
  })`);
  ui.run.view = { ...ui.run.view, health: "ended", isRunning: false };
  ui.listener.status?.({ query: ui.run.view.name, status: ui.run.view.status });
  await page.evaluate("globalThis.told.then(() => {})");
  held.resolve();
  await page.getByText("Ended", { exact: true }).first().waitFor();
  await page.close();
}

/** What is done with the rows of a result. */
async function resultLaws(t: Deno.TestContext, watched: WatchedAnalysis): Promise<void> {
  const { page, errors, url } = watched;
  await goTo(watched, "by_city/results");
  const shown = () => tableRows(page, "Table: Rows");
  const cities = async () => (await shown()).map(([city]) => city!);
  await t.step("Rows whose answer does not come are asked for again", async () => {
    const silent = Promise.withResolvers<void>();
    await goTo(watched, "by_city/engine");
    await page.route(/\/rows\?/, () => silent.promise, { times: 1 });
    await goTo(watched, "by_city/results");
    const rows = sorted(ROWS["by_city"]!(watched.sent));
    await whenSame(async () => sorted(await shown()), () => rows);
    await whenSame(async () => sorted(await barsOf(page, "calls by city")), () => rows);
    silent.resolve();
  });
  await t.step("Rows are sorted by a column, and back", async () => {
    const names = ROWS["by_city"]!(watched.sent).map(([city]) => city!).filter((city) => city !== "NULL");
    // By code points, as in Spark; NULL comes first, or last.
    const ascending = ["NULL", ...names.toSorted()];
    await page.getByRole("button", { name: "city" }).click();
    await whenSame(cities, () => ascending);
    await page.getByRole("button", { name: "city" }).click();
    await whenSame(cities, () => ascending.toReversed());
    await page.getByRole("button", { name: "city" }).click();
    equal(await page.locator("[aria-sort]").count(), 0);
  });
  await t.step(
    "Rows are filtered by text, and by SQL, whose errors are shown in the planner's words",
    async () => {
      await page.getByLabel("Filter").fill("OAK");
      await whenSame(cities, () => ["Oakland"]);
      await page.getByLabel("Filter").fill("");
      const condition = page.getByLabel("SQL condition");
      await condition.fill("city LIKE 'D%'");
      await condition.press("Enter");
      await whenSame(cities, () => ["Daly City"]);
      await condition.fill("town = 'x'");
      await condition.press("Enter");
      await whenTrue(async () => (await page.locator("pre.problem").textContent())!.includes("town"));
      // The browser says so, too.
      match(errors.splice(0).join("\n"), /400/);
      await page.getByRole("button", { name: "Clear" }).click();
      await whenTrue(async () => (await shown()).length === CITIES.length + 1);
    },
  );
  await t.step("Downloads as CSV and as JSON have the rows as they are sorted and filtered", async () => {
    const condition = page.getByLabel("SQL condition");
    await condition.fill("city IS NULL OR city > 'E'");
    await condition.press("Enter");
    await page.getByRole("button", { name: "city" }).click();
    const rows = ROWS["by_city"]!(watched.sent).filter(([city]) => city === "NULL" || city! > "E")
      .toSorted(([one], [other]) =>
        Number(other === "NULL") - Number(one === "NULL") || (one! < other! ? -1 : 1)
      );
    await whenSame(shown, () => rows);
    const csv = rows.map(([city, calls]) => `${city === "NULL" ? "" : city},${calls}\n`);
    deepEqual(await downloaded(watched, "csv"), `city,calls\n${csv.join("")}`);
    const json = JSON.parse(await downloaded(watched, "json"));
    deepEqual(json.rows, rows.map(([city, calls]) => [city === "NULL" ? null : city, Number(calls)]));
    const search = new URLSearchParams({ where: "city IS NULL OR city > 'E'", order: "`city` ASC" });
    deepEqual(json, await (await fetch(`${url}/api/queries/by_city/rows?${search}`)).json());
  });
}

/** What the overview has of all queries. */
async function overviewLaws(t: Deno.TestContext, watched: WatchedAnalysis): Promise<void> {
  const { page, url } = watched;
  await page.getByRole("link", { name: "Overview" }).click();
  const panel = (query: string) => `Results of ${query}`;
  await t.step("The overview has what each query has found, as batches come in", async () => {
    for (const more of [0, 20]) {
      if (more > 0) await watched.analyze(more);
      const { sent } = watched;
      await whenSame(
        async () => (await barsOf(page, panel("by_city"))).toSorted(),
        () => ROWS["by_city"]!(sent).toSorted(),
      );
      const cells = async () => (await tableRows(page, panel("by_hour"))).map((row) => row.slice(1));
      await whenSame(cells, () => heatOf(sent));
      // The ten latest rows, the newest first.
      const latest = await (await fetch(`${url}/api/queries/rows/rows?limit=10`)).json();
      await whenSame(
        () => tableRows(page, panel("rows")),
        () => latest.rows.map(([city, n]: [string | null, number]) => [city ?? "NULL", String(n)]),
      );
      equal(latest.rows.length, 10);
      await page.getByRole("region", { name: panel("over_time") }).locator("canvas").waitFor();
    }
  });
  await t.step("A tile has the figures of a query", async () => {
    const { lagRecords, stateRows } = await (await fetch(`${url}/api/queries/by_city`)).json();
    equal(stateRows, CITIES.length + 1);
    const figures = await page.locator(".tile", { hasText: "by_city" }).locator("dd").allTextContents();
    deepEqual([figures[1], figures[3]], [String(lagRecords), String(stateRows)]);
  });
  await t.step("What is out of sight asks for nothing", async () => {
    const asked: string[] = [];
    await page.setViewportSize({ width: 360, height: 400 });
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
    const last = QUERIES.at(-1)!;
    await page.getByRole("region", { name: panel(last) }).locator("td").first().waitFor();
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await watched.analyze(10);
    await whenTrue(() => asked.includes(`/api/queries/${last}/rows`));
    ok(!asked.includes(`/api/queries/${QUERIES[0]}/rows`), asked.join());
    await page.setViewportSize({ width: 1280, height: 900 });
  });
  await t.step("The name of a query leads to its page", async () => {
    await page.evaluate("scrollTo(0, 0)");
    await page.getByRole("region", { name: panel("by_city") }).getByRole("link", { name: "by_city" }).click();
    await page.getByRole("heading", { name: "by_city", level: 2 }).waitFor();
    equal(await page.title(), "by_city · sfcrime");
  });
}

async function downloaded({ page }: WatchedAnalysis, format: "csv" | "json"): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: format.toUpperCase(), exact: true }).click(),
  ]);
  equal(download.suggestedFilename(), `by_city.${format}`);
  return await Deno.readTextFile(await download.path());
}

function ascending(one: number, other: number): number {
  return one - other;
}
