/** The page of the dashboard, in a real browser, beside a real analysis. */
import { deepEqual, equal, match, ok } from "assert";
import type { Page } from "playwright-core";
import type { HistorySnapshot } from "../../lib/monitoring/history/history_snapshot.ts";
import { axeFindings, findChromium, TestBrowser } from "../support/browser.ts";
import { freePorts } from "../support/ports.ts";
import { type RunningProgram, start } from "../support/program.ts";
import { succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { whenTrue } from "../support/when_true.ts";

const CONFIG = `
[query.by_city]
sql = SELECT city, count(*) AS calls FROM things GROUP BY city
output_mode = complete
[query.rows]
sql = SELECT city, n FROM things
output_mode = append
[stream.things]
topic = things
columns = city STRING, n BIGINT
watermark = none
`;

/** Names that would be HTML, if the page made any out of data. */
const CITIES = [
  "<script>alert(1)</script>",
  "Oakland",
  "<img src=x onerror=alert(1)>",
  "Daly City",
  "Zürich",
];
const RECORDS = 200;

/** Record n is of city n modulo the number of cities plus one, and of no city for the last of them. */
function records(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => {
    const city = CITIES[(from + index) % (CITIES.length + 1)];
    return `${JSON.stringify({ n: from + index, ...city === undefined ? {} : { city } })}\n`;
  }).join("");
}

/** The counts of the first records, the largest first. */
function counts(count: number): string[][] {
  const byCity = new Map<string, number>();
  for (let n = 0; n < count; n++) {
    const city = CITIES[n % (CITIES.length + 1)] ?? "NULL";
    byCity.set(city, (byCity.get(city) ?? 0) + 1);
  }
  return [...byCity].map(([city, calls]) => [city, String(calls)]);
}

function sorted(rows: readonly (readonly string[])[]): string[] {
  return rows.map((row) => row.join("\t")).toSorted();
}

/** The texts of a table's rows. */
async function tableRows(page: Page, name: string): Promise<string[][]> {
  const rows = await page.getByRole("region", { name, exact: true }).locator("tbody tr").all();
  return await Promise.all(rows.map((row) => row.locator("td").allTextContents()));
}

async function history(url: string, query: string): Promise<HistorySnapshot> {
  return await (await fetch(`${url}/api/queries/${query}/history`)).json() as HistorySnapshot;
}

/** What the page has of a chart, oldest first: the batch, and its value. */
async function figures(page: Page, chart: string): Promise<string[]> {
  const rows = await tableRows(page, `Figures of ${chart}`);
  return rows.map(([, batch, value]) => `${batch} ${value}`).toReversed();
}

/** What the server has of it. */
async function inputRows(url: string): Promise<string[]> {
  const { batches } = await history(url, "by_city");
  return batches.map(({ batchId, inputRows }) => `batch ${batchId} ${inputRows}`);
}

async function same(one: () => Promise<unknown>, other: () => Promise<unknown>): Promise<void> {
  await whenTrue(async () => JSON.stringify(await one()) === JSON.stringify(await other()));
}

const executable = await findChromium("the page of the dashboard, in a browser");

