/** What stands on the page of the dashboard, found as its readers find it: by names and texts. */
import type { Page } from "playwright-core";

/** The texts of a table's rows, from left to right. */
export async function tableRows(page: Page, name: string): Promise<string[][]> {
  const rows = page.getByRole("region", { name, exact: true }).locator("tbody tr");
  return await rows.evaluateAll((rows: unknown[]) =>
    (rows as RowElement[]).map(({ cells }) => [...cells].map(({ textContent }) => textContent))
  );
}

/** The table of a result as it is at one moment: what stands beside its title, and its rows. */
export async function resultAtOnce(
  page: Page,
): Promise<{ readonly note: string; readonly rows: readonly (readonly string[])[] }> {
  return await page.evaluate(
    "(() => { const result = document.querySelector('section[aria-label=Result]'); return { " +
      "note: result.querySelector('.note').textContent, rows: [...result.querySelectorAll('tbody tr')]" +
      ".map((row) => [...row.cells].map((cell) => cell.textContent)) }; })()",
  );
}

/** The texts above a table's columns. */
export async function tableHeads(page: Page, name: string): Promise<string[]> {
  return await page.getByRole("region", { name, exact: true }).locator("thead th").allTextContents();
}

/** The names and figures of the bars of a chart. */
export async function barsOf(page: Page, name: string): Promise<string[][]> {
  const bars = page.getByRole("region", { name, exact: true }).getByRole("listitem");
  // Beside the figure there may be a share.
  return await bars.evaluateAll((bars: unknown[]) =>
    (bars as BarElement[]).map((bar) =>
      [".name", ".figure"].map((part) => bar.querySelector(part).firstChild.textContent)
    )
  );
}

/** As much of the elements of a page as is read here: tests know no page of their own. */
interface RowElement {
  readonly cells: Iterable<{ readonly textContent: string }>;
}

interface BarElement {
  querySelector(part: string): { readonly firstChild: { readonly textContent: string } };
}

/** Opens the tables of figures of all charts, once there is one. */
export async function openFigures(page: Page): Promise<void> {
  await page.locator("details.figures").first().waitFor({ state: "attached" });
  await page.evaluate("document.querySelectorAll('details.figures').forEach((each) => each.open = true)");
}

/** What the charts are drawn from, as the open tables of their figures have it: by title, the newest row first. */
export async function shownFigures(page: Page): Promise<Record<string, string[][]>> {
  return await page.evaluate(
    "Object.fromEntries([...document.querySelectorAll('figure[aria-label]')].map((figure) => " +
      "[figure.ariaLabel, [...figure.querySelectorAll('tbody tr')].map((row) => " +
      "[...row.cells].map((cell) => cell.textContent))]))",
  );
}

/** How many pixels of each canvas have a color of a line, by the titles of the charts. */
export async function drawnPixels(page: Page): Promise<Record<string, number>> {
  return await page.evaluate(`(() => {
    const styles = getComputedStyle(document.documentElement);
    const colors = [1, 2, 3, 4].map((index) => styles.getPropertyValue("--series-" + index).trim())
      .map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
    const isNear = (data, at) => colors.some((color) =>
      color.every((value, channel) => Math.abs(value - data[at + channel]) < 24));
    const pixels = (canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200 && isNear(data, at)) count++;
      return count;
    };
    return Object.fromEntries([...document.querySelectorAll("figure[aria-label]")].map((figure) =>
      [figure.ariaLabel, pixels(figure.querySelector("canvas"))]));
  })()`);
}
