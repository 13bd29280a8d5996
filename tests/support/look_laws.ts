/** How the page of the dashboard looks and is used, whatever the screen and the reader: beside a real analysis. */
import { deepEqual, equal, ok } from "assert";
import type { Page } from "playwright-core";
import { axeFindings } from "./browser.ts";
import { tableRows } from "./page_reader.ts";
import { QUERIES, type WatchedAnalysis } from "./watched_analysis.ts";
import { whenSame, whenTrue } from "./when_true.ts";

const PLACES = ["", ...QUERIES.map((query) => `${query}/results`), "by_city/engine"];

/** Ten times what a first paint may take on a machine that does nothing else. */
const FIRST_PAINT_MS_MAX = 5_000;

/** What browsers call a good page moves by less than 0.1 in its whole life. */
const SHIFT_MAX_AT_START = 0.1;
const SHIFT_MAX_BY_BATCHES = 0.02;

/** Runs the laws as steps. */
export async function lookLaws(t: Deno.TestContext, watched: WatchedAnalysis): Promise<void> {
  const { browser, shownUrl } = watched;
  const at = (place: string) => `${shownUrl}/#/${place}`;
  await t.step("axe finds nothing, in the light and in the dark, narrow and wide", async () => {
    const looks = [
      { place: "", width: 360, colorScheme: "light" },
      { place: "", width: 1280, colorScheme: "dark" },
      { place: "by_city/results", width: 360, colorScheme: "dark" },
      { place: "by_city/engine", width: 1280, colorScheme: "light" },
      { place: "rows/results", width: 2560, colorScheme: "dark" },
    ] as const;
    for (const { place, ...look } of looks) {
      const { page } = await browser.open(at(place), look);
      await whenContent(page);
      deepEqual(await axeFindings(page), [], place);
      await page.close();
    }
  });
  await t.step("Nothing is wider than the screen, from 360 to 2560 pixels", async () => {
    const { page } = await browser.open(shownUrl);
    for (const place of PLACES) {
      await page.goto(at(place));
      await whenContent(page);
      for (const width of [360, 640, 1_000, 2_560]) {
        await page.setViewportSize({ width, height: 900 });
        const hidden = await page.evaluate("document.documentElement.scrollWidth - innerWidth") as number;
        ok(hidden <= 0, `${place} is ${hidden} px too wide for ${width} px`);
      }
    }
    await page.close();
  });
  await t.step("The first paint does not wait, and nothing moves when batches come in", async () => {
    for (const place of ["by_city/results", "by_city/engine"]) {
      const { page } = await browser.open("about:blank");
      await page.addInitScript(NOTE_SHIFTS);
      await page.goto(at(place));
      await whenContent(page);
      const [paint] = await page.evaluate(
        "performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime)",
      ) as number[];
      ok(paint! < FIRST_PAINT_MS_MAX, `${paint} ms`);
      const atStart = await page.evaluate("shifted") as number;
      ok(atStart < SHIFT_MAX_AT_START, `${place} has moved by ${atStart}`);
      for (let batch = 0; batch < 3; batch++) {
        await watched.analyze(12);
        const { batches } = await watched.history("by_city");
        await page.getByText(`batch ${batches.at(-1)!.batchId}`).first().waitFor();
      }
      const byBatches = await page.evaluate("shifted") as number - atStart;
      ok(byBatches < SHIFT_MAX_BY_BATCHES, `${place} has moved by ${byBatches}`);
      await page.close();
    }
  });
  await t.step("The keyboard reaches everything, in the order of the page, and acts on it", async () => {
    const { page } = await browser.open(at("by_city/results"));
    await whenContent(page);
    const stops = await stopsOf(page);
    const above = ["sfcrime", "Overview", "Queries", ...QUERIES, "Results", "Engine"];
    const table = ["Filter", "SQL condition", "Apply", "CSV", "JSON", "Table: Rows", "city", "calls"];
    deepEqual(stops, [...above, ...table]);
    await page.getByRole("button", { name: "calls" }).focus();
    await page.keyboard.press("Enter");
    await page.locator("[aria-sort=descending]").waitFor();
    await page.getByRole("link", { name: "Engine" }).focus();
    await page.keyboard.press("Enter");
    const recent = page.getByRole("radio", { name: "Recent batches" });
    await recent.focus();
    await page.keyboard.press("ArrowRight");
    equal(await page.getByRole("radio", { name: "1 hour" }).isChecked(), true);
    await page.getByRole("figure", { name: "Input Rows" }).locator("summary").focus();
    await page.keyboard.press("Enter");
    await whenTrue(async () => (await tableRows(page, "Figures of Input Rows")).length > 0);
    await page.close();
  });
  await t.step("Whoever wants less motion gets none", async () => {
    for (const [reducedMotion, moving] of [[undefined, true], ["reduce", false]] as const) {
      const { page } = await browser.open(at("by_city/results"), reducedMotion && { reducedMotion });
      await whenContent(page);
      await whenSame(() => page.evaluate(MOVES), () => moving);
      await page.close();
    }
  });
}

/** Rows, or charts, are there. */
async function whenContent(page: Page): Promise<void> {
  await page.locator("canvas, .bars li, [aria-label='Table: Rows'] td").first().waitFor();
}

/** Adds up how far the page has moved what was there, but not for what the reader has done. */
const NOTE_SHIFTS = `
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shifted += value;
  }).observe({ type: "layout-shift", buffered: true });
`;

/** Whether anything on the page would move by itself. */
const MOVES = `[...document.querySelectorAll("*")].some((element) => {
  const { transitionDuration, animationName } = getComputedStyle(element);
  return animationName !== "none" || transitionDuration.split(", ").some((each) => each !== "0s");
})`;

/** What the tab key stops at, by name, until it leaves the page. */
async function stopsOf(page: Page): Promise<string[]> {
  const stops: string[] = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(`(() => {
      const { activeElement } = document;
      if (activeElement === document.body) return null;
      return activeElement.ariaLabel ?? activeElement.labels?.[0]?.textContent.trim() ??
        activeElement.textContent.trim();
    })()`) as string | null;
    if (name === null || stops.length > 100) return stops;
    stops.push(name);
  }
}