Deno.test({
  name: "The page shows what a running analysis has found, and how it runs",
  ignore: executable === undefined,
  async fn(t) {
    await using directory = await tempDir();
    const options = { cwd: directory.path };
    await directory.write("app.cfg", CONFIG);
    await succeedInProcess(["topic", "create", "things"], options);
    let sent = 0;
    const send = async (count: number) => {
      await directory.write("things.json", records(sent, sent + count));
      const from = ["--input", "things.json", "--key", "none", "--topic", "things"];
      await succeedInProcess(["produce", ...from], options);
      sent += count;
    };
    await send(RECORDS);
    const [port] = freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    const run = async () => {
      const flags = ["--ui", "--ui-port", String(port), "--sink", "none", "--trigger", "200ms"];
      const checkpoint = ["--workers", "1", "--checkpoint", "checkpoint"];
      const program = start(["analyze", ...flags, ...checkpoint], options);
      await program.until(() => program.stderr.includes("Dashboard at"));
      return program;
    };
    let program: RunningProgram = await run();
    await using browser = await TestBrowser.start(executable!);
    const { page, errors, origins } = await browser.open(`${url}/#/by_city/results`);

    await t.step("Each row of a result is on the page, as text", async () => {
      await same(
        async () => sorted(await tableRows(page, "Table: Rows")),
        () => Promise.resolve(sorted(counts(sent))),
      );
      const bars = page.getByRole("region", { name: "calls by city" });
      equal(await bars.locator("li").count(), CITIES.length + 1);
    });
    await t.step("A new batch is on the page without anybody asking for it", async () => {
      await send(50);
      await same(
        async () => sorted(await tableRows(page, "Table: Rows")),
        () => Promise.resolve(sorted(counts(sent))),
      );
    });
    await t.step("Rows are sorted by a column, and back", async () => {
      const cities = async () => (await tableRows(page, "Table: Rows")).map(([city]) => city!);
      const names = counts(sent).map(([city]) => city!).filter((city) => city !== "NULL");
      // By code points, as in Spark; NULL comes first, or last.
      const ascending = ["NULL", ...names.toSorted()];
      await page.getByRole("button", { name: "city" }).click();
      await same(cities, () => Promise.resolve(ascending));
      await page.getByRole("button", { name: "city" }).click();
      await same(cities, () => Promise.resolve(ascending.toReversed()));
      await page.getByRole("button", { name: "city" }).click();
      equal(await page.locator("[aria-sort]").count(), 0);
    });
    await t.step(
      "Rows are filtered by text, and by SQL, whose errors are shown in the planner's words",
      async () => {
        await page.getByLabel("Filter").fill("OAK");
        await same(
          async () => (await tableRows(page, "Table: Rows")).map(([city]) => city),
          () => Promise.resolve(["Oakland"]),
        );
        await page.getByLabel("Filter").fill("");
        const condition = page.getByLabel("SQL condition");
        await condition.fill("city LIKE 'D%'");
        await condition.press("Enter");
        await same(
          async () => (await tableRows(page, "Table: Rows")).map(([city]) => city),
          () => Promise.resolve(["Daly City"]),
        );
        await condition.fill("town = 'x'");
        await condition.press("Enter");
        await whenTrue(async () => (await page.locator("pre.problem").textContent())!.includes("town"));
        // The browser says so, too.
        match(errors.splice(0).join("\n"), /400/);
        await page.getByRole("button", { name: "Clear" }).click();
        await whenTrue(async () => (await tableRows(page, "Table: Rows")).length === CITIES.length + 1);
      },
    );
    await t.step("Rows are downloaded as CSV and as JSON", async () => {
      for (const format of ["csv", "json"]) {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("link", { name: format.toUpperCase(), exact: true }).click(),
        ]);
        equal(download.suggestedFilename(), `by_city.${format}`);
        ok((await Deno.readTextFile(await download.path())).includes("Oakland"));
      }
    });
    await t.step("Charts are drawn, and have the figures of the server, batch by batch", async () => {
      await page.getByRole("link", { name: "Engine" }).click();
      await whenTrue(async () => await page.locator("figure canvas").count() >= 10);
      await page.locator("figure", { hasText: "Input Rows" }).first().locator("summary").click();
      await same(() => figures(page, "Input Rows"), () => inputRows(url));
      const names = await page.locator("figure h4").allTextContents();
      for (const name of ["Input Rate", "Process Rate", "Batch Duration", "Operation Duration"]) {
        ok(names.includes(name), name);
      }
      const [topic, partition, , end] = (await tableRows(page, "Table: Partitions"))[0]!;
      deepEqual([topic, partition, end], ["things", "0", String(sent)]);
    });
    await t.step("Nothing is wrong in the console, and nothing is asked of another host", () => {
      deepEqual(errors, []);
      deepEqual([...origins], [url]);
    });
    await t.step("axe finds nothing, in the light and in the dark, narrow and wide", async () => {
      const looks = [
        { place: "by_city/results", width: 360, colorScheme: "dark" },
        { place: "by_city/engine", width: 1280, colorScheme: "light" },
        { place: "rows/results", width: 2560, colorScheme: "dark" },
      ] as const;
      for (const { place, ...look } of looks) {
        const { page } = await browser.open(`${url}/#/${place}`, look);
        await whenTrue(async () => await page.locator("canvas, tbody td").count() > 0);
        deepEqual(await axeFindings(page), [], place);
        const hidden = await page.evaluate("document.documentElement.scrollWidth - innerWidth") as number;
        ok(hidden <= 0, `${place} is ${hidden} px too wide`);
        await page.close();
      }
    });
    await t.step(
      "After the server was started again, the charts have what it has, of both runs",
      async () => {
        program.kill("SIGINT");
        equal((await program.ended()).code, 0);
        await whenTrue(async () => (await page.getByText("Disconnected").count()) === 1);
        program = await run();
        await send(20);
        await whenTrue(async () => (await inputRows(url)).at(-1)!.endsWith(" 20"));
        await same(() => figures(page, "Input Rows"), () => inputRows(url));
      },
    );
    program.kill("SIGINT");
    equal((await program.ended()).code, 0);
  },
});
