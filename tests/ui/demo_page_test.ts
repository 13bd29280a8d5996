/** The dashboard of the demo, which it serves while somebody watches it on a terminal. */
import { deepEqual, equal, match, ok } from "assert";
import { countedByType } from "../cli/answers.ts";
import { findChromium, TestBrowser } from "../support/browser.ts";
import { resultAtOnce, tableRows } from "../support/page_reader.ts";
import { tempDir } from "../support/temp_dir.ts";
import { toldUi } from "../support/ui_fixture.ts";
import { startOnTerminal } from "../support/terminal.ts";
import { whenSame } from "../support/when_true.ts";

const executable = await findChromium("the dashboard of the demo, in a browser");

Deno.test({
  name: "On a terminal, the demo names its dashboard, which has the demo's numbers to the end",
  ignore: executable === undefined,
  async fn() {
    await using directory = await tempDir();
    await using browser = await TestBrowser.start(executable!);
    // The demo takes some seconds, in which the browser has to load the page: not for the first time.
    await using ui = await toldUi();
    ui.run.commit(ui);
    const { page, errors } = await browser.open(`${ui.url}/#/by_type/engine`);
    await page.getByRole("heading", { name: "by_type" }).waitFor();
    const demo = startOnTerminal(["demo"], { columns: 100, rows: 40, cwd: directory.path });
    const address = () => /dashboard at (http:\/\/127\.0\.0\.1:\d+)/.exec(demo.screen().join("\n"))?.[1];
    await demo.until(() => address() !== undefined);
    await page.goto(`${address()}/#/by_type/results`);
    await page.getByText(/rows, as of batch \d+$/).waitFor();
    const { rows } = await resultAtOnce(page);
    deepEqual(errors, []);
    const counts = countedByType();
    ok(rows.length > 0);
    for (const [type, count] of rows) ok(Number(count) <= counts.get(type!)!, `${type}: ${count}`);
    // The end of the run, with its last batch, is the last that a page is told.
    await page.getByRole("main").getByText("Ended", { exact: true }).waitFor();
    equal(await page.locator("dt:text-is('Records') + dd").textContent(), "6,802");
    await page.getByRole("link", { name: "Engine" }).click();
    await page.getByRole("figure", { name: "Input Rows" }).locator("summary").click();
    const figures = () => tableRows(page, "Figures of Input Rows");
    await whenSame(async () => sumOf(await figures()), () => 6_802);
    equal(await demo.ended(), 0);
    match(demo.everything().join("\n"), /\b6,802 calls\b/);
  },
});

/** The sum of the last column. */
function sumOf(rows: readonly (readonly string[])[]): number {
  return rows.reduce((sum, cells) => sum + Number(cells.at(-1)!.replaceAll(",", "")), 0);
}
